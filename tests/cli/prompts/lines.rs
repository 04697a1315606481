//! Terminals that cannot move the cursor, and terminals that nobody looks at.

use crate::prompts::{CTRL_C, CTRL_D, LAST, QUESTIONS, Talk};
use crate::sandbox::Sandbox;

const DUMB: &[(&str, &str)] = &[("TERM", "dumb")];

#[test]
fn a_dumb_terminal_is_asked_in_plain_lines() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::with(&sandbox, (80, 24), DUMB, "new --no-git");
    talk.answers(QUESTIONS[0], "fn\n").sees("keyword").types("shop\n");
    talk.answers(QUESTIONS[1], "9\n").sees("there is no `9`, there are 1 to 4");
    talk.types("explain\n").sees("microseconds for a question");
    talk.answers(QUESTIONS[1], "my\n");
    talk.answers(QUESTIONS[2], "3\n").answers(QUESTIONS[3], "\n");
    talk.answers(QUESTIONS[4], "\n").answers(QUESTIONS[5], "dock, moon\n").sees("no `moon`");
    talk.types("vps\n").sees("no `vps`").types("2, dock\n");
    talk.answers(QUESTIONS[6], "\n");
    talk.answers(LAST, "what\n").sees("`y` or `n`");
    talk.types("yes\n");
    let over = talk.ends_with(0);
    assert!(!over.raw.contains('\u{1b}'), "it steers the terminal:\n{:?}", over.raw);
    let choices = sandbox.read("shop/backend-gen.toml");
    for choice in ["db = \"mysql\"", "auth = \"jwt\"", "api = \"rest\"", "[\"docker\", \"vps\"]"] {
        assert!(choices.contains(choice), "no `{choice}` in:\n{choices}");
    }
}

#[test]
fn plain_lines_can_be_left_too() {
    for key in [CTRL_C, CTRL_D] {
        let sandbox = Sandbox::new();
        let mut talk = Talk::with(&sandbox, (80, 24), DUMB, "new");
        talk.answers(QUESTIONS[0], "shop\n").answers("number or name", key);
        talk.ends_with(130);
        assert!(sandbox.snapshot().is_empty());
    }
    let sandbox = Sandbox::new();
    let flags = "new shop --db sqlite --auth none --api rest";
    let mut talk = Talk::with(&sandbox, (80, 24), DUMB, flags);
    talk.answers(QUESTIONS[4], "\n").ends_talk("n\n");
    talk.ends_with(130).says("nothing was written");
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn a_machine_that_builds_is_not_asked() {
    let sandbox = Sandbox::new();
    for value in ["true", "1"] {
        let talk = Talk::with(&sandbox, (80, 24), &[("CI", value)], "new");
        talk.ends_with(2).says("`NAME`, `--db`").says("--defaults");
    }
    let mut talk = Talk::with(&sandbox, (80, 24), &[("CI", "false")], "new");
    talk.answers(QUESTIONS[0], CTRL_C);
    talk.ends_with(130);
}

#[test]
fn the_plan_is_part_of_the_talk() {
    let sandbox = Sandbox::new();
    let words = "new shop --db sqlite --auth none --api rest --no-git > said.txt";
    let mut talk = Talk::start(&sandbox, (80, 24), words);
    talk.answers(QUESTIONS[4], "\r").answers(QUESTIONS[5], "\r");
    talk.answers(QUESTIONS[6], "\r").sees("needs no server");
    talk.answers(LAST, "\r");
    talk.ends_with(0);
    let said = sandbox.read("said.txt");
    assert!(said.contains("wrote ") && !said.contains("needs no server"), "{said}");
}
