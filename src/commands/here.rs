//! The project around the current folder, when there is one.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::catalog::Catalog;
use crate::io::{place, screen};
use crate::project::{FILE, Remembered};
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::{VERSION, words};

/// A project that backend-gen made, and that we stand in.
pub struct Here {
    /// The folder of its `backend-gen.toml`.
    pub root: PathBuf,
    pub remembered: Remembered,
}

impl Here {
    /// The nearest project at or above the current folder.
    pub fn find(catalog: &Catalog) -> Result<Option<Here>> {
        match place::above(&place::here()?, FILE)? {
            None => Ok(None),
            Some(root) => {
                let remembered = remembered(catalog, &root.join(FILE))?;
                Ok(Some(Here { root, remembered }))
            }
        }
    }
}

/// The stack that is meant: what was said, else what the project has, else the defaults.
pub fn stack(
    catalog: &Catalog,
    here: Option<&Here>,
    said: &[(String, String)],
) -> Result<Stack, Trouble> {
    let remembered = here.map_or(&[][..], |here| &here.remembered.choices);
    let kept = remembered.iter().filter(|(axis, _)| said.iter().all(|(other, _)| other != axis));
    let pairs = kept.chain(said).map(|(axis, option)| (axis.as_str(), option.as_str()));
    Stack::choose(catalog, pairs)
        .map_err(|refusal| Trouble::usage(refusal.to_string()).hint(refusal.hint()))
}

/// Reads a file of choices. A mistake is told with its place.
pub fn remembered(catalog: &Catalog, file: &Path) -> Result<Remembered> {
    let shown = words::shown(file);
    let read = Remembered::read(catalog, &place::bytes(file)?).map_err(|bad| {
        let place = format!("{shown}:{}:{}", bad.line, bad.column);
        let hint = bad.hint.unwrap_or_else(|| KNOWN_FILE.to_string());
        Trouble::usage(format!("{place}: {}", bad.what)).hint(hint)
    })?;
    if let Some(newer) = &read.newer {
        screen::note(&format!("`{shown}` was written by backend-gen {newer}, this is {VERSION}"));
    }
    Ok(read)
}

const KNOWN_FILE: &str =
    "`backend-gen new NAME --defaults --dry-run` shows a project with such a file";
