//! How far somebody has come: an append-only log, one JSON object a line.
//!
//! A line that was torn by a kill is left out; the rest counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Event {
    /// The version of this format.
    pub v: u32,
    /// Seconds since 1970.
    pub at: u64,
    pub lesson: String,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// It became the current lesson.
    Go,
    /// A check was made: the rule that failed, or none.
    Check {
        rule: Option<String>,
        passed: usize,
        of: usize,
        seed: String,
        ms: u64,
    },
    /// A check that could not judge: it did not build, did not start.
    Broken {
        why: String,
    },
    Predict {
        question: usize,
        answer: usize,
        right: bool,
    },
    Hint {
        level: usize,
    },
    Solution {
        given_up: bool,
    },
    Reset,
    /// An answer to a question of `learn review`.
    Review {
        /// Of the book; nothing when the lesson itself asks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chapter: Option<String>,
        question: usize,
        right: bool,
    },
}

/// What the log adds up to.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub events: Vec<Event>,
    /// Lines that could not be read, before the last.
    pub broken: usize,
    /// A line was written by a later version.
    pub newer: bool,
}

/// How one lesson stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub passed: bool,
    pub checks: usize,
    /// The highest hint that was shown.
    pub hint: usize,
    pub given_up: bool,
    /// The rule that failed last.
    pub fails: Option<String>,
    /// Seconds from the first look to the first pass.
    pub took: Option<u64>,
}

/// The version of the format.
pub const VERSION: u32 = 1;

impl Event {
    /// One line, without its end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Progress {
    /// Reads a log, whatever has become of it.
    pub fn read(bytes: &[u8]) -> Progress {
        let mut progress = Progress::default();
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice::<Event>(line) {
                Ok(event) if event.v == VERSION => progress.events.push(event),
                _ => progress.unknown(line),
            }
        }
        progress
    }

    fn unknown(&mut self, line: &[u8]) {
        let line: Result<serde_json::Value, _> = serde_json::from_slice(line);
        match line.ok().and_then(|line| line.get("v")?.as_u64()) {
            Some(version) if version > u64::from(VERSION) => self.newer = true,
            _ => self.broken += 1,
        }
    }

    /// How a lesson stands.
    pub fn of(&self, lesson: &str) -> Standing {
        let mut standing = Standing::default();
        let mut began = None;
        for event in self.events.iter().filter(|event| event.lesson == lesson) {
            began = began.or(Some(event.at));
            match &event.what {
                What::Check { rule, .. } => {
                    standing.checks += 1;
                    standing.fails.clone_from(rule);
                    if rule.is_none() && !standing.passed {
                        standing.passed = true;
                        standing.took = began.map(|began| event.at.saturating_sub(began));
                    }
                }
                What::Hint { level } => standing.hint = standing.hint.max(*level),
                What::Solution { given_up } => standing.given_up |= given_up,
                _ => {}
            }
        }
        standing
    }

    /// Lessons that were passed.
    pub fn passed(&self) -> BTreeSet<&str> {
        let passes =
            self.events.iter().filter(|it| matches!(it.what, What::Check { rule: None, .. }));
        passes.map(|event| event.lesson.as_str()).collect()
    }

    /// The lesson that was last gone to.
    pub fn current(&self) -> Option<&str> {
        let goes = self.events.iter().rev().find(|event| event.what == What::Go);
        goes.map(|event| event.lesson.as_str())
    }

    /// What was predicted in a lesson, by question.
    pub fn predicted(&self, lesson: &str) -> BTreeMap<usize, usize> {
        let events = self.events.iter().filter(|event| event.lesson == lesson);
        let predicted = events.filter_map(|event| match event.what {
            What::Predict { question, answer, .. } => Some((question, answer)),
            _ => None,
        });
        predicted.collect()
    }
}

impl Standing {
    /// The solution may be shown.
    pub fn is_open(&self) -> bool {
        self.passed || self.given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(events: &[What]) -> String {
        let line = |(at, what): (usize, &What)| {
            let event =
                Event { v: VERSION, at: at as u64, lesson: "W0".into(), what: what.clone() };
            event.line() + "\n"
        };
        events.iter().enumerate().map(line).collect()
    }

    fn check(rule: Option<&str>) -> What {
        let rule = rule.map(str::to_string);
        What::Check { rule, passed: 1, of: 2, seed: "7f31".into(), ms: 10 }
    }

    #[test]
    fn events_survive_being_written_and_read() {
        let text = log(&[What::Go, check(Some("W0.a")), What::Hint { level: 2 }, check(None)]);
        let progress = Progress::read(text.as_bytes());
        assert_eq!((progress.events.len(), progress.broken), (4, 0));
        let standing = progress.of("W0");
        assert!(standing.passed && standing.is_open());
        assert_eq!((standing.checks, standing.hint, standing.took), (2, 2, Some(3)));
        assert_eq!(progress.current(), Some("W0"));
        assert!(!progress.of("A1").is_open());
    }

    #[test]
    fn a_torn_tail_is_left_out_and_the_rest_counts() {
        let text = log(&[What::Go, check(None)]);
        for end in 0..text.len() {
            let progress = Progress::read(&text.as_bytes()[..end]);
            assert_eq!((progress.broken, progress.newer), (0, false), "cut at {end}");
            assert_eq!(progress.events.len(), text[..end].matches('\n').count());
        }
    }

    #[test]
    fn broken_lines_are_counted_and_later_ones_recognised() {
        let text = log(&[What::Go]);
        let read = |more: &[u8]| Progress::read(&[text.as_bytes(), more].concat());
        assert_eq!(read(b"\0\0\0\n").broken, 1);
        assert_eq!(read(b"{\"v\":1}\nnonsense\n").broken, 2);
        assert!(read(b"{\"v\":2,\"what\":\"dance\"}\n").newer);
        assert_eq!(read(b"{\"v\":2}\n").events.len(), 1);
    }
}
