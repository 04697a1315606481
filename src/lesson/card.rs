//! One line that says how far somebody is, to be pasted to a teacher; and many of them as a table.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lesson::Lesson;
use crate::lesson::progress::Progress;

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Card {
    pub name: String,
    pub stack: String,
    pub lessons: Vec<Line>,
}

/// One lesson on it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Line {
    pub id: String,
    pub passed: bool,
    pub checks: usize,
    /// The highest hint that was shown.
    pub hint: usize,
    pub given_up: bool,
    /// The rule that failed last.
    pub fails: Option<String>,
    pub seconds: Option<u64>,
}

impl Card {
    /// The card of a course.
    pub fn of(name: &str, stack: &str, lessons: &[&Lesson], progress: &Progress) -> Card {
        let begun = lessons.iter().filter(|it| progress.events.iter().any(|e| e.lesson == it.id()));
        let line = |lesson: &&Lesson| {
            let standing = progress.of(lesson.id());
            Line {
                id: lesson.id().to_string(),
                passed: standing.passed,
                checks: standing.checks,
                hint: standing.hint,
                given_up: standing.given_up,
                fails: standing.fails.filter(|_| !standing.passed),
                seconds: standing.took,
            }
        };
        Card { name: name.into(), stack: stack.into(), lessons: begun.map(line).collect() }
    }

    /// As one line.
    pub fn line(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("{MARK}{}.{}", URL_SAFE_NO_PAD.encode(&json), sum(&json))
    }

    /// Reads a line; what was lost on the way is noticed.
    pub fn read(line: &str) -> Option<Card> {
        let (body, checksum) = line.trim().strip_prefix(MARK)?.split_once('.')?;
        let json = URL_SAFE_NO_PAD.decode(body).ok()?;
        let card = serde_json::from_slice(&json).ok()?;
        (sum(&json) == checksum).then_some(card)
    }
}

/// Cards as a table: one row for each learner and lesson.
pub fn csv(cards: &[Card]) -> String {
    let mut rows = vec!["name,stack,lesson,passed,checks,hint,given_up,fails,seconds".to_string()];
    for card in cards {
        rows.extend(card.lessons.iter().map(|line| {
            let seconds = line.seconds.map_or(String::new(), |it| it.to_string());
            let cells = [
                card.name.clone(),
                card.stack.clone(),
                line.id.clone(),
                line.passed.to_string(),
                line.checks.to_string(),
                line.hint.to_string(),
                line.given_up.to_string(),
                line.fails.clone().unwrap_or_default(),
                seconds,
            ];
            cells.map(|cell| quoted(&cell)).join(",")
        }));
    }
    rows.join("\n") + "\n"
}

/// A spreadsheet must not take a name for a formula.
fn quoted(cell: &str) -> String {
    let cell = match cell.starts_with(['=', '+', '-', '@']) {
        true => format!("'{cell}"),
        false => cell.to_string(),
    };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

const MARK: &str = "bg1-";

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str) -> Card {
        let line = Line {
            id: "W0".into(),
            passed: true,
            checks: 3,
            hint: 1,
            given_up: false,
            fails: None,
            seconds: Some(300),
        };
        Card { name: name.into(), stack: "s".into(), lessons: vec![line] }
    }

    #[test]
    fn a_card_survives_being_pasted_and_a_torn_one_is_refused() {
        let line = card("Ann, \"A\"").line();
        assert!(!line.contains(char::is_whitespace));
        assert_eq!(Card::read(&format!(" {line}\n")), Some(card("Ann, \"A\"")));
        assert_eq!(Card::read(&line[..line.len() - 3]), None);
        assert_eq!(Card::read(&line.replacen('e', "f", 1)), None);
    }

    #[test]
    fn a_table_has_no_formulas_and_no_broken_cells() {
        let table = csv(&[card("=1+1"), card("a,\"b\"")]);
        assert!(table.contains("\n'=1+1,s,W0,true,3,1,false,,300\n"), "{table}");
        assert!(table.contains("\n\"a,\"\"b\"\"\",s,"), "{table}");
    }
}
