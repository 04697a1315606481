//! The prompts as a person meets them: in a real pseudo-terminal.

mod answers;
mod lines;
mod paste;
mod quit;
mod sizes;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::{UnixProcess, WaitStatus};
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};
use regex::Regex;

use crate::sandbox::Sandbox;

pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\u{1b}";
pub const UP: &str = "\u{1b}[A";
pub const DOWN: &str = "\u{1b}[B";
pub const RIGHT: &str = "\u{1b}[C";
pub const CTRL_C: &str = "\u{3}";
pub const CTRL_D: &str = "\u{4}";

/// The questions of `new` without a word, in their order, and what ends them.
pub const QUESTIONS: [&str; 8] = [
    "What is it called?",
    "Where does the data",
    "who is asking?",
    "speak to it?",
    "kept",
    "will it run?",
    "every change?",
    LAST,
];

/// Those about what stands around the code.
const AROUND: [&str; 2] = ["will it run?", "every change?"];
pub const LAST: &str = "Write it?";

/// A talk with the program.
pub struct Talk {
    session: OsSession,
    seen: Vec<u8>,
}

/// How a talk went.
pub struct Over {
    /// All that was written, with what steers the terminal.
    pub raw: String,
}

impl Talk {
    /// Starts the program in a window of so many columns and rows.
    pub fn start(sandbox: &Sandbox, window: (u16, u16), words: &str) -> Talk {
        Talk::with(sandbox, window, &[], words)
    }

    /// The same, with more in its environment.
    pub fn with(sandbox: &Sandbox, window: (u16, u16), env: &[(&str, &str)], words: &str) -> Talk {
        Talk::inside(sandbox.path(), window, env, words)
    }

    /// The same, in a folder of its own.
    pub fn inside(
        folder: &Path,
        (columns, rows): (u16, u16),
        env: &[(&str, &str)],
        words: &str,
    ) -> Talk {
        let program = env!("CARGO_BIN_EXE_backend-gen");
        let mut shell = Command::new("sh");
        // it starts when the window has its size
        let script = format!("stty sane; read -r go; exec '{program}' {words}");
        shell.args(["-c", &script]).current_dir(folder);
        for name in ["CI", "NO_COLOR", "COLUMNS", "LINES"] {
            shell.env_remove(name);
        }
        shell.env("TERM", "xterm-256color").envs(env.iter().copied());
        let mut session = Session::spawn(shell).expect("a pseudo-terminal");
        session.set_expect_timeout(Some(Duration::from_secs(60)));
        let mut talk = Talk { session, seen: Vec::new() };
        talk.resize(columns, rows).types("\n");
        talk
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Talk {
        match self.session.expect(text) {
            Ok(found) => self.seen.extend(found.as_bytes()),
            Err(error) => panic!("no `{text}` ({error}) after:\n{}", plain(&self.seen)),
        }
        self
    }

    /// Presses keys.
    pub fn types(&mut self, keys: &str) -> &mut Talk {
        self.session.send(keys).expect("the terminal takes keys");
        self
    }

    /// Waits for a question, then presses keys.
    #[track_caller]
    pub fn answers(&mut self, question: &str, keys: &str) -> &mut Talk {
        self.sees(question).types(keys)
    }

    /// Takes nothing around the code, and answers the last question.
    #[track_caller]
    pub fn ends_talk(&mut self, keys: &str) -> &mut Talk {
        for question in AROUND {
            self.answers(question, ENTER);
        }
        self.answers(LAST, keys)
    }

    /// Makes the window larger or smaller.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Talk {
        self.process().set_window_size(columns, rows).expect("a window size");
        self
    }

    /// Gives it the time to draw what has changed.
    pub fn settles(&mut self) -> &mut Talk {
        std::thread::sleep(Duration::from_millis(300));
        self
    }

    pub fn process(&mut self) -> &mut UnixProcess {
        self.session.get_process_mut()
    }

    /// Waits for the end; the terminal must be as it was.
    #[track_caller]
    pub fn ends_with(mut self, code: i32) -> Over {
        match self.session.expect(Eof) {
            Ok(rest) => self.seen.extend(rest.as_bytes()),
            Err(error) => panic!("no end ({error}) after:\n{}", plain(&self.seen)),
        }
        let status = self.session.get_process().wait().expect("a status");
        let WaitStatus::Exited(_, found) = status else { panic!("it ended with {status:?}") };
        assert_eq!(found, code, "{}", plain(&self.seen));
        assert!(self.session.get_process().get_echo().unwrap(), "the terminal stays mute");
        let raw = String::from_utf8_lossy(&self.seen).into_owned();
        assert!(!raw.contains("panicked"), "{raw}");
        let (hidden, shown) = (raw.rfind("\u{1b}[?25l"), raw.rfind("\u{1b}[?25h"));
        assert!(hidden <= shown, "the cursor stays hidden");
        Over { raw }
    }
}

impl Over {
    /// What could be read.
    pub fn text(&self) -> String {
        plain(self.raw.as_bytes())
    }

    /// Something was said.
    #[track_caller]
    pub fn says(self, text: &str) -> Over {
        let said = self.text();
        assert!(said.contains(text), "no `{text}` in:\n{said}");
        self
    }
}

/// Without what steers the terminal.
pub fn plain(bytes: &[u8]) -> String {
    let steering = Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]|\r").unwrap();
    steering.replace_all(&String::from_utf8_lossy(bytes), "").into_owned()
}
