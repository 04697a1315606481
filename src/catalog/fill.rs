//! Lines that a layer brings beside other choices, and how it says which.

use serde::Deserialize;

/// Lines for a slot of its seams. `{host}`, `{name}` and `{ready}` are filled in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    pub slot: String,
    /// The layer beside which it holds, such as `db.postgres`, or several; none: always.
    #[serde(default)]
    pub with: With,
    pub lines: Vec<String>,
}

/// One layer or several, by their dotted names.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum With {
    One(String),
    All(Vec<String>),
}

impl With {
    pub fn ids(&self) -> Vec<String> {
        let names = match self {
            With::One(name) => std::slice::from_ref(name),
            With::All(names) => names,
        };
        names.iter().map(|name| name.replacen('.', "/", 1)).collect()
    }
}

impl Default for With {
    fn default() -> Self {
        With::All(Vec::new())
    }
}
