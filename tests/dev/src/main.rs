//! The maintainers' tool: `cargo dev`. It is never shipped.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod audit;
mod bench;
mod book;
mod contract;
mod folder;
mod hosting;
#[cfg(target_os = "linux")]
mod image;
mod kit;
mod lessons;
mod locks;
mod mutants;
mod pages;
mod pairs;
mod pipeline;
#[cfg(test)]
mod readme;
mod scale;
mod servers;
mod stack;
mod stacks;
#[cfg(target_os = "linux")]
mod vps;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use backend_gen::io::process::leash;
use clap::{Parser, Subcommand};

/// Proves that every stack works, and makes what the proof needs.
#[derive(Parser)]
#[command(name = "cargo dev")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a stack as a folder of links back to the templates, to edit it with rust-analyzer.
    Stack {
        /// `AXIS=OPTION`; an axis that is not named gets its default.
        choices: Vec<String>,
        /// Where; `target/stack` when not said.
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Formats, lints and tests stacks on real databases; a set with every pair of choices.
    Stacks {
        #[command(flatten)]
        which: Which,
        /// With the newest crates in place of the locked ones; nothing is recorded.
        #[arg(long)]
        fresh: bool,
    },
    /// Tests the running binaries of stacks, line by line of the contract, and compares databases.
    Contract(Which),
    /// Breaks promises one at a time, and wants the contract to notice each.
    Mutants {
        /// Those with this word in their promise.
        only: Option<String>,
    },
    /// Validates every file for a host or a pipeline, and wants broken ones to be noticed.
    Hosting(hosting::Hosting),
    /// Proves each lesson: its start fails, its solution passes, its mutants fail by name.
    Lessons(lessons::Proof),
    /// Gives a first verdict from a kit, without a network and without crates.
    Kit,
    /// Runs the steps of a generated pipeline, and wants six bad commits to be stopped.
    Pipeline(pipeline::Pipeline),
    /// Three instances behind real balancers, under load, while one is killed or replaced.
    Scale(scale::Scale),
    /// Builds the generated image and runs it with as little power as it needs.
    #[cfg(target_os = "linux")]
    Image(image::Image),
    /// Starts the unit by a real systemd, and releases, breaks and stops the service.
    #[cfg(target_os = "linux")]
    Vps(vps::Vps),
    /// Opens the pages of running backends in a real browser: narrow, wide, light and dark.
    Pages(Which),
    /// Renders the book for every stack, runs its transcripts, and opens its pages in a browser.
    Book(book::Guide),
    /// Resolves the lock file of every stack.
    Locks,
    /// Measures the tool and its backends against floors.
    Bench(bench::Bench),
    /// Looks for known vulnerabilities in our own lock and in those of all stacks.
    Audit,
}

/// Which stacks.
#[derive(clap::Args)]
pub struct Which {
    /// Every stack, whether it has changed or not.
    #[arg(long)]
    all: bool,
    /// One stack of each database.
    #[arg(long, conflicts_with = "all")]
    quick: bool,
    /// These alone, such as `sqlite-session-rest-none`.
    #[arg(long = "stack")]
    stacks: Vec<String>,
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if let [word, held @ ..] = words.as_slice()
        && *word == *leash::WORD
    {
        return ExitCode::from(leash::hold(held) as u8);
    }
    let done = match Cli::parse().verb {
        Verb::Stack { choices, dir } => stack::link(&choices, dir),
        Verb::Stacks { which, fresh } => stacks::prove(&which, fresh),
        Verb::Contract(which) => contract::run(&which),
        Verb::Mutants { only } => mutants::run(only.as_deref()),
        Verb::Hosting(hosting) => hosting::run(&hosting),
        Verb::Lessons(proof) => lessons::run(&proof),
        Verb::Kit => kit::run(),
        Verb::Pipeline(pipeline) => pipeline::run(&pipeline),
        Verb::Scale(scale) => scale::run(&scale),
        #[cfg(target_os = "linux")]
        Verb::Image(image) => image::run(&image),
        #[cfg(target_os = "linux")]
        Verb::Vps(vps) => vps::run(&vps),
        Verb::Pages(which) => pages::run(&which),
        Verb::Book(guide) => book::run(&guide),
        Verb::Locks => locks::resolve(),
        Verb::Bench(bench) => bench::run(&bench),
        Verb::Audit => audit::run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
