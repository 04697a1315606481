//! What `check.toml` of a layer may say: its part of the walk through a running backend.
//!
//! `<name>` in a text stands for something known by then: given, a fact, or kept from an answer.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// `check.toml`, beside `option.toml` or `layer.toml`. The steps are in acts: an act of all layers
/// comes before the next act.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What data the walk works on, when it is this layer that knows.
    pub data: Option<String>,
    /// Variables that are set for the walk.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Values of a variable that forbid the walk.
    #[serde(default)]
    pub never: BTreeMap<String, String>,
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Who sends: the header that proves it, or nothing.
    #[serde(default)]
    pub by: BTreeMap<String, String>,
    #[serde(default)]
    pub arrive: Vec<Step>,
    #[serde(default)]
    pub enter: Vec<Step>,
    #[serde(default)]
    pub work: Vec<Step>,
    #[serde(default)]
    pub leave: Vec<Step>,
    /// What takes back what the walk has left; it comes even when the walk ends early.
    #[serde(default)]
    pub tidy: Vec<Step>,
}

/// One request, and what must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// As the report card says it: what the backend does.
    pub title: String,
    /// `METHOD /path`.
    pub send: String,
    pub by: Option<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    pub status: u16,
    /// By place, which is a JSON pointer or the name of a header: what stands there.
    /// `*` is anything.
    #[serde(default)]
    pub expect: BTreeMap<String, String>,
    /// By name: the place of what later steps need.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}
