//! Processes, users and modes, as Unix has them.

use std::fs::{self, DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Gid, Pid, Uid, User, geteuid};

/// Somebody else, as whom we may run programs because we are root.
#[derive(Clone, Debug)]
pub struct Owner {
    uid: Uid,
    gid: Gid,
}

/// The first of these users that there is, when we are root.
pub fn owner(names: &[String]) -> Option<Owner> {
    if !geteuid().is_root() {
        return None;
    }
    let users = names.iter().filter_map(|name| User::from_name(name).ok().flatten());
    users.map(|user| Owner { uid: user.uid, gid: user.gid }).next()
}

impl Owner {
    /// They may enter every folder above this path.
    pub fn reaches(&self, path: &Path) -> bool {
        path.ancestors().skip(1).filter_map(|folder| fs::metadata(folder).ok()).all(|folder| {
            let bit = match () {
                () if folder.uid() == self.uid.as_raw() => 0o100,
                () if folder.gid() == self.gid.as_raw() => 0o010,
                () => 0o001,
            };
            folder.mode() & bit != 0
        })
    }
}

/// It gets a group of its own, so that a Ctrl-C here does not reach it.
pub fn detach(command: &mut Command, owner: Option<&Owner>) {
    command.process_group(0);
    if let Some(owner) = owner {
        command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
    }
}

/// The command line of a process that lives.
pub fn words_of(pid: u32) -> Option<String> {
    let words = match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).replace('\0', " "),
        // No process, or no such file system.
        Err(_) if Path::new("/proc/self").exists() => return None,
        Err(_) => {
            let mut ps = Command::new("ps");
            ps.args(["-ww", "-o", "command=", "-p", &pid.to_string()]);
            String::from_utf8_lossy(&ps.output().ok()?.stdout).into_owned()
        }
    };
    let words = words.trim().to_string();
    (!words.is_empty()).then_some(words)
}

/// Asks every process of the group to end, or does not ask.
pub fn end(pid: u32, force: bool) {
    let signal = if force { Signal::SIGKILL } else { Signal::SIGTERM };
    if let Ok(group) = i32::try_from(pid) {
        // It may have ended by itself.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

/// A file that only its owner may read.
pub fn private(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// A folder that only its owner may enter; the folders above it are made as usual.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))
        }
        other => other,
    }
}

/// Gives a file or folder to the one who will use it.
pub fn give(path: &Path, owner: Option<&Owner>) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    std::os::unix::fs::lchown(path, Some(owner.uid.as_raw()), Some(owner.gid.as_raw()))
        .with_context(|| format!("cannot give `{}` to its user", path.display()))
}
