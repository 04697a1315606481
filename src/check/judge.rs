//! Whether an answer is the expected one, in words for those who must find out why not.

use std::collections::BTreeMap;
use std::fmt;

use crate::catalog::check::Step;
use crate::check::{Answer, Ask, fill};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// What was sent, what was expected, what came.
    Wrong {
        sent: String,
        expected: String,
        got: String,
    },
    /// It could not be sent: an earlier step did not bring what it needs.
    Skipped(String),
}

impl Verdict {
    /// The step did what it says.
    pub fn is_right(&self) -> bool {
        *self == Verdict::Right
    }
}

/// What was expected and did not come.
pub fn wrong(step: &Step, answer: &Answer, known: &BTreeMap<String, String>) -> Option<String> {
    if answer.status != step.status {
        return Some(format!("status {}", step.status));
    }
    let missing = |place: &str| answer.at(place).is_none_or(|value| value.is_empty());
    for (place, wanted) in &step.expect {
        let wanted = match fill::text(wanted, known) {
            Ok(wanted) => wanted,
            Err(name) => return Some(format!("`{place}` to be the {name}, which never came")),
        };
        let holds = match wanted.as_str() {
            ANYTHING => !missing(place),
            _ => answer.at(place).as_ref() == Some(&wanted),
        };
        if !holds {
            return Some(format!("`{place}` to be {}", shown(&wanted)));
        }
    }
    let lost = step.keep.values().find(|place| missing(place));
    lost.map(|place| format!("something at `{place}`"))
}

fn shown(wanted: &str) -> String {
    if wanted == ANYTHING { "there".to_string() } else { format!("`{wanted}`") }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {}", short(value))?;
        }
        self.body.iter().try_for_each(|body| write!(f, "\n{}", short(body)))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        for (name, value) in &self.headers {
            if TELLING.contains(&name.as_str()) {
                write!(f, "\n{name}: {}", short(value))?;
            }
        }
        match self.body.trim() {
            "" => write!(f, "\n(no body)"),
            body => write!(f, "\n{}", short(body)),
        }
    }
}

/// One line that fits a screen, without what a terminal would obey.
fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

const ANYTHING: &str = "*";
const LONGEST: usize = 400;
/// Headers of an answer that help to find out why.
const TELLING: [&str; 5] = ["allow", "etag", "location", "retry-after", "x-request-id"];
