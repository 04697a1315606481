//! Builds the code of a learner: how far it is, and the first error of their own.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use tempfile::TempDir;

use crate::io::process::leash::Held;

/// What became of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled {
    Program(PathBuf),
    /// The first error, as the compiler draws it.
    Error(Vec<String>),
}

/// A build that is under way. It ends with us, however we end.
pub struct Compiling {
    child: Child,
    _leash: Option<ChildStdin>,
    /// What compilers and linkers leave when they are ended is in here.
    _tmp: TempDir,
}

/// A message of cargo, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    executable: Option<PathBuf>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    code: Option<serde_json::Value>,
}

impl Compiling {
    /// Starts cargo with these words in a folder.
    pub fn start(folder: &Path, words: &[&str]) -> Result<Compiling> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let words = words.iter().chain(&["--message-format=json"]);
        let words = words.map(|word| word.into()).collect();
        let tmp = tempfile::Builder::new().prefix("backend-gen-").tempdir();
        let tmp = tmp.context("cannot make a temporary folder")?;
        let scratch = Some(tmp.path().to_path_buf());
        let held = Held { program: cargo.into(), words, scratch, ..Held::default() };
        let mut command = held.command()?;
        command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Only what the learner wrote is of interest.
        command.env("CARGO_TERM_COLOR", "never").env_remove("CARGO_MANIFEST_DIR");
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, tmp.path());
        }
        let mut child = command.spawn().context("cannot start `cargo`")?;
        let leash = child.stdin.take();
        Ok(Compiling { child, _leash: leash, _tmp: tmp })
    }

    /// The group that a signal must go to.
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// Goes on with it while something else is said.
    pub fn aside(self) -> Aside {
        let (group, done) = (self.group(), Arc::new(AtomicU64::new(0)));
        let told = done.clone();
        let follow = move || self.finish(|count| told.store(count, Ordering::Relaxed));
        Aside { group, done, cargo: thread::spawn(follow) }
    }

    /// Follows it to its end: how many packages are done on the way.
    pub fn finish(mut self, mut done: impl FnMut(u64)) -> Result<Compiled> {
        let stderr = self.child.stderr.take().context("cargo has no output")?;
        let told = thread::spawn(move || last_lines(stderr));
        let stdout = self.child.stdout.take().context("cargo has no output")?;
        let (mut packages, mut program, mut error) = (BTreeSet::new(), None, None);
        for line in BufReader::new(stdout).lines() {
            let line = line.context("cannot read what cargo says")?;
            let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
            match message.reason.as_str() {
                "compiler-artifact" => {
                    packages.extend(message.package_id);
                    program = message.executable.or(program);
                    done(packages.len() as u64);
                }
                "compiler-message" => error = error.or(message.message.and_then(Diagnostic::error)),
                _ => {}
            }
        }
        let status = self.child.wait().context("cannot wait for cargo")?;
        let told = told.join().unwrap_or_default();
        Ok(match program.filter(|_| status.success()) {
            Some(program) => Compiled::Program(program),
            None => Compiled::Error(error.unwrap_or(told)),
        })
    }
}

/// A build that is followed on a thread of its own, while something else is said.
pub struct Aside {
    group: u32,
    done: Arc<AtomicU64>,
    cargo: JoinHandle<Result<Compiled>>,
}

impl Aside {
    /// The group that a signal must go to.
    pub fn group(&self) -> u32 {
        self.group
    }

    /// Waits for its end: how many packages are done on the way.
    pub fn wait(self, mut done: impl FnMut(u64)) -> Result<Compiled> {
        while !self.cargo.is_finished() {
            done(self.done.load(Ordering::Relaxed));
            thread::sleep(LOOK);
        }
        self.cargo.join().map_err(|_| anyhow!("the build was lost"))?
    }
}

impl Drop for Compiling {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            super::end_group(self.child.id(), true);
        }
        let _ = self.child.wait();
    }
}

impl Diagnostic {
    /// Its lines, when it is an error with a place; "aborting due to 3 errors" is none.
    fn error(self) -> Option<Vec<String>> {
        let real = self.level == "error" && self.rendered.is_some();
        let summary = self.code.is_none()
            && self.rendered.as_deref().is_some_and(|text| text.starts_with("error: aborting"));
        let lines = self.rendered.filter(|_| real && !summary)?;
        Some(lines.trim_end().lines().map(str::to_string).collect())
    }
}

/// What cargo itself has to say, such as a manifest that it cannot read.
fn last_lines(stderr: impl Read) -> Vec<String> {
    let mut lines = VecDeque::new();
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }
    let progress = |line: &String| line.trim_start().starts_with("Compiling ");
    lines.into_iter().filter(|line| !progress(line)).collect()
}

const KEPT: usize = 20;
const LOOK: Duration = Duration::from_millis(20);
