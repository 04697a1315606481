//! `queries.toml`: what is asked of the shop's database by name, in the words of each database.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::stack::Stack;

/// A question or a statement.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Query {
    /// As most databases understand it.
    sql: String,
    /// As one of them does, by the name of the option.
    #[serde(flatten)]
    on: BTreeMap<String, String>,
}

impl Query {
    /// The words for the database of this stack.
    pub fn of(&self, stack: &Stack) -> &str {
        let own = stack.choices().find_map(|(_, option)| self.on.get(option));
        own.unwrap_or(&self.sql)
    }

    /// The options that have words of their own.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.on.keys().map(String::as_str)
    }
}
