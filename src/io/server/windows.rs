//! Processes and files, as Windows has them.

use std::fs::{self, OpenOptions};
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

/// Nobody: programs run as the user who starts them.
#[derive(Clone, Debug)]
pub struct Owner(());

/// Nobody else.
pub fn owner(_names: &[String]) -> Option<Owner> {
    None
}

impl Owner {
    /// The user reaches what is their own.
    pub fn reaches(&self, _path: &Path) -> bool {
        true
    }
}

/// It gets no console, so that a Ctrl-C here does not reach it.
pub fn detach(command: &mut Command, _owner: Option<&Owner>) {
    command.creation_flags(DETACHED | NEW_PROCESS_GROUP);
}

/// The name of the program of a process that lives.
pub fn words_of(pid: u32) -> Option<String> {
    let filter = format!("PID eq {pid}");
    let output = Command::new("tasklist").args(["/FI", &filter, "/FO", "CSV", "/NH"]).output();
    let said = String::from_utf8_lossy(&output.ok()?.stdout).into_owned();
    said.contains(&format!("\"{pid}\"")).then_some(said)
}

/// Ends every process of the tree; a program without a window cannot be asked.
pub fn end(pid: u32, _force: bool) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &pid.to_string()]).output();
}

/// What is in the user's own folders is the user's.
pub fn private(_options: &mut OpenOptions) {}

/// A folder, with those above it.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

/// It belongs to the user already.
pub fn give(_path: &Path, _owner: Option<&Owner>) -> Result<()> {
    Ok(())
}

const DETACHED: u32 = 0x0000_0008;
const NEW_PROCESS_GROUP: u32 = 0x0000_0200;
