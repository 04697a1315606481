//! Answers that are given: by Enter, arrows and letters.

use crate::prompts::{DOWN, ENTER, LAST, QUESTIONS, Talk, UP};
use crate::sandbox::Sandbox;

#[test]
fn enter_takes_every_default() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (80, 24), "new --no-git");
    for question in QUESTIONS {
        talk.answers(question, ENTER);
    }
    let over = talk.ends_with(0).says("needs no server").says("in `Cargo.lock`");
    let over = over.says("wrote ").says("  cargo run");
    let there = sandbox.path().canonicalize().unwrap().join("my-backend");
    over.says(&there.to_string_lossy());
    let twin = Sandbox::new();
    twin.run("new my-backend -y --no-git").success();
    let choices = "my-backend/backend-gen.toml";
    assert_eq!(sandbox.read(choices), twin.read(choices));
}

#[test]
fn arrows_and_letters_choose() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (100, 50), "new shop --no-git");
    talk.answers(QUESTIONS[1], DOWN).types(ENTER);
    talk.answers(QUESTIONS[2], "tok").sees("rotates").types(ENTER);
    talk.answers(QUESTIONS[3], UP).types(ENTER);
    talk.answers(QUESTIONS[4], "zzz").types("\u{7f}\u{7f}\u{7f}red").types(ENTER);
    talk.answers(QUESTIONS[5], " ").types(DOWN).types(" ").types(ENTER);
    talk.answers(QUESTIONS[6], UP).types(ENTER);
    talk.sees("needs a running PostgreSQL and a running Redis").answers(LAST, "y\r");
    talk.ends_with(0).says("backend-gen services up");
    let choices = sandbox.read("shop/backend-gen.toml");
    for choice in
        ["db = \"postgres\"", "auth = \"jwt\"", "api = \"graphql\"", "cache = \"redis\"", TWO, CI]
    {
        assert!(choices.contains(choice), "no `{choice}` in:\n{choices}");
    }
}

const TWO: &str = "hosting = [\"docker\", \"vps\"]";
const CI: &str = "pipeline = \"gitlab\"";

#[test]
fn only_what_is_open_is_asked() {
    let sandbox = Sandbox::new();
    let flags = "new shop --no-git --db sqlite --auth none --api rest";
    let mut talk = Talk::start(&sandbox, (80, 24), flags);
    talk.answers(QUESTIONS[4], ENTER).ends_talk(ENTER);
    let said = talk.ends_with(0).text();
    assert!(!said.contains(QUESTIONS[1]), "{said}");
}

#[test]
fn a_name_that_cannot_be_had_is_told_at_once() {
    let sandbox = Sandbox::new().file("taken/notes.txt", "mine");
    let mut talk = Talk::start(&sandbox, (80, 24), "new --no-git");
    talk.answers(QUESTIONS[0], "fn\r").sees("keyword of Rust; `my-fn` works");
    talk.types("\u{7f}\u{7f}taken\r").sees("`taken` is not empty");
    talk.types("2\r").answers(QUESTIONS[1], crate::prompts::ESCAPE);
    talk.ends_with(130);
    let taken = Talk::start(&sandbox, (80, 24), "new taken");
    let said = taken.ends_with(1).says("`taken` is not empty").text();
    assert!(!said.contains(QUESTIONS[1]), "asked in vain:\n{said}");
}

#[test]
fn the_options_are_explained_where_there_is_room_or_when_asked() {
    let sandbox = Sandbox::new();
    let taught = "microseconds for a question";
    let mut talk = Talk::start(&sandbox, (100, 60), "new shop");
    talk.sees(taught).answers(QUESTIONS[1], crate::prompts::ESCAPE);
    talk.ends_with(130);
    let mut talk = Talk::start(&sandbox, (80, 24), "new shop");
    talk.answers("Explain them first", UP).types(ENTER).sees(taught);
    talk.answers(QUESTIONS[1], crate::prompts::ESCAPE);
    let said = talk.ends_with(130).text();
    let (before, _) = said.split_once(taught).unwrap();
    assert!(before.contains("Explain them first"), "{said}");
}
