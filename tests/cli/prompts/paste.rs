//! Text that is pasted: a lot of it, and with line breaks.

use crate::prompts::{CTRL_C, ENTER, QUESTIONS, Talk};
use crate::sandbox::Sandbox;

/// Two kilobytes: the library draws the whole answer again for each letter.
const MUCH: usize = 2_000;

fn pasted(text: &str) -> String {
    format!("\u{1b}[200~{text}\u{1b}[201~")
}

fn paste(length: usize, as_typed: impl Fn(&str) -> String) {
    let text = as_typed(&"x".repeat(length));
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (80, 24), "new");
    talk.answers(QUESTIONS[0], &text).types(ENTER).sees(&format!("{length} characters, 63 are"));
    talk.types(CTRL_C);
    talk.ends_with(130);
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn a_page_is_answered_with_the_rule() {
    paste(MUCH, pasted);
    // a terminal that does not say what is pasted
    paste(300, str::to_string);
}

#[test]
#[ignore = "takes a minute"]
fn ten_kilobytes_are_answered_with_the_rule() {
    paste(10_000, pasted);
}

#[test]
fn a_pasted_line_break_answers_nothing() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (80, 24), "new");
    talk.answers(QUESTIONS[0], &pasted("shop\n\n\n\n\n\n\n\n")).types(ENTER).sees("only a-z");
    talk.types(CTRL_C);
    talk.ends_with(130);
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn a_page_into_a_list_chooses_nothing() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (80, 24), "new shop");
    talk.answers(QUESTIONS[1], &pasted(&"x".repeat(MUCH))).types(ENTER).types(CTRL_C);
    talk.ends_with(130);
    assert!(sandbox.snapshot().is_empty());
}
