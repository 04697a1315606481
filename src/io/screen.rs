//! What is said: data on stdout, everything else on stderr.
//!
//! A reader that has closed its end (`| head`) shows up as `BrokenPipe`, which ends the program
//! without a word.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use anyhow::{Context, Result};

use crate::words::printable;

/// Says a line of data.
pub fn out(text: &str) -> Result<()> {
    let mut stdout = stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).context("cannot write to stdout")
}

/// Says a line about what happens. Nobody may be there to read it.
pub fn note(text: &str) {
    let mut stderr = stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// Says what went wrong, and what to do about it. Both may quote what a user typed.
pub fn error(what: &str, hint: Option<&str>) {
    let style = Style::of_stderr();
    note(&format!("{}: {}", style.red("error"), lines(what)));
    if let Some(hint) = hint {
        note(&format!("\n{}: {}", style.bold("hint"), lines(hint)));
    }
}

/// Says a line of data, when somebody still reads: what was asked for is done anyway.
pub fn out_if_read(text: &str) -> Result<()> {
    let gone = |error: &anyhow::Error| {
        let io = error.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
    };
    match out(text) {
        Err(error) if gone(&error) => Ok(()),
        said => said,
    }
}

/// How text may be set off on one of the two streams.
#[derive(Clone, Copy)]
pub struct Style {
    colours: bool,
}

impl Style {
    /// What stdout can show.
    pub fn of_stdout() -> Style {
        Style { colours: stdout().is_terminal() && wanted() }
    }

    /// What stderr can show.
    pub fn of_stderr() -> Style {
        Style { colours: stderr().is_terminal() && wanted() }
    }

    /// Text that matters most.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Text that matters least.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Text that went well.
    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// Text that went wrong, or is gone.
    pub fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self.colours {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_string(),
        }
    }
}

/// A line of somebody else, without what a terminal would obey.
pub fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            // A colour: up to its `m`.
            '\u{1b}' => _ = letters.find(|letter| letter.is_ascii_alphabetic()),
            letter if letter.is_control() => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

/// The columns of the terminal, or a width that reads well.
pub fn width() -> usize {
    match size(&stderr()) {
        Some((columns, _)) => columns.clamp(20, 100),
        None => 80,
    }
}

/// The columns that a line of stdout may have: no bound when it goes into a file.
pub fn width_of_stdout() -> usize {
    match size(&stdout()) {
        Some((columns, _)) => columns.max(20),
        None => usize::MAX,
    }
}

/// The rows of the terminal, when there is one.
pub fn height() -> Option<usize> {
    size(&stderr()).map(|(_, rows)| rows)
}

/// Columns and rows. Only a terminal is asked, because the library may start a program for it.
fn size(stream: &impl IsTerminal) -> Option<(usize, usize)> {
    let size = if stream.is_terminal() { crossterm::terminal::size().ok() } else { None };
    let (columns, rows) = size.filter(|(columns, rows)| *columns > 0 && *rows > 0)?;
    Some((columns.into(), rows.into()))
}

fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| printable(line, LONGEST_LINE)).collect();
    lines.join("\n")
}

fn wanted() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let plain = set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !plain && understood()
}

#[cfg(unix)]
fn understood() -> bool {
    true
}

/// An old console of Windows must be asked to understand colours.
#[cfg(windows)]
fn understood() -> bool {
    crossterm::ansi_support::supports_ansi()
}

const LONGEST_LINE: usize = 4_000;
