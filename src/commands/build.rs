//! Builds a project, with progress: a part of `new --run` and of `check`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::io::interrupt::Guard;
use crate::io::process::Running;
use crate::io::progress::Progress;
use crate::trouble::Trouble;

/// What became of a build.
pub enum Built {
    /// The program.
    Program(PathBuf),
    /// Cargo has said why it could not be.
    Broken,
    /// The user stopped it.
    Stopped,
}

/// Builds the project in this folder. The compiler speaks for itself, on stderr.
pub fn run(project: &Path) -> Result<Built> {
    with(project, &[])
}

/// The same as it will run in production.
pub fn release(project: &Path) -> Result<Built> {
    with(project, &["--release"])
}

fn with(project: &Path, more: &[&str]) -> Result<Built> {
    let progress = Progress::start("fetching crates");
    let mut tree = Running::tree(project)?;
    let guard = Guard::running(tree.group());
    let crates = if guard.stopped() { 0 } else { tree.crates()? };
    if guard.stopped() {
        return Ok(Built::Stopped);
    }
    drop(guard);
    progress.say("building");
    progress.of(crates);
    let mut cargo = Running::build(project, more)?;
    let guard = Guard::running(cargo.group());
    let program = if guard.stopped() { None } else { cargo.artifacts(|done| progress.at(done))? };
    Ok(match program {
        _ if guard.stopped() => Built::Stopped,
        Some(program) => Built::Program(program),
        None => Built::Broken,
    })
}

/// What is told of a build that failed.
pub fn broken(project: &Path) -> Trouble {
    Trouble::failure(format!("the project in `{}` does not build", project.display()))
        .hint("`cargo build` there shows all of it")
}
