//! Ctrl-C and SIGTERM: what has begun is undone, then the program ends with 130.
#![allow(clippy::disallowed_methods)]

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

use crate::trouble::Exit;

/// What the signal finds.
enum Work {
    /// Nothing that needs care.
    Nothing,
    /// Files are being written, a backend is tried: the work stops by itself and cleans up.
    Careful { stopped: bool },
    /// A program runs, in a process group of its own.
    Running { group: u32, stopped: bool },
}

static WORK: Mutex<Work> = Mutex::new(Work::Nothing);

/// Starts to listen for signals.
pub fn watch() -> Result<()> {
    #[cfg(unix)]
    outlive_full_quota()?;
    ctrlc::set_handler(|| {
        let mut work = work();
        if matches!(*work, Work::Nothing) {
            give_terminal_back();
            std::process::exit(Exit::Interrupted as i32);
        }
        work.stop();
    })
    .context("cannot listen for Ctrl-C")
}

/// Ends the work that is being done, as a signal would: what comes of it is of no use any more.
pub fn recall() {
    work().stop();
}

/// While it lives, a signal does not end the program but shows in `stopped`.
/// One inside another passes on what it saw.
pub struct Guard {
    around: Option<bool>,
}

impl Guard {
    /// Work begins that asks for `stopped` between its steps, and cleans up.
    pub fn careful() -> Guard {
        Guard::begin(|stopped| Work::Careful { stopped })
    }

    /// A program was started in this process group; a signal is passed on to all of it.
    pub fn running(group: u32) -> Guard {
        Guard::begin(|stopped| Work::Running { group, stopped })
    }

    fn begin(make: impl FnOnce(bool) -> Work) -> Guard {
        let mut work = work();
        let around = work.stopped();
        *work = make(around.unwrap_or(false));
        Guard { around }
    }

    /// A signal came.
    pub fn stopped(&self) -> bool {
        work().stopped().unwrap_or(false)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut work = work();
        let stopped = work.stopped().unwrap_or(false);
        *work = match self.around {
            Some(before) => Work::Careful { stopped: before || stopped },
            None => Work::Nothing,
        };
    }
}

impl Work {
    fn stop(&mut self) {
        match self {
            Work::Nothing => {}
            Work::Careful { stopped } => *stopped = true,
            Work::Running { group, stopped } => {
                end_group(*group, *stopped);
                *stopped = true;
            }
        }
    }

    /// A signal came; nothing when no work needs care.
    fn stopped(&self) -> Option<bool> {
        match self {
            Work::Nothing => None,
            Work::Careful { stopped } | Work::Running { stopped, .. } => Some(*stopped),
        }
    }
}

/// A prompt may hold the terminal in raw mode, with the cursor hidden.
fn give_terminal_back() {
    if crossterm::terminal::is_raw_mode_enabled().unwrap_or(false) {
        let _ = crossterm::terminal::disable_raw_mode();
        let _ = std::io::stderr().write_all(PLAIN);
    }
}

/// A file that may not grow any more is an error of the writer, who then cleans up.
#[cfg(unix)]
fn outlive_full_quota() -> Result<()> {
    use nix::sys::signal::{SigHandler, Signal, signal};

    extern "C" fn nothing(_: i32) {}
    // SAFETY: the handler does nothing, and other programs that are started do not inherit it.
    let set = unsafe { signal(Signal::SIGXFSZ, SigHandler::Handler(nothing)) };
    set.map(|_| ()).context("cannot listen for SIGXFSZ")
}

fn work() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks every process of the group to end; the second time it does not ask.
#[cfg(unix)]
fn end_group(group: u32, again: bool) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    let signal = if again { Signal::SIGKILL } else { Signal::SIGTERM };
    if let Ok(group) = i32::try_from(group) {
        // It may have ended by itself.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

/// Windows has told every process of the console already; the second time the tree is ended.
#[cfg(windows)]
fn end_group(group: u32, again: bool) {
    if !again {
        return;
    }
    let group = group.to_string();
    let _ = std::process::Command::new("taskkill").args(["/T", "/F", "/PID", &group]).output();
}

/// Pasting as usual, the cursor shown, a line of its own for what comes next.
const PLAIN: &[u8] = b"\x1b[?2004l\x1b[?25h\r\n";
