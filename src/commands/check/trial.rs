//! One trial: build, start, walk, tidy up, stop. Every wait has its end, and nothing is left behind.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::catalog::Catalog;
use crate::catalog::check::Step;
use crate::check::{self, Verdict, Walk};
use crate::commands::build::{self, Built};
use crate::commands::check::card::Card;
use crate::io::disk::Scratch;
use crate::io::http::Client;
use crate::io::interrupt::Guard;
use crate::io::process::{self, Backend};
use crate::io::{place, random};
use crate::stack::Stack;
use crate::trouble::Trouble;

/// Fills in the card of a project.
pub fn run(catalog: &Catalog, stack: &Stack, mut card: Card) -> Result<Card> {
    let guard = Guard::careful();
    let scratch = Scratch::new()?;
    let folder = scratch.path().to_string_lossy();
    let random = random::tail()?;
    let walk = Walk::of(catalog, stack, &[("scratch", &folder), ("random", &random)])?;
    may_be_walked(&walk, &card.project)?;
    card.works_on(&walk.data)?;

    let began = Instant::now();
    let built = match build::run(&card.project)? {
        Built::Program(program) => program,
        Built::Stopped => {
            card.stopped = true;
            return Ok(card);
        }
        Built::Broken => {
            let reason = "the compiler's words above";
            card.add("builds", wrong("cargo build", "a program", reason), began)?;
            return Ok(card);
        }
    };
    card.add("builds", Verdict::Right, began)?;

    program(&built, walk, card, &guard)
}

/// Starts a program where the card's project is, walks through it, and stops it.
pub fn program(program: &Path, walk: Walk, mut card: Card, guard: &Guard) -> Result<Card> {
    let began = Instant::now();
    let mut backend = Backend::start(program, &card.project, &walk.env)?;
    match backend.url(|| guard.stopped())? {
        Some(url) => {
            card.add("starts", Verdict::Right, began)?;
            around(&url, walk, &mut card, guard)?;
            stop(&mut backend, &mut card)?;
        }
        None if guard.stopped() => {}
        None => {
            let expected = "`listening on http://…`";
            card.add("starts", wrong("the program", expected, "its last lines, below"), began)?;
        }
    }
    if !card.is_right() {
        card.log(backend.last_lines());
    }
    card.stopped = guard.stopped();
    Ok(card)
}

/// All steps, as long as there is somebody to ask; then what takes back what they left.
fn around(url: &str, mut walk: Walk, card: &mut Card, guard: &Guard) -> Result<()> {
    let client = Client::new(url);
    for step in walk.steps.clone() {
        if guard.stopped() || !noted(&client, &step, &mut walk, card)? {
            break;
        }
    }
    for step in walk.tidy.clone() {
        if !noted(&client, &step, &mut walk, card)? {
            break;
        }
    }
    Ok(())
}

/// One step, and whether there was an answer at all.
pub fn one(client: &Client, step: &Step, walk: &mut Walk) -> (Verdict, bool) {
    let ask = match walk.ask(step) {
        Ok(ask) => ask,
        Err(missing) => return (Verdict::Skipped(missing), true),
    };
    match client.send(&ask) {
        Ok(answer) => (walk.judge(step, &ask, &answer), true),
        Err(error) => (wrong(&ask.to_string(), "an answer", &format!("{error:#}")), false),
    }
}

/// The same, on the card.
fn noted(client: &Client, step: &Step, walk: &mut Walk, card: &mut Card) -> Result<bool> {
    let began = Instant::now();
    let (verdict, answered) = one(client, step, walk);
    card.add(&step.title, verdict, began)?;
    Ok(answered)
}

fn stop(backend: &mut Backend, card: &mut Card) -> Result<()> {
    let began = Instant::now();
    let verdict = match backend.stop()? {
        Some(status) if status.success() || !Backend::IS_ASKED => Verdict::Right,
        Some(status) => wrong("SIGTERM", "exit code 0", &status.to_string()),
        None => wrong("SIGTERM", "an end within its grace", "none: it was killed"),
    };
    card.add("stops when it is asked to", verdict, began)
}

/// A project that says it is in production is left alone: its data is somebody's.
pub fn may_be_walked(walk: &Walk, project: &Path) -> Result<()> {
    let file = place::content(&project.join(".env"))?.unwrap_or_default();
    let file = String::from_utf8_lossy(&file);
    for (name, value) in &walk.never {
        let set = process::variable(name);
        let set = set.as_deref().or_else(|| check::setting(&file, name));
        if set == Some(value.as_str()) {
            let what = format!("`{name}` is `{value}` here, and this writes into the database");
            bail!(Trouble::failure(what).hint(format!("set `{name}` to another value first")));
        }
    }
    Ok(())
}

fn wrong(sent: &str, expected: &str, got: &str) -> Verdict {
    Verdict::Wrong { sent: sent.into(), expected: expected.into(), got: got.into() }
}
