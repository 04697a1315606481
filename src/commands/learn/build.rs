//! Builds the project of a lesson, with progress where somebody can see it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::io::interrupt::Guard;
use crate::io::process::compile::{Compiled, Compiling};
use crate::io::progress::Progress;
use crate::judge::report::Broken;

/// What became of it.
pub enum Outcome {
    Program(PathBuf),
    Broken(Broken),
    Stopped,
}

/// A build that goes on while something else is said. It ends with this program, however that ends.
pub struct Pending {
    group: u32,
    /// How many packages are done.
    done: Arc<AtomicU64>,
    cargo: JoinHandle<Result<Compiled>>,
}

/// Begins to build a project.
pub fn begin(project: &Path) -> Result<Pending> {
    let cargo = Compiling::start(project, &["build", "--quiet", "--locked"])?;
    let (group, done) = (cargo.group(), Arc::new(AtomicU64::new(0)));
    let told = done.clone();
    let cargo = thread::spawn(move || cargo.finish(|count| told.store(count, Ordering::Relaxed)));
    Ok(Pending { group, done, cargo })
}

impl Pending {
    /// Waits for its end. `crates` is how many there are, when that is known.
    pub fn wait(self, crates: Option<usize>) -> Result<Outcome> {
        let guard = Guard::running(self.group);
        let progress = crates.map(|crates| {
            let progress = Progress::start("building");
            progress.of(crates as u64 + 1);
            progress
        });
        while !self.cargo.is_finished() {
            if let Some(progress) = &progress {
                progress.at(self.done.load(Ordering::Relaxed));
            }
            thread::sleep(LOOK);
        }
        let compiled = self.cargo.join().map_err(|_| anyhow!("the build was lost"))??;
        Ok(match compiled {
            _ if guard.stopped() => Outcome::Stopped,
            Compiled::Program(program) => Outcome::Program(program),
            Compiled::Error(lines) => Outcome::Broken(broken(lines)),
        })
    }
}

/// Builds it. `crates` is how many there are, when that is known.
pub fn build(project: &Path, crates: Option<usize>) -> Result<Outcome> {
    begin(project)?.wait(crates)
}

fn broken(lines: Vec<String>) -> Broken {
    let offline = lines.iter().any(|line| OFFLINE.iter().any(|sign| line.contains(sign)));
    match offline {
        true => {
            Broken::new("build", "crates are missing, and nothing answers in the net", PREFETCH)
        }
        false => Broken::new("build", "it does not build: this is the first error", EXPLAIN),
    }
    .saying(lines)
}

const LOOK: Duration = Duration::from_millis(20);
/// How cargo says that it cannot fetch.
const OFFLINE: [&str; 4] =
    ["failed to download", "no matching package named", "Could not resolve", "spurious network"];
const PREFETCH: &str = "`backend-gen doctor --prefetch` with a network, once; then the same again";
const EXPLAIN: &str = "fix it, and check again; `rustc --explain CODE` tells more";
