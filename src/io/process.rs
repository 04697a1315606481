//! Other programs: git and cargo, and the backend itself.
#![allow(clippy::disallowed_methods)]

mod backend;
mod beside;
pub mod compile;
pub mod finish;
pub mod inspect;
pub mod keeper;
pub mod leash;
mod said;
pub mod served;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::trouble::Trouble;
pub use backend::Backend;
pub use beside::Beside;

/// Makes a repository. False when git is not there or does not want to.
pub fn git_init(folder: &Path) -> bool {
    let mut git = Command::new("git");
    // Otherwise it runs a hook of the user's template when it makes the first branch.
    git.args(["-c", "core.hooksPath=/dev/null", "init", "--quiet"]).current_dir(folder);
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for name in ELSEWHERE {
        git.env_remove(name);
    }
    git.status().is_ok_and(|status| status.success())
}

/// What the environment says of a variable.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A message of `cargo build --message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// A running program. On Unix it has a process group of its own.
pub struct Running {
    child: Child,
    /// Closed with the value: nobody waits for it any more.
    limit: Option<Sender<()>>,
}

impl Running {
    /// Starts to list the crates of a project. Cargo fetches what is missing.
    pub fn tree(project: &Path) -> Result<Running> {
        let mut cargo = cargo(project);
        cargo.args(["tree", "--quiet", "--prefix", "none", "--edges", "normal,build"]);
        // What is wrong is told by the build that follows.
        cargo.stderr(Stdio::null());
        Ok(Running::start(&mut cargo).map_err(no_cargo)?.within(LIMIT))
    }

    /// Starts cargo with these words in a folder. What it complains about is seen at once.
    pub fn cargo(folder: &Path, words: &[&str]) -> Result<Running> {
        Ok(Running::start(cargo(folder).args(words)).map_err(no_cargo)?.within(LIMIT))
    }

    /// Starts to build a project, with more words for cargo.
    pub fn build(project: &Path, more: &[&str]) -> Result<Running> {
        let mut cargo = cargo(project);
        cargo.args(["build", "--quiet", "--message-format=json-render-diagnostics"]).args(more);
        Ok(Running::start(&mut cargo).map_err(no_cargo)?.within(LIMIT))
    }

    /// Starts a program in a folder.
    pub fn program(program: &Path, folder: &Path) -> Result<Running> {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        Running::start(&mut command)
            .with_context(|| format!("cannot start `{}`", program.display()))
    }

    fn start(command: &mut Command) -> std::io::Result<Running> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.stdout(Stdio::piped()).spawn()?;
        Ok(Running { child, limit: None })
    }

    /// Ends it when it is still there after so long.
    fn within(mut self, limit: Duration) -> Running {
        let (alive, gone) = mpsc::channel();
        let group = self.group();
        thread::spawn(move || {
            if gone.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                end_group(group, true);
            }
        });
        self.limit = Some(alive);
        self
    }

    /// The group that a signal must go to.
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// Each line it says, until it ends.
    pub fn lines(&mut self, mut say: impl FnMut(&str) -> Result<()>) -> Result<ExitStatus> {
        if let Some(stdout) = self.child.stdout.take() {
            for line in BufReader::new(stdout).lines() {
                say(&line.context("cannot read what the program says")?)?;
            }
        }
        self.child.wait().context("cannot wait for the program")
    }

    /// Follows a list of crates: how many there are.
    pub fn crates(&mut self) -> Result<u64> {
        let mut crates = BTreeSet::new();
        self.lines(|line| {
            crates.insert(line.trim_end_matches(" (*)").to_string());
            Ok(())
        })?;
        Ok(crates.len() as u64)
    }

    /// Follows a build: how many crates are done; the program in the end, when it could be built.
    pub fn artifacts(&mut self, mut done: impl FnMut(u64)) -> Result<Option<PathBuf>> {
        let mut packages = BTreeSet::new();
        let mut program = None;
        let status = self.lines(|line| {
            let Ok(message) = serde_json::from_str::<Message>(line) else { return Ok(()) };
            let is_script = message.target.is_some_and(|it| it.kind == ["custom-build"]);
            if message.reason == "compiler-artifact" && !is_script {
                packages.extend(message.package_id);
                program = message.executable.or(program.take());
                done(packages.len() as u64);
            }
            Ok(())
        })?;
        Ok(program.filter(|_| status.success()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.limit = None;
        // Only when an error came before its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks every process of the group to end, or ends it without asking.
#[cfg(unix)]
fn end_group(group: u32, now: bool) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    let signal = if now { Signal::SIGKILL } else { Signal::SIGTERM };
    if let Ok(group) = i32::try_from(group) {
        // It may have ended by itself.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

/// Ends every process of the tree: there is nothing that asks.
#[cfg(windows)]
fn end_group(group: u32, _now: bool) {
    let group = group.to_string();
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &group]).output();
}

fn cargo(project: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(project).stdin(Stdio::null());
    cargo
}

fn no_cargo(error: std::io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::NotFound {
        let trouble = Trouble::failure("`cargo` is not there");
        return trouble.hint("install Rust from https://rustup.rs").into();
    }
    anyhow::Error::new(error).context("cannot start `cargo`")
}

/// More than the slowest machine needs for the largest stack.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Where a hook or a script may have told git to work.
const ELSEWHERE: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"];
