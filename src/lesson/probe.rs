//! What `probes.toml` may say: who is there, what is made up, and how each rule is shown.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::lesson::spec::Variables;
use crate::lesson::step::Step;
use crate::lesson::with::With;

/// `probes.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probes {
    /// In a folder below `with/`: in place of the lesson's own, not beside them.
    #[serde(default)]
    pub only: bool,
    /// Variables for every backend of the lesson.
    #[serde(default)]
    pub env: Variables,
    /// Servers of ours that the backend calls. `<name>` is where one listens.
    #[serde(default)]
    pub sinks: Vec<String>,
    /// Who is signed up and logged in before the rules.
    #[serde(default)]
    pub people: Vec<String>,
    /// Random values, by name.
    #[serde(default)]
    pub make: BTreeMap<String, String>,
    /// Steps before the rules.
    #[serde(default)]
    pub prepare: Vec<Step>,
    #[serde(default)]
    pub probe: Vec<Probe>,
}

/// Shows whether one rule holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    pub rule: String,
    /// It is made only there.
    #[serde(default)]
    pub with: With,
    /// On a backend and a database of its own.
    #[serde(default)]
    pub fresh: bool,
    /// More variables for the backend, which is then its own.
    #[serde(default)]
    pub env: Variables,
    /// Repeated for each combination of these.
    #[serde(default)]
    pub each: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub step: Vec<Step>,
}

impl Probes {
    /// Some step asks the database itself.
    pub fn reads_the_database(&self) -> bool {
        self.steps().any(|step| step.rows.is_some() || step.exec.is_some())
    }

    /// Some step does something to the connection to the database.
    pub fn has_faults(&self) -> bool {
        self.steps().any(|step| step.fault.is_some())
    }

    fn steps(&self) -> impl Iterator<Item = &Step> {
        self.prepare.iter().chain(self.probe.iter().flat_map(|probe| &probe.step))
    }
}

impl Probe {
    /// It cannot share a backend with others.
    pub fn is_alone(&self) -> bool {
        self.fresh || !self.env.is_empty()
    }

    /// Each combination of its `each`: one that is empty when there is none.
    pub fn combinations(&self) -> Vec<Variables> {
        let mut all = vec![Variables::new()];
        for (name, values) in &self.each {
            let with = |known: &Variables, value: &String| {
                let mut known = known.clone();
                known.insert(name.clone(), value.clone());
                known
            };
            all =
                all.iter().flat_map(|it| values.iter().map(move |value| with(it, value))).collect();
        }
        all
    }
}
