//! A kind of file: how it is known, read and validated, and how a broken one looks.

use anyhow::Result;

use crate::hosting::facts::Facts;
use crate::hosting::tool::Tool;

/// One kind of file.
pub struct Kind {
    pub name: &'static str,
    /// The files it is for, by their path in the project.
    pub is: fn(&str) -> bool,
    /// Reads one by a model that knows every key; what it says goes to the facts.
    pub read: fn(&str) -> Result<Facts>,
    /// The programs that validate one.
    pub tools: &'static [Tool],
    pub broken: &'static [Break],
}

/// A change that makes a file wrong.
pub struct Break {
    pub from: &'static str,
    pub to: &'static str,
    /// Who must notice it: a tool by its name, or `model`.
    pub seen_by: &'static str,
}

impl Break {
    /// Noticed by the model, or by the facts that files must agree on.
    pub const fn model(from: &'static str, to: &'static str) -> Break {
        Break { from, to, seen_by: "model" }
    }

    pub const fn tool(seen_by: &'static str, from: &'static str, to: &'static str) -> Break {
        Break { from, to, seen_by }
    }
}
