//! What a learner reads when a rule fails: at most 14 lines, from what was sent to what is next.

use crate::judge::Wrong;
use crate::lesson::make::Seed;
use crate::lesson::spec::{Mutant, Rule};
use crate::words;

/// A rule that does not hold, with all that helps to find out why.
#[derive(Clone, Debug)]
pub struct Failure {
    pub rule: Rule,
    /// The last request, as a line to type; or what else was done.
    pub sent: String,
    /// What the step shows.
    pub note: Option<String>,
    pub wrong: Wrong,
    /// The line of the item that the rule names, in the learner's file.
    pub line: Option<usize>,
    pub seed: Seed,
    /// Rules that hold, of all.
    pub passed: usize,
    pub of: usize,
    /// Wrong solutions that fail this rule too.
    pub known: Vec<Mutant>,
    /// Lessons that were passed before.
    pub earlier: Vec<String>,
}

impl Failure {
    /// The message.
    pub fn lines(&self) -> Vec<String> {
        let head = format!("FAIL  {} - {}", self.rule.id, self.rule.subgoal);
        let mut lines = vec![format!("{head}  [seed {}]", self.seed)];
        let replay = format!("backend-gen learn probe {} --seed {}", self.rule.id, self.seed);
        let mut after = Vec::new();
        after.extend(self.note.iter().flat_map(|note| labelled("", note, 1)));
        after.extend(labelled("expected", &self.wrong.expected, 2));
        after.extend(labelled("got", &self.wrong.got, 2));
        after.extend(labelled("why", &self.why(), 2));
        after.extend(labelled("look at", &self.place(), 1));
        after.extend(labelled("passing", &self.passing(), 1));
        after.extend(labelled("replay", &replay, 1));
        after.extend(labelled("next", NEXT, 1));
        // what can be typed again is whole where the rest leaves room for it
        let room = LONGEST.saturating_sub(lines.len() + after.len()).max(3);
        lines.extend(labelled("sent", &self.sent, room));
        lines.extend(after);
        // The first that can be missed is what the step shows.
        if lines.len() > LONGEST {
            lines.retain(|line| self.note.as_deref().is_none_or(|note| !line.ends_with(note)));
        }
        lines.truncate(LONGEST);
        lines
    }

    /// The wrong solution that this looks like.
    pub fn looks_like(&self) -> Option<&Mutant> {
        self.known.iter().find(|mutant| {
            let (looks, at) = (mutant.looks.as_deref(), mutant.at.as_deref());
            let note = self.note.as_deref().unwrap_or_default();
            mutant.fails == self.rule.id
                && (looks.is_some() || at.is_some())
                && looks.is_none_or(|it| self.wrong.got.contains(it))
                && at.is_none_or(|it| note.contains(it))
        })
    }

    fn why(&self) -> String {
        match self.looks_like() {
            Some(mutant) => mutant.says.clone(),
            None => self.rule.why.clone(),
        }
    }

    fn place(&self) -> String {
        let (file, item) = self.rule.file_and_item();
        let line = self.line.map_or(String::new(), |line| format!(":{line}"));
        let item = item.filter(|_| self.line.is_some());
        let item = item.map_or(String::new(), |item| format!(" ({item})"));
        format!("{file}{line}{item}; book {}", self.rule.book)
    }

    fn passing(&self) -> String {
        let earlier = match self.earlier.as_slice() {
            [] => String::new(),
            earlier => format!("; passed before: {}", earlier.join(" ")),
        };
        format!("{} of {}{earlier}", self.passed, words::count(self.of, "rule"))
    }
}

/// A paragraph behind its label, in at most so many lines.
fn labelled(label: &str, text: &str, most: usize) -> Vec<String> {
    let text = words::printable(&text.split_whitespace().collect::<Vec<_>>().join(" "), LETTERS);
    let mut lines = broken(&text);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = words::clip(&format!("{last} {}", "…".repeat(WIDTH)), WIDTH);
        }
    }
    let lines = lines.into_iter().enumerate();
    lines.map(|(at, line)| format!("  {:<9} {line}", if at == 0 { label } else { "" })).collect()
}

/// Wrapped at words; a word that is longer than a line is cut into pieces.
fn broken(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in words::wrap(text, WIDTH) {
        let letters: Vec<char> = line.chars().collect();
        let pieces = letters.chunks(WIDTH).map(|piece| piece.iter().collect::<String>());
        lines.extend(pieces);
    }
    lines
}

/// The line in which an item or a key of that name begins, from 1.
pub fn line_of(text: &str, item: &str) -> Option<usize> {
    let begins = |line: &str| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let mut before = words.by_ref().take_while(|word| *word != item);
        let kind = before.by_ref().last().unwrap_or_default().to_string();
        KINDS.contains(&kind.as_str()) && line.contains(item)
    };
    let code = text.lines().position(|line| begins(line.trim_start()));
    let key = || {
        let name = |line: &str| line.split([':', '=']).next().map(|it| it.trim().to_string());
        let key = |line: &str| {
            name(line.trim_start().trim_start_matches("- ")).is_some_and(|it| it == item)
        };
        let table = |line: &str| line.trim() == format!("[{item}]");
        text.lines().position(|line| table(line) || line.contains([':', '=']) && key(line))
    };
    code.or_else(key).map(|at| at + 1)
}

/// The most lines of a message.
pub const LONGEST: usize = 14;
const WIDTH: usize = 88;
const LETTERS: usize = 600;
const NEXT: &str = "fix this rule first; a hint: `backend-gen learn hint`";
const KINDS: [&str; 9] =
    ["fn", "struct", "enum", "impl", "const", "static", "trait", "type", "mod"];

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        let rule = Rule {
            id: "W0.missing".into(),
            subgoal: "A product that does not exist answers 404".into(),
            why: "A client decides by the status. ".repeat(9),
            place: "src/products/api.rs#show".into(),
            book: "5.1".into(),
            with: Default::default(),
        };
        Failure {
            rule,
            sent: "curl -i http://127.0.0.1:3000/api/v1/products/x".repeat(30),
            note: Some("no such product".into()),
            wrong: Wrong::new("status 404 ".repeat(90), "status 200, null\u{1b}[2J".repeat(90)),
            line: Some(27),
            seed: Seed(0x7f31),
            passed: 1,
            of: 2,
            known: vec![],
            earlier: vec!["W0".into()],
        }
    }

    #[test]
    fn a_message_has_at_most_14_lines_whatever_was_got() {
        let lines = failure().lines();
        assert_eq!(lines.len(), LONGEST, "{lines:#?}");
        let text = lines.join("\n");
        for part in ["[seed 00007f31]", "sent", "src/products/api.rs:27 (show)", "replay", "next"] {
            assert!(text.contains(part), "no `{part}` in:\n{text}");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 110), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_known_mistake_is_explained_in_its_own_words() {
        let mut failure = failure();
        failure.known = vec![Mutant {
            name: "null".into(),
            fails: "W0.missing".into(),
            says: "this sends the Option as it is".into(),
            looks: Some("status 200".into()),
            at: None,
            with: Default::default(),
        }];
        assert!(failure.lines().join("\n").contains("this sends the Option as it is"));
        failure.wrong.got = "status 500".into();
        assert!(failure.looks_like().is_none());
    }

    #[test]
    fn a_mistake_may_show_by_the_step_and_not_by_the_answer() {
        let mut failure = failure();
        let known = |name: &str, at: &str| Mutant {
            name: name.into(),
            fails: "W0.missing".into(),
            says: String::new(),
            looks: None,
            at: Some(at.into()),
            with: Default::default(),
        };
        failure.known = vec![known("other", "a product"), known("none", "no such product")];
        assert_eq!(failure.looks_like().map(|it| it.name.as_str()), Some("none"));
        failure.note = None;
        assert!(failure.looks_like().is_none());
    }

    #[test]
    fn what_was_sent_is_whole_when_the_rest_is_short() {
        let mut failure = failure();
        failure.wrong = Wrong::new("status 204", "status 401");
        failure.rule.why = "Short.".into();
        failure.sent = format!("curl -i http://127.0.0.1:3000/ -d '{}' end", "x".repeat(240));
        let lines = failure.lines();
        assert!(
            lines.len() <= LONGEST && lines.iter().any(|it| it.ends_with(" end")),
            "{lines:#?}"
        );
    }

    #[test]
    fn an_item_is_found_by_its_name() {
        let text = "use x::show;\n\n// show\npub async fn show(id: Id) {}\nimpl Order {}\n";
        assert_eq!(line_of(text, "show"), Some(4));
        assert_eq!(line_of(text, "Order"), Some(5));
        assert_eq!(line_of(text, "sho"), None);
        let yaml = "# on what\non: push\njobs:\n  check:\n    steps: []\n";
        assert_eq!(line_of(yaml, "on"), Some(2));
        assert_eq!(line_of(yaml, "check"), Some(4));
        assert_eq!(line_of("[http_service]\ninternal_port = 1\n", "internal_port"), Some(2));
        assert_eq!(line_of("app = \"env\"\n[env]\n", "env"), Some(2));
    }
}
