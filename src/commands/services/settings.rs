//! The settings that a project runs with: the environment over its `.env`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::io::{keep, probe};
use crate::services::settings::{value, with_value};

/// Where the settings of a project come from.
pub struct Settings {
    path: PathBuf,
    text: String,
}

/// Who says what a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The environment, which wins.
    Shell,
    File,
}

impl Settings {
    /// Of the project in this folder.
    pub fn of(root: &Path) -> Result<Settings> {
        let path = root.join(FILE);
        let text = keep::read(&path)?.unwrap_or_default();
        // A file that cannot be read is told now, not when it is half used.
        value(&text, "")?;
        Ok(Settings { path, text })
    }

    /// What a variable is for the backend. Empty counts as not set.
    pub fn value(&self, name: &str) -> Option<String> {
        self.said(name).map(|(_, value)| value)
    }

    /// The same, and who says so.
    pub fn said(&self, name: &str) -> Option<(Source, String)> {
        let shell = probe::variable(name).map(|value| (Source::Shell, value));
        let file = || Some((Source::File, value(&self.text, name).ok()??));
        let filled = |(_, value): &(Source, String)| !value.trim().is_empty();
        shell.filter(filled).or_else(file).filter(filled)
    }

    /// Writes a value into `.env`. True when it said something else before.
    pub fn set(&mut self, name: &str, wanted: &str) -> Result<bool> {
        if value(&self.text, name)?.as_deref() == Some(wanted) {
            return Ok(false);
        }
        let changed = with_value(&self.text, name, wanted)?;
        keep::write(&self.path, &changed)?;
        self.text = changed;
        Ok(true)
    }
}

const FILE: &str = ".env";
