//! A copy of a project beside it: what is the same stays as it is, so that cargo builds only what is new.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::render::Tree;
use crate::words::shown;

/// Every file of a project that a commit would have. What is named at its root is left out.
pub fn read(project: &Path, without: &[&str]) -> Result<Tree> {
    let mut tree = Tree::new();
    for path in files(project, without)? {
        let from = project.join(&path);
        let bytes = fs::read(&from).with_context(|| format!("cannot read `{}`", shown(&from)))?;
        tree.insert(path, bytes);
    }
    Ok(tree)
}

/// Makes a folder hold exactly these files, besides what is named at its root.
pub fn write(tree: &Tree, folder: &Path, without: &[&str]) -> Result<()> {
    for path in files(folder, without)? {
        if !tree.contains_key(&path) {
            let stale = folder.join(&path);
            fs::remove_file(&stale)
                .with_context(|| format!("cannot remove `{}`", shown(&stale)))?;
        }
    }
    for (path, bytes) in tree {
        let to = folder.join(path);
        if fs::read(&to).is_ok_and(|old| old == *bytes) {
            continue;
        }
        let cannot = || format!("cannot write `{}`", shown(&to));
        fs::create_dir_all(to.parent().unwrap_or(folder)).with_context(cannot)?;
        fs::write(&to, bytes).with_context(cannot)?;
    }
    Ok(())
}

/// Paths below a folder; none when it is not there. Links are not followed.
fn files(folder: &Path, without: &[&str]) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = folders.pop() {
        let at = folder.join(&below);
        let entries = match fs::read_dir(&at) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("cannot read `{}`", shown(&at)))?,
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read `{}`", shown(&at)))?;
            let name = entry.file_name();
            if below.as_os_str().is_empty() && without.iter().any(|it| name == *it) {
                continue;
            }
            let kind =
                entry.file_type().with_context(|| format!("cannot read `{}`", shown(&at)))?;
            match () {
                () if kind.is_dir() => folders.push(below.join(name)),
                () if kind.is_file() => found.push(below.join(name)),
                () => {}
            }
        }
    }
    Ok(found)
}
