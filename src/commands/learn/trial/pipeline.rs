//! A workflow tried on commits: a copy of the project beside it, and the commands that cargo can run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::commands::learn::trial::ground::Subject;
use crate::commands::learn::trial::step::Done;
use crate::commands::learn::trial::world::World;
use crate::io::interrupt::Guard;
use crate::io::process::finish::{self, Around};
use crate::io::progress::Progress;
use crate::io::{keep, mirror, place};
use crate::judge::Observation;
use crate::lesson::course::OWN;
use crate::pipeline::checkout;
use crate::pipeline::commit::{Commit, Made};
use crate::pipeline::gate::{self, Command};
use crate::pipeline::workflow::Workflow;
use crate::pipeline::{Pipeline, Ran, Red, Seen};

/// Reads the workflow, and runs it when a commit is named.
pub fn run(world: &World<'_>, asked: &Pipeline, guard: &Guard) -> Result<Done> {
    let folder = world.ground.folder().to_path_buf();
    let text = place::content(&folder.join(&asked.file))?;
    let workflow = match text {
        Some(bytes) => Workflow::read(&String::from_utf8_lossy(&bytes)),
        None => Err("there is no such file".to_string()),
    };
    let words = asked.law.map_or("", |law| law.words());
    let (Ok(flow), Some(commit)) = (&workflow, asked.commit) else {
        let seen = Seen { workflow, ran: None };
        return Ok(Done::new(
            format!("`{}`: {words}", asked.file),
            Observation::Pipeline(seen.into()),
        ));
    };
    if matches!(world.ground.subject, Subject::Foreign { .. }) {
        let why = "only the project of a lesson is built on other commits";
        return Ok(Done::new(asked.file.clone(), Observation::Blind(why.to_string())));
    }
    let ran = match committed(world, &folder, commit)? {
        Ok((copy, made)) => {
            let progress = Progress::start(&format!("the pipeline, on {}", made.what));
            Ran { commit: made, ..tried(world, flow, &copy, &progress, guard)? }
        }
        Err(why) => return Ok(Done::wrong(asked.file.clone(), "a project to commit to", why)),
    };
    let sent = format!("`{}` on {}", asked.file, ran.commit.what);
    let seen = Seen { workflow, ran: Some(ran) };
    Ok(Done::new(sent, Observation::Pipeline(seen.into())))
}

type Committed = Result<(PathBuf, Made), String>;

/// What a runner would check out, in the same folder every time: below the course, so that crates
/// that are built already are built for it too.
fn committed(world: &World<'_>, project: &Path, commit: Commit) -> Result<Committed> {
    let mut tree = mirror::read(project, &UNCOMMITTED)?;
    let made = match commit.make(&mut tree, world.ground.seed) {
        Ok(made) => made,
        Err(why) => return Ok(Err(why)),
    };
    let copy = project.parent().context("the project has no folder around it")?;
    let copy = copy.join(OWN).join("pipeline");
    keep::make_folder(&copy)?;
    mirror::write(&checkout::of(tree)?, &copy, &["target"])?;
    Ok(Ok((copy.join(checkout::PROJECT), made)))
}

/// The commands of each job, up to the first that is red.
fn tried(
    world: &World<'_>,
    flow: &Workflow,
    copy: &Path,
    progress: &Progress,
    guard: &Guard,
) -> Result<Ran> {
    let mut ran = Ran::default();
    for command in flow.jobs.values().flat_map(|job| gate::commands(flow, job)) {
        if command.idle.is_some() {
            ran.pass_over(&command);
            continue;
        }
        if guard.stopped() {
            break;
        }
        progress.say(&format!("  {}", command.line));
        ran.commands.push(command.line.clone());
        let around = around(world, &command);
        let folder = copy.join(&command.folder);
        if !place::is_folder(&folder) {
            let said = format!("error: there is no folder `{}`", command.folder.display());
            ran.red = Some(Red { line: command.line, code: Some(1), said });
            break;
        }
        let done = finish::cargo(&folder, &command.words[1..], &around, || guard.stopped())?;
        if done.code != Some(0) && !guard.stopped() {
            ran.red = Some(Red { line: command.line, code: done.code, said: done.said });
            break;
        }
    }
    Ok(ran)
}

/// What a runner would have: nothing of the learner's own settings, and the servers of this check.
fn around(world: &World<'_>, command: &Command) -> Around {
    let ground = world.ground;
    let layers = ground.stack.layers(ground.catalog);
    let known = layers.iter().flat_map(|layer| &layer.spec.env);
    let mut env = command.env.clone();
    let ours = world.env.iter().filter(|(name, _)| ground.servers.contains_key(*name));
    env.extend(ours.map(|(name, url)| (name.clone(), url.clone())));
    Around { unset: known.map(|it| it.name.clone()).collect(), env, limit: LIMIT }
}

/// What lies in a project and is in no commit.
const UNCOMMITTED: [&str; 4] = [".git", ".env", "target", "data"];
/// The first run builds what tests and lints need besides.
const LIMIT: Duration = Duration::from_secs(20 * 60);
