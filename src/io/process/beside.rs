//! A program that runs beside this one for a while, and ends with it.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// It is ended, with whatever it started itself, when the value goes away.
pub struct Beside {
    child: Child,
}

impl Beside {
    /// Starts it in a folder; what it says goes to a file there.
    pub fn start(program: &Path, words: &[String], folder: &Path, log: &str) -> Result<Beside> {
        let log = File::create(folder.join(log)).context("cannot write a log")?;
        let errors = log.try_clone().context("cannot write a log")?;
        let mut command = Command::new(program);
        command.args(words).current_dir(folder);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        // what it would keep in the user's own folders is kept in this one
        command.env("XDG_CONFIG_HOME", folder).env("XDG_DATA_HOME", folder);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn();
        let child = child.with_context(|| format!("cannot start `{}`", program.display()))?;
        Ok(Beside { child })
    }

    /// It is no longer there.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until something holds; false when it ended, somebody stopped it, or it took too long.
    pub fn until(&mut self, holds: impl Fn() -> bool, stopped: impl Fn() -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && !stopped() && !self.ended() {
            if holds() {
                return true;
            }
            thread::sleep(TICK);
        }
        false
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let begun = Instant::now();
        super::end_group(self.child.id(), false);
        while begun.elapsed() < GRACE && !self.ended() {
            thread::sleep(TICK);
        }
        super::end_group(self.child.id(), true);
        let _ = self.child.wait();
    }
}

const TICK: Duration = Duration::from_millis(20);
/// A balancer looks at its instances before it answers.
const PATIENCE: Duration = Duration::from_secs(15);
const GRACE: Duration = Duration::from_secs(2);
