//! `new --run`: builds the project, starts it, and says what to try.

use std::path::Path;

use anyhow::{Result, bail};

use crate::commands::build::{self, Built};
use crate::io::interrupt::Guard;
use crate::io::process::Running;
use crate::io::screen;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Builds and starts the project in this folder, until it ends or is stopped.
pub fn run(project: &Path) -> Result<Exit> {
    let program = match build::run(project)? {
        Built::Program(program) => program,
        Built::Stopped => return Ok(stopped(project)),
        Built::Broken => bail!(build::broken(project)),
    };
    let mut backend = Running::program(&program, project)?;
    let guard = Guard::running(backend.group());
    let status = backend.lines(|line| {
        screen::out(line)?;
        if let Some(url) = line.strip_prefix("listening on ") {
            screen::out(&what_to_try(url))?;
        }
        Ok(())
    })?;
    if guard.stopped() {
        return Ok(stopped(project));
    }
    match status.success() {
        true => Ok(Exit::Done),
        false => bail!(
            Trouble::failure(format!("the backend ended with {status}"))
                .hint(format!("`cd {} && cargo run` starts it again", words::shell(project)))
        ),
    }
}

fn stopped(project: &Path) -> Exit {
    screen::note(&format!("stopped; the project stays in `{}`", words::shown(project)));
    Exit::Interrupted
}

fn what_to_try(url: &str) -> String {
    format!(
        "
Try it, in another terminal:
  curl -i {url}/readyz
  curl -s {url}/openapi.json
and the walk in README.md. In a browser: {url}/docs
Ctrl-C stops it."
    )
}
