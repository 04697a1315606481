//! A leash without a program: takes a folder away when we are gone.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::io::process::leash::WORD;

/// Takes a folder away when we are gone, whatever has been started in it by then.
pub struct Keeper {
    leash: Child,
}

impl Keeper {
    /// It keeps this folder from now on, until it is dropped.
    pub fn of(scratch: &Path) -> Result<Keeper> {
        let own = std::env::current_exe().context("cannot find this program")?;
        let mut command = Command::new(own);
        command.arg(WORD).arg(scratch).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let leash = command.spawn().context("cannot start this program again")?;
        Ok(Keeper { leash })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.leash.stdin.take());
        let _ = self.leash.wait();
    }
}
