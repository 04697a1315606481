//! "This stack was tested for this release": a record, and the check that it is still true.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalog::Catalog;
use crate::name::{FALLBACK, Name};
use crate::project::Project;
use crate::render::{Tree, render};
use crate::stack::Stack;

/// The record: `templates/tested.toml`. `cargo dev stacks` writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tested {
    #[serde(default)]
    stacks: BTreeMap<String, Proof>,
}

/// What was tested, and for which release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    version: String,
    tree: String,
}

impl Tested {
    /// The record of a catalogue; empty when it has none.
    pub fn of(catalog: &Catalog) -> Result<Tested> {
        match catalog.record(FILE) {
            None => Ok(Tested::default()),
            Some(text) => toml::from_str(&text).with_context(|| format!("cannot read `{FILE}`")),
        }
    }

    /// Writes down that this stack, as it renders today, passed.
    pub fn insert(&mut self, catalog: &Catalog, stack: &Stack) -> Result<()> {
        let proof = Proof {
            version: crate::VERSION.to_string(),
            tree: fingerprint(&subject(catalog, stack)?),
        };
        self.stacks.insert(stack.key(), proof);
        Ok(())
    }

    /// It was tested for this release. That it renders as it did then is not asked here, where
    /// somebody waits for it: `is_true` does, in the tests of this program.
    pub fn holds(&self, stack: &Stack) -> bool {
        self.stacks.get(&stack.key()).is_some_and(|proof| proof.version == crate::VERSION)
    }

    /// What is written of a stack is nothing, or fits what it renders as today.
    pub fn is_true(&self, catalog: &Catalog, stack: &Stack) -> Result<bool> {
        match self.stacks.get(&stack.key()) {
            None => Ok(true),
            Some(proof) => Ok(proof.tree == fingerprint(&subject(catalog, stack)?)),
        }
    }

    /// Forgets what is true no more.
    pub fn prune(&mut self, catalog: &Catalog) -> Result<()> {
        let mut kept = Tested::default();
        for stack in catalog.stacks() {
            let key = stack.key();
            if self.is_true(catalog, &stack)?
                && let Some(proof) = self.stacks.remove(&key)
            {
                kept.stacks.insert(key, proof);
            }
        }
        *self = kept;
        Ok(())
    }

    /// The record as text.
    pub fn to_text(&self) -> Result<String> {
        let text = toml::to_string(self).context("cannot write the record of tests")?;
        Ok(format!("# Written by `cargo dev stacks`.\n\n{text}"))
    }
}

/// The project that stands for a stack in records: same name, no secrets, nothing around it.
pub fn subject(catalog: &Catalog, stack: &Stack) -> Result<Tree> {
    let name = Name::parse(FALLBACK, &[])?;
    render(catalog, &stack.bare(), &Project::new(name))
}

/// A hash of every path and every byte.
pub fn fingerprint(tree: &Tree) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in tree {
        let path = path.to_string_lossy();
        for part in [path.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record's name in `templates/`.
pub const FILE: &str = "tested.toml";
