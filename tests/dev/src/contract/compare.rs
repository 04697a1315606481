//! The answers of one run must not differ between databases.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;

/// One answer, without what may differ.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    pub case: String,
    pub line: String,
}

/// What must be the same, besides the status and the body.
const HEADERS: [&str; 9] = [
    "content-type",
    "allow",
    "etag",
    "location",
    "retry-after",
    "www-authenticate",
    "idempotent-replayed",
    "set-cookie",
    "cache-control",
];

impl Record {
    pub fn of(title: &str, answer: &Answer) -> Self {
        let value = |name: &str, value: &str| match name {
            "retry-after" => "<wait>".to_string(),
            _ => mask(value),
        };
        let named =
            |name: &&str| answer.header(name).map(|it| format!("{name}: {}", value(name, it)));
        let headers: Vec<String> = HEADERS.iter().filter_map(named).collect();
        let body = mask(&answer.text());
        let line =
            format!("{} -> {} | {} | {body}", mask(title), answer.status, headers.join(" | "));
        Self { case: String::new(), line }
    }
}

/// Hides ids, times, waits and tokens: what each run makes anew.
pub fn mask(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || "-_.:+".contains(c);
    let mut masked = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(length.max(first.len_utf8()));
        masked.push_str(hidden(token).unwrap_or(token));
        rest = after;
    }
    masked
}

fn hidden(token: &str) -> Option<&'static str> {
    let shape: String = token.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if token.len() == 36 && token.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
        Some("<id>")
    } else if shape == "0000-00-00T00:00:00.000000Z" && !token.ends_with(".000000Z") {
        Some("<time>")
    } else if token.len() >= 32 && token.chars().any(|c| c.is_ascii_digit()) {
        Some("<token>")
    } else {
        None
    }
}

/// Of each kind of stack the answers by database.
#[derive(Default)]
pub struct Records(BTreeMap<String, BTreeMap<String, Vec<Record>>>);

impl Records {
    pub fn keep(&mut self, kind: &str, db: &str, records: Vec<Record>) {
        self.0.entry(kind.to_string()).or_default().insert(db.to_string(), records);
    }

    /// A line for each kind that ran on two databases or more, and whether it is good.
    pub fn verdicts(&self) -> Vec<(bool, String)> {
        let several = self.0.iter().filter(|(_, by_db)| by_db.len() > 1);
        several.map(|(kind, by_db)| verdict(kind, by_db)).collect()
    }
}

fn verdict(kind: &str, by_db: &BTreeMap<String, Vec<Record>>) -> (bool, String) {
    let mut all = by_db.iter();
    let Some((first, wanted)) = all.next() else { return (true, String::new()) };
    let mut differences = Vec::new();
    for (db, got) in all {
        if let Some(difference) = difference(first, wanted, db, got) {
            differences.push(difference);
        }
    }
    let names: Vec<&str> = by_db.keys().map(String::as_str).collect();
    match differences.is_empty() {
        true => (true, format!("{kind}: {} answers alike on {}", wanted.len(), names.join(", "))),
        false => (false, format!("{kind}: answers differ\n{}", differences.join("\n"))),
    }
}

/// Case by case, so that one that differs does not shift the others.
fn difference(first: &str, wanted: &[Record], db: &str, got: &[Record]) -> Option<String> {
    let of = |records: &[Record], case: &str| -> Vec<String> {
        let lines = records.iter().filter(|record| record.case == case);
        lines.map(|record| record.line.clone()).collect()
    };
    let cases: BTreeSet<&str> = wanted.iter().chain(got).map(|it| it.case.as_str()).collect();
    let mut lines = Vec::new();
    for case in cases {
        let (left, right) = (of(wanted, case), of(got, case));
        if let Some((left, right)) = left.iter().zip(&right).find(|(left, right)| left != right) {
            let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
            let shown = |line: &str| -> String {
                line.chars()
                    .take(60)
                    .chain(" … ".chars())
                    .chain(line.chars().skip(same.saturating_sub(40)).take(160))
                    .collect()
            };
            lines.push(format!(
                "  {case}\n    {first}: {}\n    {db}: {}",
                shown(left),
                shown(right)
            ));
        } else if left.len() != right.len() {
            lines.push(format!(
                "  {case}: {} answers on {first}, {} on {db}",
                left.len(),
                right.len()
            ));
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_run_makes_anew_is_hidden_and_nothing_else() {
        let text = r#"{"id":"01a20d3e-41e7-72e0-b196-5b623c104014","at":"2026-11-24T11:08:33.639232Z","v":2}"#;
        assert_eq!(mask(text), r#"{"id":"<id>","at":"<time>","v":2}"#);
        let due = r#"{"due_at":"2030-01-02T03:04:05.000000Z"}"#;
        assert_eq!(mask(due), due);
        assert_eq!(
            mask("session=4TIJaPhp88n08C8aXZiTodQ748Y4js8bFz-Ex5BEC0I; Path=/"),
            "session=<token>; Path=/"
        );
    }

    #[test]
    fn a_difference_is_found_in_its_case() {
        let record =
            |case: &str, line: &str| Record { case: case.to_string(), line: line.to_string() };
        let (left, right) =
            ([record("a", "1"), record("b", "2")], [record("a", "1"), record("b", "3")]);
        assert_eq!(difference("x", &left, "y", &left), None);
        let found = difference("x", &left, "y", &right).unwrap();
        assert!(found.contains("b\n") && !found.contains("  a"), "{found}");
        assert!(difference("x", &left, "y", &left[..1]).is_some());
    }
}
