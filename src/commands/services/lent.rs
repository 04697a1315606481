//! Servers that a command needs for a while: what it started itself, it stops again.

use std::path::Path;

use anyhow::{Result, bail};

use crate::commands::services::settings::Settings;
use crate::commands::services::standing;
use crate::io::interrupt::Guard;
use crate::io::{keep, screen};
use crate::services::Need;
use crate::services::kept::FOLDER;
use crate::trouble::Trouble;

/// The servers of a project, up as long as the value lives.
pub struct Lent<'a> {
    root: &'a Path,
    started: Vec<&'a Need<'a>>,
}

impl<'a> Lent<'a> {
    /// Starts what does not answer yet.
    pub fn raise(root: &'a Path, needs: &'a [Need<'a>], guard: &Guard) -> Result<Lent<'a>> {
        let wait = || screen::note("another `services` command is at work here; waiting for it");
        let _lock = keep::enter(&root.join(FOLDER), wait)?;
        let mut settings = Settings::of(root)?;
        let mut lent = Lent { root, started: Vec::new() };
        for need in needs {
            let raised = standing::raise(root, need, &mut settings, guard)?;
            lent.started.extend(raised.new.then_some(need));
            screen::note(&raised.line);
            if guard.stopped() {
                bail!(Trouble::interrupted());
            }
        }
        Ok(lent)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        for need in self.started.iter().rev() {
            // One that cannot be stopped is told; the others are stopped all the same.
            match standing::lower(self.root, need) {
                Ok(line) => screen::note(&line),
                Err(error) => screen::note(&format!("{error:#}")),
            }
        }
    }
}
