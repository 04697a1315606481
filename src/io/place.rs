//! Looks at a place on the disk before anything is written there.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::words::shown;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// A folder, with the names in it.
    Folder(Vec<String>),
    /// A file, a link, a pipe: in a word that says which.
    Other(&'static str),
}

/// The manifest of a workspace above a path.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub manifest: PathBuf,
    pub text: String,
}

/// What is at this path. Links are not followed.
pub fn look(path: &Path) -> Result<Found> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error).with_context(|| cannot(path)),
    };
    if kind.is_symlink() {
        return Ok(Found::Other("a symbolic link"));
    }
    if !kind.is_dir() {
        return Ok(Found::Other(if kind.is_file() { "a file" } else { "a pipe or a device" }));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).with_context(|| cannot(path))? {
        let entry = entry.with_context(|| cannot(path))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(Found::Folder(names))
}

/// A symbolic link among the folders between `root` and a file below it, the file included.
pub fn link_below(root: &Path, file: &Path) -> Option<PathBuf> {
    let inside = file.ancestors().filter(|path| !path.as_os_str().is_empty());
    let paths = inside.map(|path| root.join(path));
    paths.filter(|path| fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink())).last()
}

/// The content of a file, or nothing when there is none.
pub fn content(path: &Path) -> Result<Option<Vec<u8>>> {
    match regular(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| cannot(path)),
    }
}

/// What a file says that must be there. It may be a pipe, but it has an end.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(|| cannot(path))?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).with_context(|| cannot(path))?;
    ensure!(bytes.len() as u64 <= LARGEST, "`{}` is too large", shown(path));
    Ok(bytes)
}

/// Reading a pipe would wait for somebody to write.
fn regular(path: &Path) -> std::io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    fs::read(path)
}

/// This program.
pub fn program() -> Result<PathBuf> {
    std::env::current_exe().context("cannot find this program")
}

/// A copy of a file, with the right to be run when it has that.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(|_| ()).with_context(|| format!("cannot copy `{}`", shown(from)))
}

/// A number that changes when a file below is written, added or removed. Hidden folders do not
/// count, but for the one with workflows; what cargo builds does not either.
pub fn stamp(folder: &Path) -> Result<u64> {
    let mut hash = std::hash::DefaultHasher::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> =
            fs::read_dir(&folder).with_context(|| cannot(&folder))?.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(metadata) = entry.metadata() else { continue };
            let hidden = name.starts_with('.') && name != ".github";
            if metadata.is_dir() && !hidden && name != "target" && name != "data" {
                folders.push(entry.path());
            } else if metadata.is_file() {
                (name, metadata.len(), metadata.modified().ok()).hash(&mut hash);
            }
        }
    }
    Ok(hash.finish())
}

/// Where the program was started.
pub fn here() -> Result<PathBuf> {
    std::env::current_dir().context("the current folder is not there any more")
}

/// A path from the root, whether it is there or not.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| cannot(path))
}

/// The folder is there, and is one.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The nearest workspace whose folder is above this path.
pub fn workspace_above(path: &Path) -> Result<Option<Workspace>> {
    for folder in absolute(path)?.ancestors().skip(1) {
        let manifest = folder.join("Cargo.toml");
        // A manifest that cannot be read is none of our business.
        let Ok(bytes) = regular(&manifest) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let is_table =
            |line: &str| line.starts_with("[workspace]") || line.starts_with("[workspace.");
        if text.lines().any(|line| is_table(line.trim_start())) {
            return Ok(Some(Workspace { manifest, text }));
        }
    }
    Ok(None)
}

/// The nearest folder, this one or above it, with a file of that name.
pub fn above(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let folder = absolute(folder)?;
    let found = folder.ancestors().find(|folder| folder.join(name).is_file());
    Ok(found.map(Path::to_path_buf))
}

/// A git checkout is around this path.
pub fn in_checkout(path: &Path) -> Result<bool> {
    let folders = absolute(path)?;
    Ok(folders.ancestors().any(|folder| folder.join(".git").exists()))
}

fn cannot(path: &Path) -> String {
    format!("cannot read `{}`", shown(path))
}

const LARGEST: u64 = 1024 * 1024;
