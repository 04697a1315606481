//! The questions, at a terminal: with arrows where it can do that, else line by line.

mod arrows;
mod lines;

use std::fmt;
use std::io::{IsTerminal, stderr, stdin};

use anyhow::Result;

/// One of several answers.
pub struct Choice {
    /// What stays on the screen once it is chosen.
    pub title: String,
    /// The line it is chosen by.
    pub label: String,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// Somebody can be asked. Checked here because the terminal library would open `/dev/tty` itself;
/// a machine that builds (`CI`) may have a terminal, but nobody looks at it.
pub fn somebody_is_there() -> bool {
    stdin().is_terminal() && stderr().is_terminal() && !built_by_a_machine()
}

/// Asks for a text; `check` says what is wrong with an answer.
pub fn text(
    question: &str,
    default: &str,
    help: &str,
    check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
) -> Result<String> {
    match arrows_work() {
        true => arrows::text(question, default, help, check),
        false => lines::text(question, default, help, check),
    }
}

/// Asks for one of several, and answers its position.
pub fn choose(question: &str, choices: Vec<Choice>, start: usize, help: &str) -> Result<usize> {
    match arrows_work() {
        true => arrows::choose(question, choices, start, help),
        false => lines::choose(question, &choices, start),
    }
}

/// Asks for any number of them, and answers their positions.
pub fn several(question: &str, choices: Vec<Choice>, help: &str) -> Result<Vec<usize>> {
    match arrows_work() {
        true => arrows::several(question, choices, help),
        false => lines::several(question, &choices),
    }
}

/// Asks for a yes.
pub fn confirm(question: &str) -> Result<bool> {
    yes(question, true)
}

/// Asks for a yes to something that cannot be undone.
pub fn confirm_loss(question: &str) -> Result<bool> {
    yes(question, false)
}

fn yes(question: &str, default: bool) -> Result<bool> {
    match arrows_work() {
        true => arrows::confirm(question, default),
        false => lines::confirm(question, default),
    }
}

fn built_by_a_machine() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// The cursor can be moved, and there is room to. MinTTY and an editor's shell say no here.
fn arrows_work() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let room = crossterm::terminal::size().is_ok_and(|(columns, rows)| columns >= 20 && rows >= 5);
    !dumb && room
}
