//! Which lessons were proven on which stacks, so that a run which was broken off can be gone on with.
//!
//! What is compared are the learner's files, the steps, the rules and the mistakes; not the checker.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use backend_gen::Tree;
use backend_gen::tested::fingerprint;
use serde::{Deserialize, Serialize};

use super::bench::Bench;
use crate::work;

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// By lesson, then by stack.
    #[serde(default)]
    lessons: BTreeMap<String, BTreeMap<String, Proof>>,
}

#[derive(PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// Of everything that was proven.
    print: String,
    /// With lints and with the project's own tests.
    whole: bool,
}

impl Record {
    pub fn read() -> Result<Self> {
        match fs::read_to_string(file()) {
            Ok(text) => toml::from_str(&text).with_context(|| file().display().to_string()),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Whether nothing has changed since it was proven, at least so thoroughly.
    pub fn holds(&self, bench: &Bench) -> Result<bool> {
        let now = Proof { print: print(bench)?, whole: !bench.proof.quick };
        Ok(self.has(bench.lesson.id(), &bench.stack.key(), &now))
    }

    /// Writes down that every state of it was as it should be.
    pub fn insert(&mut self, bench: &Bench) -> Result<()> {
        let proof = Proof { print: print(bench)?, whole: !bench.proof.quick };
        self.note(bench.lesson.id(), &bench.stack.key(), proof);
        let text = toml::to_string(self)?;
        fs::write(file(), format!("# Written by `cargo dev lessons`.\n\n{text}"))?;
        Ok(())
    }

    fn has(&self, lesson: &str, stack: &str, now: &Proof) -> bool {
        let proof = self.lessons.get(lesson).and_then(|it| it.get(stack));
        proof.is_some_and(|proof| proof.print == now.print && (proof.whole || !now.whole))
    }

    /// What was proven whole stays so, as long as it is the same.
    fn note(&mut self, lesson: &str, stack: &str, mut proof: Proof) {
        let whole = Proof { print: proof.print.clone(), whole: true };
        proof.whole |= self.has(lesson, stack, &whole);
        self.lessons.entry(lesson.to_string()).or_default().insert(stack.to_string(), proof);
    }
}

fn file() -> PathBuf {
    work::root().join("tests").join("dev").join("lessons.toml")
}

/// A hash of the files of every state, and of what is asked of them.
fn print(bench: &Bench) -> Result<String> {
    let (lesson, stack) = (bench.lesson, bench.stack);
    let mut all = Tree::new();
    for state in bench.states() {
        let under = Path::new(&format!("{state:?}")).to_path_buf();
        all.extend(bench.tree(state)?.into_iter().map(|(path, bytes)| (under.join(path), bytes)));
    }
    let asked = (lesson.probes(stack), lesson.rules(stack), lesson.mistakes(stack));
    all.insert("asked".into(), format!("{asked:?} {:?}", lesson.spec.start).into_bytes());
    Ok(fingerprint(&all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(print: &str, whole: bool) -> Proof {
        Proof { print: print.to_string(), whole }
    }

    #[test]
    fn only_what_is_the_same_and_was_proven_so_thoroughly_is_known() {
        let mut record = Record::default();
        assert!(!record.has("W0", "here", &proof("1", false)));
        record.note("W0", "here", proof("1", false));
        assert!(record.has("W0", "here", &proof("1", false)));
        assert!(!record.has("W0", "here", &proof("1", true)), "it was quick");
        assert!(!record.has("W0", "here", &proof("2", false)), "it has changed");
        assert!(!record.has("W0", "there", &proof("1", false)), "it was elsewhere");
        record.note("W0", "here", proof("1", true));
        record.note("W0", "here", proof("1", false));
        assert!(record.has("W0", "here", &proof("1", true)), "a quick proof forgets nothing");
        record.note("W0", "here", proof("2", false));
        assert!(!record.has("W0", "here", &proof("2", true)), "what is new was only quick");
    }
}
