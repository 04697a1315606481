//! The `.env` file, the names of environments, and the list of what is wrong in them.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEnv {
    Development,
    Test,
    Production,
}

/// The variables of `.env`, and what is wrong with the file.
pub fn read() -> (BTreeMap<String, String>, Option<String>) {
    match dotenvy::from_path_iter(".env").and_then(Iterator::collect) {
        Ok(variables) => (variables, None),
        Err(error) if error.not_found() => Default::default(),
        // the error's own text would show the line, and with it a value
        Err(_) => (BTreeMap::new(), Some(".env cannot be read: is a quote missing?".to_string())),
    }
}

/// Every variable that was not accepted, by name; never with its value.
#[derive(Debug)]
pub struct ConfigErrors(Vec<String>);

impl ConfigErrors {
    pub fn new(problems: Vec<String>) -> Self {
        Self(problems)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not usable:\n  {}", self.0.join("\n  "))
    }
}

impl std::error::Error for ConfigErrors {}
