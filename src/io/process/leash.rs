//! A leash: a program between us and what we start. When we are gone, however that came about,
//! it ends the whole group and takes the folder of the trial away.
//!
//! It is this same program, started with a hidden word. Its stdin is a pipe that only we hold open.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::trouble::Exit;

/// The hidden word.
pub const WORD: &str = "__leash";

/// How a program is held.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub program: PathBuf,
    pub words: Vec<OsString>,
    /// Taken away when we are gone.
    pub scratch: Option<PathBuf>,
    /// It may not take more memory and time of the processor than a backend needs.
    pub limited: bool,
}

impl Held {
    /// The command that starts it on a leash, in a process group of its own.
    pub fn command(&self) -> Result<Command> {
        let own = std::env::current_exe().context("cannot find this program")?;
        let mut command = Command::new(own);
        command.arg(WORD).arg(self.scratch.as_deref().unwrap_or("".as_ref()));
        command.arg(if self.limited { "limited" } else { "free" });
        command.arg(&self.program).args(&self.words).stdin(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(command)
    }
}

/// What the hidden word does: runs the program that the words say, until it ends or we are gone.
/// Without a program it waits until we are gone.
pub fn hold(words: &[OsString]) -> Exit {
    let _ = stay();
    if let [scratch] = words {
        wait_until_alone();
        clear(scratch.as_ref());
        return Exit::Done;
    }
    let [scratch, limited, program, rest @ ..] = words else { return Exit::Usage };
    if *limited == *"limited" {
        limit();
    }
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null());
    let child = match command.spawn() {
        Ok(child) => Arc::new(Mutex::new(child)),
        Err(error) => {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("cannot start `{}`: {error}\n", program.to_string_lossy()).as_bytes(),
            );
            std::process::exit(CANNOT_START);
        }
    };
    let pid = child.lock().map(|child| child.id()).unwrap_or_default();
    let scratch = PathBuf::from(scratch);
    let (held, alone) = (child.clone(), Arc::new(AtomicBool::new(false)));
    let is_alone = alone.clone();
    thread::spawn(move || {
        wait_until_alone();
        alone.store(true, Ordering::SeqCst);
        if let Ok(mut child) = held.lock() {
            let _ = child.kill();
        }
        clear(&scratch);
        end_all(pid);
    });
    let code = wait(&child).map_or(1, code);
    // who ends it now has more to do: the folder, and the rest of the group
    while is_alone.load(Ordering::SeqCst) {
        thread::sleep(TICK);
    }
    std::process::exit(code);
}

/// Nothing is ever sent: the pipe ends when the one that holds its other end is gone.
fn wait_until_alone() {
    let mut byte = [0];
    while std::io::stdin().read(&mut byte).is_ok_and(|read| read > 0) {}
}

fn wait(child: &Mutex<Child>) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.lock().ok()?.try_wait().ok()? {
            return Some(status);
        }
        thread::sleep(TICK);
    }
}

/// A program that was ended by a signal has no exit code: shells say 128 and the signal.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}

/// What the trial has left, tried again while something still writes there.
fn clear(scratch: &Path) {
    if scratch.as_os_str().is_empty() {
        return;
    }
    for _ in 0..20 {
        match std::fs::remove_dir_all(scratch) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => thread::sleep(TICK),
            _ => return,
        }
    }
}

/// A signal to the group is for the program: the leash stays until that has ended.
#[cfg(unix)]
fn stay() -> Result<()> {
    use nix::sys::signal::{SigHandler, Signal, signal};

    extern "C" fn nothing(_: i32) {}
    for one in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        // SAFETY: the handler does nothing, and a program that is started does not inherit it.
        unsafe { signal(one, SigHandler::Handler(nothing)) }
            .context("cannot listen for signals")?;
    }
    Ok(())
}

#[cfg(windows)]
fn stay() -> Result<()> {
    ctrlc::set_handler(|| {}).context("cannot listen for Ctrl-C")
}

/// More than any backend needs, less than a machine has.
#[cfg(unix)]
fn limit() {
    use nix::sys::resource::{Resource, setrlimit};

    #[cfg(target_os = "linux")]
    let _ = setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY);
    let _ = setrlimit(Resource::RLIMIT_CPU, SECONDS, SECONDS);
}

#[cfg(windows)]
fn limit() {}

/// Everything in this group, the leash too.
#[cfg(unix)]
fn end_all(_pid: u32) {
    use nix::sys::signal::{Signal, killpg};

    let _ = killpg(nix::unistd::getpgrp(), Signal::SIGKILL);
    std::process::exit(1);
}

#[cfg(windows)]
fn end_all(pid: u32) {
    super::end_group(pid, true);
    std::process::exit(1);
}

/// As shells say it.
pub const CANNOT_START: i32 = 127;
const TICK: Duration = Duration::from_millis(10);
#[cfg(target_os = "linux")]
const MEMORY: u64 = 6 << 30;
#[cfg(unix)]
const SECONDS: u64 = 600;
