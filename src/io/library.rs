//! Where rendered books lie: a cache of our own, and folders that a reader names.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use etcetera::BaseStrategy;
use tempfile::TempDir;

use crate::render::Tree;
use crate::trouble::Trouble;
use crate::words::shown;

/// The folder of all kept books.
pub fn cache() -> Result<PathBuf> {
    let base = etcetera::choose_base_strategy().context("nobody's home folder is known")?;
    Ok(base.cache_dir().join("backend-gen").join("book"))
}

/// A book is there as a whole: it is put in its place in one step.
pub fn has(folder: &Path) -> bool {
    folder.is_dir()
}

/// Keeps a book, and of the others only those that were made last.
pub fn keep(folder: &Path, book: &Tree) -> Result<()> {
    let parent = folder.parent().context("the cache has no folder")?;
    let cannot = |error| cannot(parent, &error);
    fs::create_dir_all(parent).map_err(cannot)?;
    let stage = TempDir::with_prefix_in(".new-", parent).map_err(cannot)?;
    let staged = stage.path().join("book");
    write(&staged, book).map_err(cannot)?;
    match fs::rename(&staged, folder) {
        Err(error) if !folder.is_dir() => return Err(cannot(error).into()),
        // Somebody else has made the same one.
        _ => {}
    }
    forget(parent);
    Ok(())
}

/// Writes a book into a folder of the reader's. What we did not write there stays as it is.
pub fn publish(folder: &Path, book: &Tree) -> Result<()> {
    let list = folder.join(LIST);
    let before = match fs::read_to_string(&list) {
        Ok(text) => text.lines().map(PathBuf::from).collect(),
        Err(_) => BTreeSet::new(),
    };
    for path in book.keys() {
        let target = folder.join(path);
        if let Some(link) = link_on(folder, path) {
            bail!(foreign(&link, "a symbolic link"));
        }
        let is_there = fs::symlink_metadata(&target).is_ok();
        if is_there && !before.contains(path) {
            bail!(foreign(&target, "not ours"));
        }
    }
    let cannot = |error| cannot(folder, &error);
    write(folder, book).map_err(cannot)?;
    for stale in before.iter().filter(|path| !book.contains_key(*path) && is_below(path)) {
        // One that is gone already is no trouble.
        let _ = fs::remove_file(folder.join(stale));
    }
    let names: Vec<String> = book.keys().map(|path| path.to_string_lossy().into_owned()).collect();
    fs::write(&list, names.join("\n") + "\n").map_err(cannot)?;
    Ok(())
}

/// Writes one file, as a whole.
pub fn single(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error| cannot(file, &error);
    let stage = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    fs::write(stage.path(), bytes).map_err(cannot)?;
    stage.persist(file).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// The address of a file on this machine.
pub fn address(file: &Path) -> String {
    let path = file.to_string_lossy().replace('\\', "/");
    let encoded = percent_encoding::utf8_percent_encode(&path, ODD).to_string();
    format!("file://{}{encoded}", if path.starts_with('/') { "" } else { "/" })
}

fn write(folder: &Path, book: &Tree) -> std::io::Result<()> {
    for (path, bytes) in book {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        fs::write(&target, bytes)?;
    }
    Ok(())
}

fn cannot(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::failure(format!("cannot write `{}`: {error}", shown(path))).hint(ANOTHER)
}

fn foreign(path: &Path, what: &str) -> Trouble {
    let trouble = Trouble::failure(format!("`{}` is there, and {what}", shown(path)));
    trouble.hint("choose an empty folder: `backend-gen book --out DIR`")
}

fn link_on(folder: &Path, path: &Path) -> Option<PathBuf> {
    let parts = path.ancestors().filter(|part| !part.as_os_str().is_empty());
    let mut parts = parts.map(|part| folder.join(part));
    parts.find(|part| fs::symlink_metadata(part).is_ok_and(|it| it.is_symlink()))
}

/// A list that somebody has changed leads nowhere else.
fn is_below(path: &Path) -> bool {
    path.components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Old books, and what an interrupted run has left. What cannot be removed stays.
fn forget(cache: &Path) {
    let Ok(entries) = fs::read_dir(cache) else { return };
    let age = |path: &Path| match fs::metadata(path).and_then(|it| it.modified()) {
        Ok(time) => time,
        Err(error) if error.kind() == ErrorKind::NotFound => SystemTime::now(),
        Err(_) => SystemTime::UNIX_EPOCH,
    };
    let mut books: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    books.sort_by_key(|path| std::cmp::Reverse(age(path)));
    for old in books.iter().skip(KEPT) {
        let _ = fs::remove_dir_all(old);
    }
}

/// What we wrote into a folder of the reader's.
const LIST: &str = ".backend-gen-book";
const KEPT: usize = 8;
const ANOTHER: &str = "choose another place: `backend-gen book --out DIR`";
/// What a URL does not hold as it is.
const ODD: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');
