//! The folder we work in: room, the kind of file system, and whether changes are noticed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use crate::doctor::facts::{SettingsFile, Watch};

/// Bytes that are free for what cargo builds here.
pub fn space(folder: &Path) -> Option<u64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.filter(|target| target.is_dir());
    fs4::available_space(target.as_deref().unwrap_or(folder)).ok()
}

/// Changes a file under the eyes of a watcher.
pub fn watch(folder: &Path) -> Watch {
    let prefix = ".backend-gen-watch-";
    let Ok(dir) = tempfile::Builder::new().prefix(prefix).tempdir_in(folder) else {
        return Watch::NotTried;
    };
    let (say, hear) = mpsc::channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let _ = say.send(event.is_ok());
    });
    let watched = watcher.and_then(|mut watcher| {
        watcher.watch(dir.path(), RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    let _watcher = match watched {
        Ok(watcher) => watcher,
        Err(error) => return Watch::Failed(error.to_string()),
    };
    if fs::write(dir.path().join("change"), "1").is_err() {
        return Watch::NotTried;
    }
    match hear.recv_timeout(PATIENCE) {
        Ok(true) => Watch::Seen,
        _ => Watch::Missed,
    }
}

/// The kind of file system a folder is on, as the system calls it.
pub fn file_system(folder: &Path) -> Option<String> {
    let table = fs::read_to_string("/proc/self/mounts").ok()?;
    // the longest mount point above the folder; of two at one place, the later
    let mut best: Option<(usize, String)> = None;
    for line in table.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(point), Some(kind)) = (words.next(), words.next()) else { continue };
        let point = point.replace("\\040", " ");
        let longer = best.as_ref().is_none_or(|(length, _)| point.len() >= *length);
        if longer && folder.starts_with(&point) {
            best = Some((point.len(), kind.to_string()));
        }
    }
    best.map(|(_, kind)| kind)
}

/// The `.env` of a project, and who may read it.
pub fn settings(project: &Path) -> SettingsFile {
    let Ok(metadata) = fs::metadata(project.join(".env")) else { return SettingsFile::Missing };
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return SettingsFile::Open;
    }
    let _ = metadata;
    SettingsFile::Private
}

/// The proxy that cargo is told to use by its own configuration.
pub fn cargo_proxy() -> Option<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let text = fs::read_to_string(home.join("config.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(table.get("http")?.get("proxy")?.as_str()?.to_string())
}

const PATIENCE: Duration = Duration::from_secs(3);
