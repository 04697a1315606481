//! `cargo dev pipeline`: the steps of a generated pipeline run here, on a fresh project, and stop bad commits.

mod project;
mod seeds;
mod steps;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use backend_gen::Stack;
use backend_gen::catalog::Catalog;

use crate::{servers, work};
use project::Project;
use seeds::Seed;
use steps::{Job, Outcome};

/// Which pipeline, of which stack.
#[derive(clap::Args)]
pub struct Pipeline {
    /// The stack, such as `postgres-jwt-rest-redis`; else the default one.
    #[arg(long)]
    stack: Option<String>,
    /// The pipeline; else every one.
    #[arg(long)]
    option: Option<String>,
}

/// Runs each pipeline on a good commit, then on bad ones.
pub fn run(pipeline: &Pipeline) -> Result<bool> {
    let catalog = work::catalog()?;
    let bare = stack(&catalog, pipeline.stack.as_deref())?;
    let axis = catalog.axis(AXIS).context("there is no such axis")?;
    let wanted = pipeline.option.as_deref();
    let names = axis.names().into_iter().filter(|name| *name != axis.default);
    let names: Vec<&str> = names.filter(|name| wanted.is_none_or(|it| it == *name)).collect();
    ensure!(!names.is_empty(), "there is no such pipeline");
    if let Some(server) = servers::of(&catalog, &bare).iter().find(|server| !server.answers()) {
        println!("not run: nobody answers at {}", server.variable);
        return Ok(std::env::var("CI").is_ok_and(|value| value != "true"));
    }
    let mut good = true;
    for name in names {
        let stack = bare.with(&catalog, AXIS, name)?;
        let began = Instant::now();
        let (right, wrong) = one(&catalog, &stack)?;
        let seconds = began.elapsed().as_secs();
        println!("{}: {right} as it should be, {wrong} not, in {seconds} s", stack.flags());
        good &= wrong == 0;
    }
    Ok(good)
}

fn stack(catalog: &Catalog, key: Option<&str>) -> Result<Stack> {
    let Some(key) = key else { return Ok(Stack::choose(catalog, [])?) };
    let all = catalog.stacks().into_iter();
    all.into_iter().find(|it| it.key() == key).with_context(|| format!("no stack `{key}`"))
}

/// How many runs went as they should, and how many did not.
fn one(catalog: &Catalog, stack: &Stack) -> Result<(usize, usize)> {
    let project = Project::make(catalog, stack)?;
    let jobs = steps::of(&project)?;
    let mut tally = (0, 0);
    for job in &jobs {
        let outcome = job.run(&project)?;
        let good = matches!(outcome, Outcome::Green { .. });
        println!("  {} good commit, {}: {}", mark(good), job.name, outcome);
        count(&mut tally, good);
    }
    for seed in &seeds::ALL {
        project.commit(seed)?;
        let outcome = stopping(&jobs, seed)?.run(&project)?;
        project.reset()?;
        let stopped = match &outcome {
            Outcome::Red { step, said } => step.contains(seed.stops) && said.contains(seed.says),
            Outcome::Green { .. } => false,
        };
        println!("  {} {}: {}", mark(stopped), seed.what, outcome);
        count(&mut tally, stopped);
    }
    Ok(tally)
}

/// The job with the step that must notice.
fn stopping<'a>(jobs: &'a [Job], seed: &Seed) -> Result<&'a Job> {
    let notices = |job: &&Job| job.steps.iter().any(|step| step.run.contains(seed.stops));
    jobs.iter().find(notices).with_context(|| format!("no step has `{}`", seed.stops))
}

fn count(tally: &mut (usize, usize), good: bool) {
    if good { tally.0 += 1 } else { tally.1 += 1 }
}

fn mark(good: bool) -> &'static str {
    if good { "ok    " } else { "FAILED" }
}

const AXIS: &str = "pipeline";
