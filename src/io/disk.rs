//! Writes a tree, so that it is there as a whole or not at all.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::{TempDir, TempPath};

use crate::render::Tree;
use crate::trouble::Trouble;
use crate::words::shown;

/// What was written. It is taken back unless it is kept.
#[derive(Default)]
pub struct Change {
    steps: Vec<Step>,
}

/// Another text for a file that is there.
pub struct Edit {
    pub path: PathBuf,
    /// What it said when it was looked at.
    pub before: Vec<u8>,
    pub after: String,
}

/// One step, and so the way back.
enum Step {
    /// A whole project was renamed to this path.
    Project(PathBuf),
    Folder(PathBuf),
    File(PathBuf),
    /// A file had this content before.
    Replaced(PathBuf, Vec<u8>),
}

impl Change {
    /// Writes a tree into a hidden sibling and renames it to `target`, which must be missing.
    /// `finish` may add to it before that; `stopped` is asked between files.
    pub fn create<T>(
        &mut self,
        tree: &Tree,
        target: &Path,
        finish: impl FnOnce(&Path) -> T,
        stopped: impl Fn() -> bool,
    ) -> Result<T> {
        let name = target.file_name().context("the target has no name")?;
        let parent = parent_of(target);
        let stage = stage(&parent, &prefix(name))?;
        let staged = stage.path().join(name);
        write(tree, &staged, &stopped)?;
        let finished = finish(&staged);
        if stopped() {
            bail!(Trouble::interrupted());
        }
        patiently(|| fs::rename(&staged, target)).map_err(|error| there_by_now(target, error))?;
        self.steps.push(Step::Project(target.to_path_buf()));
        Ok(finished)
    }

    /// Writes a tree into an existing folder. None of its files may be there yet.
    pub fn fill(&mut self, tree: &Tree, target: &Path, stopped: impl Fn() -> bool) -> Result<()> {
        let stage = stage(target, &prefix(OURS.as_ref()))?;
        let staged = stage.path().join("new");
        write(tree, &staged, &stopped)?;
        for path in tree.keys() {
            if stopped() {
                bail!(Trouble::interrupted());
            }
            let to = target.join(path);
            self.folders(&parent_of(&to), target)?;
            let from = staged.join(path);
            patiently(|| put(&from, &to)).map_err(|error| there_by_now(&to, error))?;
            self.steps.push(Step::File(to));
        }
        Ok(())
    }

    /// Puts another text into an existing file, in one step. A link stays a link.
    pub fn replace(&mut self, edit: &Edit) -> Result<()> {
        let cannot = || format!("cannot change `{}`", shown(&edit.path));
        let path = fs::canonicalize(&edit.path).with_context(cannot)?;
        let mut file = tempfile::NamedTempFile::new_in(parent_of(&path)).with_context(cannot)?;
        file.write_all(edit.after.as_bytes()).with_context(cannot)?;
        let permissions = fs::metadata(&path).with_context(cannot)?.permissions();
        fs::set_permissions(file.path(), permissions).with_context(cannot)?;
        if fs::read(&path).with_context(cannot)? != edit.before {
            let what = format!("`{}` was changed by somebody else", shown(&edit.path));
            bail!(Trouble::failure(what).hint("run the same command again"));
        }
        file.persist(&path).with_context(cannot)?;
        self.steps.push(Step::Replaced(path, edit.before.clone()));
        Ok(())
    }

    /// It is complete: nothing is taken back.
    pub fn keep(mut self) {
        self.steps.clear();
    }

    fn folders(&mut self, folder: &Path, root: &Path) -> Result<()> {
        if folder == root || folder.is_dir() {
            return Ok(());
        }
        self.folders(&parent_of(folder), root)?;
        fs::create_dir(folder).with_context(|| format!("cannot make `{}`", shown(folder)))?;
        self.steps.push(Step::Folder(folder.to_path_buf()));
        Ok(())
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        for step in self.steps.drain(..).rev() {
            // The first error is the one that is told.
            let _ = match step {
                Step::Project(path) => fs::remove_dir_all(path),
                Step::Folder(path) => fs::remove_dir(path),
                Step::File(path) => fs::remove_file(path),
                Step::Replaced(path, before) => fs::write(path, before),
            };
        }
    }
}

/// A folder for what nobody needs afterwards. It goes away with the value.
pub struct Scratch(TempDir);

impl Scratch {
    /// An empty one, which only its owner may read.
    pub fn new() -> Result<Scratch> {
        let made = tempfile::Builder::new().prefix("backend-gen-").tempdir();
        made.map(Scratch).context("cannot make a temporary folder")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Hidden folders of other runs, beside the target and in it.
pub fn leftovers(target: &Path) -> Vec<PathBuf> {
    let beside = target.file_name().map(|name| (parent_of(target), prefix(name)));
    let inside = Some((target.to_path_buf(), prefix(OURS.as_ref())));
    let mut found = Vec::new();
    for (folder, prefix) in beside.into_iter().chain(inside) {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let ours = |name: &OsStr| name.to_string_lossy().starts_with(&prefix);
        let names = entries.map(|entry| entry.file_name()).filter(|name| ours(name));
        found.extend(names.map(|name| folder.join(name)));
    }
    found
}

/// A hidden folder that goes away with the value.
fn stage(parent: &Path, prefix: &str) -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix(prefix)
        .rand_bytes(4)
        .tempdir_in(parent)
        .with_context(|| format!("cannot write in `{}`", shown(parent)))
}

/// How the name of a hidden folder begins. It is short, since a name has a limit.
fn prefix(name: &OsStr) -> String {
    let name: String = name.to_string_lossy().chars().take(40).collect();
    format!(".{name}.tmp-")
}

/// Nothing was at this path when it was looked at.
fn there_by_now(path: &Path, error: std::io::Error) -> anyhow::Error {
    if fs::symlink_metadata(path).is_ok() {
        let what = format!("`{}` was made by somebody else meanwhile", shown(path));
        return Trouble::failure(what).hint("choose another name").into();
    }
    anyhow::Error::new(error).context(format!("cannot write `{}`", shown(path)))
}

fn write(tree: &Tree, root: &Path, stopped: &impl Fn() -> bool) -> Result<()> {
    fs::create_dir(root).with_context(|| format!("cannot make `{}`", shown(root)))?;
    let mut made = BTreeSet::from([root.to_path_buf()]);
    for (path, bytes) in tree {
        if stopped() {
            bail!(Trouble::interrupted());
        }
        let to = root.join(path);
        let folder = parent_of(&to);
        if !made.contains(&folder) {
            let cannot = || format!("cannot make `{}`", shown(&folder));
            fs::create_dir_all(&folder).with_context(cannot)?;
            made.insert(folder);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if path == Path::new(PRIVATE) {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let written = options.open(&to).and_then(|mut file| file.write_all(bytes));
        written.with_context(|| format!("cannot write `{}`", shown(path)))?;
    }
    Ok(())
}

/// Puts a file at a path, where nothing may be.
fn put(from: &Path, to: &Path) -> std::io::Result<()> {
    TempPath::try_from_path(from)?.persist_noclobber(to).map_err(|failed| {
        // It is deleted with the folder it is in, or put there the next time.
        let _ = failed.path.keep();
        failed.error
    })
}

/// On Windows a scanner may hold a file that was written a moment ago: it lets go soon.
fn patiently(step: impl Fn() -> std::io::Result<()>) -> std::io::Result<()> {
    let mut tries = if cfg!(windows) { 20 } else { 1 };
    loop {
        tries -= 1;
        match step() {
            Err(error) if error.kind() == ErrorKind::PermissionDenied && tries > 0 => {
                std::thread::sleep(Duration::from_millis(50));
            }
            done => return done,
        }
    }
}

/// The folder a path is in: `.` for a bare name.
fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The one file that only its owner may read.
pub const PRIVATE: &str = ".env";
const OURS: &str = "backend-gen";
