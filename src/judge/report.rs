//! What came of one check: a verdict for each rule, or why nothing could be judged.

use serde_json::{Value, json};

use crate::judge::message::Failure;
use crate::lesson::make::Seed;
use crate::lesson::spec::Rule;

/// The check of one lesson.
#[derive(Clone, Debug)]
pub struct Report {
    /// `W0`
    pub lesson: String,
    pub title: String,
    pub seed: Seed,
    pub rules: Vec<(Rule, Verdict)>,
    /// Why nothing was judged, or not all.
    pub broken: Option<Broken>,
    pub stopped: bool,
    pub ms: u64,
}

/// Whether one rule holds.
#[derive(Clone, Debug)]
pub enum Verdict {
    Holds,
    Fails(Box<Failure>),
    /// An earlier rule failed.
    NotRun,
    /// It cannot be judged here, and why.
    NotChecked(String),
}

/// A backend that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In one word, for logs: `build`, `ends`, `silent`, `floods`, `elsewhere`, `set-up`,
    /// `regression`.
    pub kind: &'static str,
    pub what: String,
    pub hint: String,
    /// The last lines that it said, or the first error.
    pub lines: Vec<String>,
}

impl Report {
    /// Every rule holds.
    pub fn is_pass(&self) -> bool {
        self.broken.is_none() && !self.stopped && self.rules.iter().all(|(_, it)| it.holds())
    }

    /// No rule fails, but some could not be judged here.
    pub fn is_partial(&self) -> bool {
        let fine = |verdict: &Verdict| matches!(verdict, Verdict::Holds | Verdict::NotChecked(_));
        let some = self.rules.iter().any(|(_, verdict)| matches!(verdict, Verdict::NotChecked(_)));
        self.broken.is_none() && some && self.rules.iter().all(|(_, verdict)| fine(verdict))
    }

    /// The rule that fails.
    pub fn failure(&self) -> Option<&Failure> {
        self.rules.iter().find_map(|(_, verdict)| match verdict {
            Verdict::Fails(failure) => Some(&**failure),
            _ => None,
        })
    }

    /// How many rules hold.
    pub fn passed(&self) -> usize {
        self.rules.iter().filter(|(_, verdict)| verdict.holds()).count()
    }

    /// In one word.
    pub fn outcome(&self) -> &'static str {
        match () {
            () if self.stopped => "stopped",
            () if self.broken.is_some() => "broken",
            () if self.is_pass() => "pass",
            () if self.is_partial() => "partial",
            () => "fail",
        }
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let rules = self.rules.iter().map(|(rule, verdict)| {
            let mut one =
                json!({ "id": rule.id, "subgoal": rule.subgoal, "verdict": verdict.word() });
            match verdict {
                Verdict::Fails(failure) => {
                    one["sent"] = failure.sent.clone().into();
                    one["expected"] = failure.wrong.expected.clone().into();
                    one["got"] = failure.wrong.got.clone().into();
                    one["message"] = failure.lines().into();
                    one["looks_like"] =
                        failure.looks_like().map(|mutant| mutant.name.clone()).into();
                }
                Verdict::NotChecked(why) => one["why"] = why.clone().into(),
                _ => {}
            }
            one
        });
        let broken = self.broken.as_ref().map(|broken| {
            json!({ "kind": broken.kind, "what": broken.what, "hint": broken.hint, "lines": broken.lines })
        });
        json!({
            "lesson": self.lesson,
            "title": self.title,
            "seed": self.seed.to_string(),
            "outcome": self.outcome(),
            "rules": rules.collect::<Vec<_>>(),
            "broken": broken,
            "ms": self.ms,
        })
    }
}

impl Verdict {
    fn holds(&self) -> bool {
        matches!(self, Verdict::Holds)
    }

    /// In one word.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Fails(_) => "fails",
            Verdict::NotRun => "not-run",
            Verdict::NotChecked(_) => "not-checked",
        }
    }
}

impl Broken {
    /// Why nothing was judged, and what can be done.
    pub fn new(kind: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Broken {
        Broken { kind, what: what.into(), hint: hint.into(), lines: vec![] }
    }

    /// With what the program said.
    pub fn saying(mut self, lines: Vec<String>) -> Broken {
        self.lines = lines;
        self
    }
}
