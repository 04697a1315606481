//! Whether what a command prints is what the book says: ids, times and durations may be others.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use regex::Regex;

/// Ids of the book, and what they are in this run.
pub type Ids = BTreeMap<String, String>;

/// Patterns for what may differ.
pub struct Matcher {
    volatile: Regex,
    id: Regex,
}

impl Matcher {
    pub fn new() -> Result<Matcher> {
        let all = [ID, TIME, DATE, DURATION].map(|it| format!("({it})")).join("|");
        Ok(Matcher { volatile: Regex::new(&all)?, id: Regex::new(ID)? })
    }

    /// The ids of this run when the lines match, and nothing when they do not.
    pub fn lines(&self, expected: &[String], got: &[&str], ids: &Ids) -> Result<Option<Ids>> {
        let Some((first, rest)) = expected.split_first() else {
            return Ok(got.is_empty().then(|| ids.clone()));
        };
        if first.trim() == ANY {
            for skipped in 0..=got.len() {
                if let Some(ids) = self.lines(rest, &got[skipped..], ids)? {
                    return Ok(Some(ids));
                }
            }
            return Ok(None);
        }
        let Some((line, others)) = got.split_first() else { return Ok(None) };
        match self.line(first, line, ids)? {
            Some(ids) => self.lines(rest, others, &ids),
            None => Ok(None),
        }
    }

    fn line(&self, expected: &str, got: &str, ids: &Ids) -> Result<Option<Ids>> {
        let mut pattern = String::from("^");
        let mut known = Vec::new();
        let mut at = 0;
        for found in self.volatile.captures_iter(expected) {
            let whole = found.get(0).context("a capture")?;
            pattern.push_str(&literal(&expected[at..whole.start()]));
            at = whole.end();
            let kind = (1..=4).find(|kind| found.get(*kind).is_some()).unwrap_or(1);
            pattern.push_str(&format!("({})", [ID, TIME, DATE, DURATION][kind - 1]));
            known.push((kind == 1).then(|| whole.as_str().to_string()));
        }
        pattern.push_str(&literal(&expected[at..]));
        pattern.push('$');
        let Some(captures) = Regex::new(&pattern)?.captures(got) else { return Ok(None) };
        let mut ids = ids.clone();
        // only the outer group of each is ours, in order
        let groups = captures.iter().skip(1).flatten();
        let mut values = groups
            .filter(|it| self.volatile.find(it.as_str()).is_some_and(|v| v.len() == it.len()));
        for book in known {
            let Some(value) = values.next() else { break };
            if let Some(book) = book {
                let real = ids.entry(book).or_insert_with(|| value.as_str().to_string());
                if real != value.as_str() {
                    return Ok(None);
                }
            }
        }
        Ok(Some(ids))
    }

    /// A command with the ids of this run.
    pub fn translated(&self, command: &str, ids: &Ids) -> String {
        let real = |found: &regex::Captures<'_>| {
            ids.get(&found[0]).cloned().unwrap_or(found[0].to_string())
        };
        self.id.replace_all(command, real).into_owned()
    }
}

fn literal(text: &str) -> String {
    text.split(ANY).map(regex::escape).collect::<Vec<_>>().join(".*?")
}

/// Any text of a line, and alone any lines.
pub const ANY: &str = "…";
const ID: &str = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const TIME: &str = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)";
const DATE: &str = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT";
const DURATION: &str = r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s)\b";

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0199c0de-5c7e-7c1b-9a3f-2f1d4c5b6a70";
    const B: &str = "0199c0de-0000-7c1b-9a3f-2f1d4c5b6a70";
    const C: &str = "11111111-0000-7c1b-9a3f-2f1d4c5b6a70";

    fn fits(expected: &str, got: &str) -> Option<Ids> {
        let expected: Vec<String> = expected.lines().map(str::to_string).collect();
        let got: Vec<&str> = got.lines().collect();
        Matcher::new().unwrap().lines(&expected, &got, &Ids::new()).unwrap()
    }

    #[test]
    fn ids_times_and_durations_may_differ() {
        let ids = fits(
            &format!("{{\"id\":\"{A}\"}}\nagain {A}"),
            &format!("{{\"id\":\"{B}\"}}\nagain {B}"),
        );
        assert_eq!(ids.unwrap()[A], B);
        assert!(
            fits(&format!("{A} {A}"), &format!("{B} {C}")).is_none(),
            "the same id stays the same"
        );
        assert!(fits("at 2026-01-01T00:00:00Z", "at 2026-11-26T10:11:12.123456Z").is_some());
        assert!(
            fits("date: Mon, 01 Jan 2026 00:00:00 GMT", "date: Thu, 26 Nov 2026 10:00:00 GMT")
                .is_some()
        );
        assert!(fits("took 12 ms", "took 1.5 s").is_some());
        assert!(fits("took 12 ms", "took long").is_none());
    }

    #[test]
    fn everything_else_is_the_same() {
        assert!(fits("a (b) [c]", "a (b) [c]").is_some());
        assert!(fits("a", "b").is_none());
        assert!(fits("a\nb", "a").is_none());
        assert!(fits("a", "a\nb").is_none());
        assert!(fits("a … c", "a b b c").is_some());
        assert!(fits("a\n…\nd", "a\nb\nc\nd").is_some());
        assert!(fits("…\nd", "d").is_some());
        assert!(fits("a\n…\nd", "a\nb").is_none());
    }

    #[test]
    fn commands_use_the_ids_of_this_run() {
        let ids = Ids::from([(A.to_string(), B.to_string())]);
        let matcher = Matcher::new().unwrap();
        assert_eq!(matcher.translated(&format!("get {A} {C}"), &ids), format!("get {B} {C}"));
    }
}
