//! Every way to leave, at every question: code 130, nothing written, a sane terminal.

use expectrl::process::unix::Signal;

use crate::prompts::{CTRL_C, CTRL_D, ENTER, ESCAPE, QUESTIONS, Talk};
use crate::sandbox::Sandbox;

/// Answers all questions before this one.
fn walk_to(sandbox: &Sandbox, at: usize) -> Talk {
    let mut talk = Talk::start(sandbox, (80, 24), "new");
    for question in &QUESTIONS[..at] {
        talk.answers(question, ENTER);
    }
    talk.sees(QUESTIONS[at]);
    talk
}

#[test]
fn three_keys_leave_at_every_question() {
    for key in [ESCAPE, CTRL_C, CTRL_D] {
        for (at, question) in QUESTIONS.iter().enumerate() {
            let sandbox = Sandbox::new();
            let mut talk = walk_to(&sandbox, at);
            talk.types(key);
            let said = talk.ends_with(130).says("nothing was written").text();
            assert!(!said.contains("error"), "leaving is no error:\n{said}");
            assert!(sandbox.snapshot().is_empty(), "{key:?} at {question}");
        }
    }
}

#[test]
fn a_no_to_the_plan_writes_nothing() {
    let sandbox = Sandbox::new();
    let mut talk = walk_to(&sandbox, QUESTIONS.len() - 1);
    talk.types("n\r");
    talk.ends_with(130).says("nothing was written");
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn a_signal_gives_the_terminal_back() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        for at in [0, 1, QUESTIONS.len() - 1] {
            let sandbox = Sandbox::new();
            let mut talk = walk_to(&sandbox, at);
            talk.process().signal(signal).unwrap();
            talk.ends_with(130);
            assert!(sandbox.snapshot().is_empty(), "{signal}");
        }
    }
}
