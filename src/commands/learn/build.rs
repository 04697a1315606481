//! Builds the project of a lesson, with progress where somebody can see it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::io::interrupt::Guard;
use crate::io::process::compile::{Aside, Compiled, Compiling};
use crate::io::progress::Progress;
use crate::judge::report::Broken;

/// What became of it.
pub enum Outcome {
    Program(PathBuf),
    Broken(Broken),
    Stopped,
}

/// Begins to build a project. It goes on while something else is said, and ends with this program.
pub fn begin(project: &Path) -> Result<Aside> {
    Ok(Compiling::start(project, &["build", "--quiet", "--locked"])?.aside())
}

/// Waits for the end of a build. `crates` is how many there are, when that is known.
pub fn end(cargo: Aside, crates: Option<usize>) -> Result<Outcome> {
    let guard = Guard::running(cargo.group());
    let progress = crates.map(|crates| {
        let progress = Progress::start("building");
        progress.of(crates as u64 + 1);
        progress
    });
    let compiled = cargo.wait(|done| {
        if let Some(progress) = &progress {
            progress.at(done);
        }
    })?;
    Ok(match compiled {
        _ if guard.stopped() => Outcome::Stopped,
        Compiled::Program(program) => Outcome::Program(program),
        Compiled::Error(lines) => Outcome::Broken(broken(lines)),
    })
}

/// Builds it. `crates` is how many there are, when that is known.
pub fn build(project: &Path, crates: Option<usize>) -> Result<Outcome> {
    end(begin(project)?, crates)
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

/// How cargo says that it cannot fetch.
const OFFLINE: [&str; 4] =
    ["failed to download", "no matching package named", "Could not resolve", "spurious network"];
const PREFETCH: &str = "`backend-gen doctor --prefetch` with a network, once; then the same again";
const EXPLAIN: &str = "fix it, and check again; `rustc --explain CODE` tells more";
