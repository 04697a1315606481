//! `cargo dev stack`: the templates as a real project, edited in place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use backend_gen::plan::Plan;
use backend_gen::{Stack, render};

use crate::{folder, work};

/// Links every leaf and writes every seam. A change in the folder is a change of the template.
pub fn link(choices: &[String], dir: Option<PathBuf>) -> Result<bool> {
    let catalog = work::catalog()?;
    let pairs = choices.iter().map(|choice| {
        choice.split_once('=').with_context(|| format!("`{choice}` is not like `db=postgres`"))
    });
    let stack = Stack::choose(&catalog, pairs.collect::<Result<Vec<_>>>()?)?;
    let dir = dir.unwrap_or_else(|| work::root().join("target").join("stack"));
    for old in folder::files(&dir)? {
        fs::remove_file(old)?;
    }
    let plan = Plan::of(&catalog, &stack)?;
    for (path, bytes) in render(&catalog, &stack, &work::project(&stack)?)? {
        let to = dir.join(&path);
        fs::create_dir_all(to.parent().unwrap_or(&dir))?;
        let source = path.to_str().and_then(|path| plan.files.get(&path.replace('\\', "/")));
        match source.filter(|source| !source.seam) {
            Some(leaf) => symlink(&work::root().join("templates").join(&leaf.path), &to)?,
            None => fs::write(&to, bytes)?,
        }
    }
    println!("{stack} in {}", dir.display());
    Ok(true)
}

#[cfg(unix)]
fn symlink(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(windows)]
fn symlink(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(from, to)
}
