//! `learn check --trace FILE`: the steps of a check, kept for a page.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::commands::learn::probe;
use crate::commands::learn::trial::Done;
use crate::io::{library, place, screen};
use crate::judge::Observation;
use crate::judge::report::{Report, Verdict};
use crate::lesson::trace::{self, Moment, Outcome};
use crate::words;

/// What happened so far.
pub struct Trace {
    /// When the first step began.
    began: Option<Instant>,
    moments: Vec<Moment>,
}

impl Trace {
    pub fn new() -> Trace {
        Trace { began: None, moments: Vec::new() }
    }

    /// One more step was done.
    pub fn add(&mut self, rule: &str, done: &Done) {
        let (took, statements) = match &done.seen {
            Ok(Observation::Replies { replies, statements }) => {
                (replies.iter().map(|reply| reply.took).max(), *statements)
            }
            _ => (None, None),
        };
        let now = Instant::now();
        let began = *self.began.get_or_insert(now - took.unwrap_or_default());
        self.moments.push(Moment {
            rule: rule.to_string(),
            until: now - began,
            took,
            sent: screen::plain(&done.sent),
            seen: probe::seen(done),
            statements,
        });
    }

    /// Writes the page, and says where it is.
    pub fn write(&self, report: &Report, file: &Path) -> Result<()> {
        let rules = report.rules.iter().map(|(rule, verdict)| Outcome {
            id: rule.id.clone(),
            subgoal: rule.subgoal.clone(),
            verdict: match verdict {
                Verdict::Holds => "holds".to_string(),
                Verdict::Fails(_) => "fails".to_string(),
                Verdict::NotRun => "not run: an earlier rule fails".to_string(),
                Verdict::NotChecked(why) => format!("not checked: {why}"),
            },
        });
        let title = format!("{} {}", report.lesson, report.title);
        let rules: Vec<Outcome> = rules.collect();
        let page = trace::page(&title, &report.seed.to_string(), &rules, &self.moments);
        library::single(file, page.as_bytes())?;
        screen::note(&format!("the page is {}", words::shown(&place::absolute(file)?)));
        Ok(())
    }
}
