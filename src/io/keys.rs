//! Single keys from a terminal; whole lines where keys cannot be had.

use std::io::{BufRead, IsTerminal, stderr, stdin};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Letter(char),
    /// Ctrl-C, or the end of the input.
    End,
    /// Nothing, for as long as was waited.
    None,
}

/// Where keys come from.
pub enum Keys {
    Raw,
    Lines(Receiver<Option<char>>),
}

impl Keys {
    /// Somebody sits there and can press a key.
    pub fn are_there() -> bool {
        stdin().is_terminal() && stderr().is_terminal()
    }

    /// Keys as they are pressed; with `plain` a letter and Enter.
    pub fn new(plain: bool) -> Keys {
        if !plain && terminal::is_raw_mode_enabled().is_ok() {
            return Keys::Raw;
        }
        let (say, hear) = mpsc::channel();
        thread::spawn(move || {
            for line in stdin().lock().lines().map_while(Result::ok) {
                let _ = say.send(line.trim().chars().next());
            }
        });
        Keys::Lines(hear)
    }

    /// The next key, waited for at most so long. The terminal is as usual before and after.
    pub fn wait(&self, limit: Duration) -> Key {
        match self {
            Keys::Raw => {
                let Ok(()) = terminal::enable_raw_mode() else { return Key::End };
                let key = pressed(limit);
                let _ = terminal::disable_raw_mode();
                key
            }
            Keys::Lines(hear) => match hear.recv_timeout(limit) {
                Ok(letter) => letter.map_or(Key::None, Key::Letter),
                Err(RecvTimeoutError::Timeout) => Key::None,
                Err(RecvTimeoutError::Disconnected) => Key::End,
            },
        }
    }
}

fn pressed(limit: Duration) -> Key {
    if !event::poll(limit).unwrap_or(false) {
        return Key::None;
    }
    match event::read() {
        Ok(Event::Key(key)) if key.kind == KeyEventKind::Press => match key.code {
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Key::End,
            KeyCode::Char(letter) => Key::Letter(letter.to_ascii_lowercase()),
            KeyCode::Enter => Key::Letter('c'),
            _ => Key::None,
        },
        Ok(_) => Key::None,
        Err(_) => Key::End,
    }
}
