//! `cargo dev bench`: how fast the tool and its backends are, against floors measured in the same run.
//!
//! Who is compared takes turns, A B A B, so that a busy machine is unfair to nobody. Every figure is
//! a median. Nothing here is a test: a slow machine fails nothing.

mod build;
mod figure;
mod fresh;
mod load;
mod sample;
mod serve;
mod service;
mod stand;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Subcommand, ValueEnum};

use crate::work;
use figure::Report;

/// What to measure, and how thoroughly.
#[derive(clap::Args)]
pub struct Bench {
    /// One part alone.
    #[arg(long)]
    only: Option<Part>,
    /// Of the part `serve`: these stacks alone, such as `sqlite-session`.
    #[arg(long = "stack")]
    stacks: Vec<String>,
    /// How often everybody has a turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long one turn of load takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Where to write the figures as JSON too.
    #[arg(long)]
    json: Option<PathBuf>,
    #[command(subcommand)]
    inner: Option<Inner>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `backend-gen new` against an empty process and other generators.
    New,
    /// Clean and incremental builds of the default stack.
    Build,
    /// Requests a second and latencies of release builds.
    Serve,
}

/// What the bench starts as a process of its own.
#[derive(Subcommand)]
enum Inner {
    /// Runs a command and prints what it took.
    #[command(hide = true)]
    Sample(sample::Sample),
    /// Sends requests and prints how they were answered.
    #[command(hide = true)]
    Load(load::Load),
}

/// Measures, prints a table, and says whether every goal was reached.
pub fn run(bench: &Bench) -> Result<bool> {
    match &bench.inner {
        Some(Inner::Sample(sample)) => return sample::run(sample),
        Some(Inner::Load(load)) => return load::run(load),
        None => {}
    }
    ensure!(cfg!(target_os = "linux"), "the bench reads /proc and pins processes: it needs Linux");
    let room = work::root().join("target").join("bench");
    std::fs::create_dir_all(&room).with_context(|| format!("cannot make `{}`", room.display()))?;
    let wanted = |part| bench.only.is_none_or(|only| only == part);
    let mut report = Report::default();
    if wanted(Part::New) {
        fresh::measure(&room, bench.rounds, &mut report)?;
    }
    if wanted(Part::Build) {
        build::measure(&room, bench.rounds, &mut report)?;
    }
    if wanted(Part::Serve) {
        serve::measure(&room, bench, &mut report)?;
    }
    println!("{report}");
    if let Some(path) = &bench.json {
        let text = serde_json::to_string_pretty(&report.to_json())? + "\n";
        std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(report.all_reached())
}
