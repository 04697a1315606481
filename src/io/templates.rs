//! The catalogue and the lessons of a folder on disk, for those who write their own.
#![allow(clippy::disallowed_methods)]

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::catalog::Catalog;
use crate::ground::Files;
use crate::lesson::Lessons;

impl Lessons {
    /// Reads lessons from a folder that is laid out like `lessons/`.
    pub fn from_dir(dir: &Path) -> Result<Lessons> {
        let mut files = Files::new();
        collect(dir, "", &mut files)?;
        Lessons::from_files(&files)
    }
}

impl Catalog {
    /// Reads the catalogue from a folder that is laid out like `templates/`.
    pub fn from_dir(dir: &Path) -> Result<Catalog> {
        let mut files = Files::new();
        collect(dir, "", &mut files)?;
        Catalog::from_files(files)
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    let cannot = || format!("cannot read `{}`", dir.display());
    for entry in fs::read_dir(dir).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            files.insert(name, Cow::Owned(bytes));
        }
    }
    Ok(())
}
