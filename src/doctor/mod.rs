//! Is this machine ready? What was seen becomes findings: a mark, a sentence, and what to do.

pub mod advice;
pub mod facts;
pub mod network;
mod place;
mod toolchain;

use serde::Serialize;

use facts::Facts;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its stable name.
    pub id: String,
    pub mark: Mark,
    pub what: String,
    /// What to do about it on this system.
    pub advice: Option<String>,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// As it should be.
    Fine,
    /// Not there, and not needed now.
    Note,
    /// It works, and will hurt some day.
    Warning,
    /// Nothing works without it.
    Missing,
}

impl Finding {
    fn new(id: &str, mark: Mark, what: impl Into<String>) -> Finding {
        Finding { id: id.to_string(), mark, what: what.into(), advice: None }
    }

    /// All is well with it.
    pub fn fine(id: &str, what: impl Into<String>) -> Finding {
        Finding::new(id, Mark::Fine, what)
    }

    fn note(id: &str, what: impl Into<String>) -> Finding {
        Finding::new(id, Mark::Note, what)
    }

    fn warning(id: &str, what: impl Into<String>) -> Finding {
        Finding::new(id, Mark::Warning, what)
    }

    fn missing(id: &str, what: impl Into<String>) -> Finding {
        Finding::new(id, Mark::Missing, what)
    }

    fn advice(mut self, advice: impl Into<String>) -> Finding {
        self.advice = Some(advice.into());
        self
    }
}

impl Mark {
    /// Four letters, readable without colour.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Fine => "ok",
            Mark::Note => "note",
            Mark::Warning => "warn",
            Mark::Missing => "fail",
        }
    }
}

/// Everything there is to say about a machine, in the order in which to repair it.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = toolchain::judge(facts);
    findings.extend(place::judge(facts));
    findings.extend(network::judge(facts));
    findings
}

/// Nothing that is needed is missing.
pub fn is_ready(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.mark < Mark::Missing)
}

/// All of it in a sentence.
pub fn verdict(findings: &[Finding]) -> &'static str {
    let worst = findings.iter().map(|finding| finding.mark).max();
    match worst.unwrap_or(Mark::Fine) {
        Mark::Fine | Mark::Note => "ready",
        Mark::Warning => "ready; the warnings are worth a look",
        Mark::Missing => "not ready: begin with the first `fail`",
    }
}

#[cfg(test)]
mod systems;
