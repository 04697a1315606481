//! Small files of our own in a project: written as a whole, and for the user's eyes only.
#![allow(clippy::disallowed_methods)]

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// The text of a file, or nothing when there is none.
pub fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Writes a file in one step. Only its owner may read it.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    // Behind a link is the file that is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().with_context(cannot)?;
    // It begins its life with mode 0600.
    let mut file = NamedTempFile::new_in(folder).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)?;
    file.persist(&path).with_context(cannot)?;
    Ok(())
}

/// Adds a line to a file, in one write that has reached the disk when this returns. A tail that a
/// kill has torn is cut off first.
pub fn append(path: &Path, line: &str) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    let mut options = File::options();
    let mut file = options.create(true).append(true).read(true).open(path).with_context(cannot)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).with_context(cannot)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        file.set_len(whole as u64).with_context(cannot)?;
    }
    file.write_all(format!("{line}\n").as_bytes()).with_context(cannot)?;
    file.sync_data().with_context(cannot)
}

/// Puts a copy of a file beside it, under a name that is free. Nothing when there is no file.
pub fn set_aside(path: &Path) -> Result<Option<PathBuf>> {
    let cannot = || format!("cannot copy `{}`", path.display());
    let name = path.file_name().with_context(cannot)?.to_string_lossy().into_owned();
    for number in 1.. {
        let copy = path.with_file_name(format!("{name}.{number}.bak"));
        let mut file = match File::options().write(true).create_new(true).open(&copy) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            file => file.with_context(cannot)?,
        };
        let mut from = File::open(path).with_context(cannot)?;
        std::io::copy(&mut from, &mut file).with_context(cannot)?;
        return Ok(Some(copy));
    }
    Ok(None)
}

/// Takes a file away. One that is not there is no trouble.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Makes a folder, with those above it.
pub fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make `{}`", path.display()))
}

/// While it lives, no other run of this program is at work in the folder.
pub struct Lock {
    _file: File,
}

/// A folder that git does not see, and the right to work in it. Says so when it must wait.
pub fn enter(folder: &Path, waiting: impl FnOnce()) -> Result<Lock> {
    let cannot = || format!("cannot work in `{}`", folder.display());
    fs::create_dir_all(folder).with_context(cannot)?;
    let ignore = folder.join(".gitignore");
    if read(&ignore)?.is_none() {
        fs::write(&ignore, "*\n").with_context(cannot)?;
    }
    let file = File::open(&ignore).with_context(cannot)?;
    if file.try_lock().is_err() {
        waiting();
        file.lock().with_context(cannot)?;
    }
    Ok(Lock { _file: file })
}
