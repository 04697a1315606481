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
        let proof = self.lessons.get(bench.lesson.id()).and_then(|it| it.get(&bench.stack.key()));
        let Some(proof) = proof else { return Ok(false) };
        Ok((proof.whole || bench.proof.quick) && proof.print == print(bench)?)
    }

    /// Writes down that every state of it was as it should be.
    pub fn insert(&mut self, bench: &Bench) -> Result<()> {
        let mut proof = Proof { print: print(bench)?, whole: !bench.proof.quick };
        let stacks = self.lessons.entry(bench.lesson.id().to_string()).or_default();
        let before = stacks.get(&bench.stack.key());
        proof.whole |= before.is_some_and(|it| it.whole && it.print == proof.print);
        stacks.insert(bench.stack.key(), proof);
        let text = toml::to_string(self)?;
        fs::write(file(), format!("# Written by `cargo dev lessons`.\n\n{text}"))?;
        Ok(())
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
