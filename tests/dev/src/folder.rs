//! A tree on disk; what has not changed is not written, so that cargo need not build it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use backend_gen::Tree;

/// Makes the folder hold exactly the tree, but for what cargo makes.
pub fn write(dir: &Path, tree: &Tree) -> Result<()> {
    let wanted: BTreeSet<PathBuf> = tree.keys().map(|path| dir.join(path)).collect();
    for stale in files(dir)? {
        let made_by_cargo = stale.ends_with("Cargo.lock");
        if !wanted.contains(&stale) && !made_by_cargo {
            fs::remove_file(&stale)
                .with_context(|| format!("cannot remove `{}`", stale.display()))?;
        }
    }
    for (path, bytes) in tree {
        let path = dir.join(path);
        if fs::read(&path).is_ok_and(|old| old == *bytes) {
            continue;
        }
        let cannot = || format!("cannot write `{}`", path.display());
        fs::create_dir_all(path.parent().unwrap_or(dir)).with_context(cannot)?;
        fs::write(&path, bytes).with_context(cannot)?;
    }
    Ok(())
}

/// Every file below a folder; none when the folder is not there.
pub fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else { return Ok(found) };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
