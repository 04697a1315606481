//! What one run of a command takes: time, processor, memory.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::work;

/// A command to run, with its words.
#[derive(clap::Args)]
pub struct Sample {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    words: Vec<OsString>,
}

/// What a run took, its children included.
pub struct Taken {
    /// Milliseconds of the clock.
    pub wall: f64,
    /// Seconds of a processor.
    pub cpu: f64,
    /// The most memory that one process had at once, in MiB.
    pub peak: f64,
}

/// Runs a command in a process of its own that does nothing else: the system counts for a parent
/// all its children together, so each sample needs a parent of its own.
pub fn take(command: &[OsString], dir: &Path, env: &[(&str, &Path)]) -> Result<Taken> {
    let mut sample = Command::new(std::env::current_exe()?);
    sample.args(["bench", "sample", "--"]).args(command).current_dir(dir);
    sample.envs(env.iter().copied());
    let said = work::output(&mut sample)?;
    ensure!(said.status.success(), "{command:?}: {}", work::tail(&said, 20));
    let taken: Value = serde_json::from_slice(&said.stdout)?;
    let number = |name: &str| taken[name].as_f64().with_context(|| format!("no `{name}`"));
    Ok(Taken { wall: number("wall")?, cpu: number("cpu")?, peak: number("peak")? })
}

/// The inside of `take`: what the command says is dropped, unless it fails.
pub fn run(sample: &Sample) -> Result<bool> {
    let (program, words) = sample.words.split_first().context("no command")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot run {program:?}"))?;
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    if !status.success() {
        bail!("{program:?} ended with {status}");
    }
    let (cpu, peak) = children()?;
    println!("{}", json!({"wall": wall, "cpu": cpu, "peak": peak}));
    Ok(true)
}

#[cfg(unix)]
fn children() -> Result<(f64, f64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = used.user_time().num_microseconds() + used.system_time().num_microseconds();
    #[allow(clippy::cast_precision_loss)]
    let (seconds, mebibytes) = (micros as f64 / 1e6, used.max_rss() as f64 / 1024.0);
    Ok((seconds, mebibytes))
}

#[cfg(not(unix))]
fn children() -> Result<(f64, f64)> {
    bail!("this system does not say what its processes took")
}
