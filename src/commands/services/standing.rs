//! How one server of a project stands, and how it is brought up and down.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::commands::services::settings::{Settings, Source};
use crate::commands::services::{container, program};
use crate::doctor::advice;
use crate::io::interrupt::Guard;
use crate::io::{keep, place, probe, screen, server};
use crate::services::address::Address;
use crate::services::greeting::{Answer, Greeting};
use crate::services::kept::{FOLDER, Kept};
use crate::services::{Need, recipe};
use crate::trouble::Trouble;

/// One server, as it is now.
pub struct Standing<'a> {
    pub need: &'a Need<'a>,
    pub kept: Option<Kept>,
    /// The process of a program that was started here.
    pub pid: Option<u32>,
    pub source: Option<Source>,
    pub address: Option<Address>,
    pub answer: Answer,
    /// Why it does not let us in, when it does not.
    pub refusal: Option<String>,
}

impl<'a> Standing<'a> {
    /// Looks at it.
    pub fn of(root: &Path, need: &'a Need<'a>, settings: &Settings) -> Result<Standing<'a>> {
        let said = settings.said(need.variable());
        let source = said.as_ref().map(|(source, _)| *source);
        let url = said.map_or_else(|| need.default.to_string(), |(_, url)| url);
        let usual = need.usual().map(|usual| usual.port).unwrap_or_default();
        let address = Address::parse_with(&url, usual);
        let greeting = Greeting::of(&need.service.hello)?;
        let answer = address.as_ref().map_or(Answer::Nobody, |it| probe::answer(it, &greeting));
        let refusal = match answer {
            Answer::Ready => probe::refusal(&recipe::knocks(need.service, &url), root),
            _ => None,
        };
        let kept = kept(root, need)?;
        let pid = match &kept {
            Some(Kept::Program(program)) => program::pid(program),
            _ => None,
        };
        Ok(Standing { need, kept, pid, source, address, answer, refusal })
    }

    /// It answers, and lets us in.
    pub fn is_well(&self) -> bool {
        self.answer == Answer::Ready && self.refusal.is_none()
    }

    /// It was started here and runs, and the project's address is its own.
    pub fn is_ours(&self) -> bool {
        match &self.kept {
            Some(Kept::Container) => self.answer == Answer::Ready,
            Some(Kept::Program(program)) => {
                let port = self.address.as_ref().map(|address| address.port);
                self.pid.is_some() && port == Some(program.port)
            }
            None => false,
        }
    }

    /// Where it is, or what its variable says instead.
    pub fn place(&self) -> String {
        match &self.address {
            Some(address) => address.to_string(),
            None => format!("no address in `{}`", self.need.variable()),
        }
    }
}

/// What came of bringing a server up.
pub struct Raised {
    /// It was started just now.
    pub new: bool,
    pub line: String,
}

/// Brings a server up, in the first way that works.
pub fn raise(root: &Path, need: &Need, settings: &mut Settings, guard: &Guard) -> Result<Raised> {
    let standing = Standing::of(root, need, settings)?;
    let (title, place) = (need.title, standing.place());
    // Only what starts now may be stopped again when somebody interrupts.
    let ran = standing.pid.is_some();
    if standing.is_well() {
        let line = match standing.is_ours() {
            true => format!("{title} runs already at {place}"),
            false => format!("{title} answers at {place}: it is used as it is"),
        };
        return Ok(Raised { new: false, line });
    }
    elsewhere(&standing)?;
    if let Some(refusal) = &standing.refusal {
        screen::note(&format!("{title} at {place} does not let us in: {refusal}"));
    }
    if let Some(url) = container::raise(root, need, guard)? {
        remember(root, need, &Kept::Container)?;
        return finish(need, settings, &url, "in a container", true);
    }
    if let Some(url) = program::raise(root, need, standing.kept, guard)? {
        return finish(need, settings, &url, "for this project alone", !ran);
    }
    let what = format!("{title} does not answer at {place}, and there is no way to start one here");
    bail!(Trouble::failure(what).hint(how_to_get(need)))
}

/// Stops what was started here. Says what was done.
pub fn lower(root: &Path, need: &Need) -> Result<String> {
    let title = need.title;
    Ok(match kept(root, need)? {
        None => format!("{title} was not started here; nothing to stop"),
        Some(Kept::Container) => {
            container::lower(root, need, &[])?;
            format!("{title} stopped; its data stays in its volume")
        }
        Some(Kept::Program(kept)) => match program::lower(root, need, kept)? {
            true => format!("{title} stopped; its data stays"),
            false => format!("{title} does not run"),
        },
    })
}

/// Stops a server and deletes its data.
pub fn erase(root: &Path, need: &Need, kept: &Kept) -> Result<()> {
    lower(root, need)?;
    match kept {
        Kept::Container => container::lower(root, need, &["--volumes"])?,
        Kept::Program(program) => server::remove(&program.home)?,
    }
    keep::remove(&file(root, need))
}

/// What is remembered of a server that was started here.
pub fn kept(root: &Path, need: &Need) -> Result<Option<Kept>> {
    let path = file(root, need);
    let Some(text) = keep::read(&path)? else { return Ok(None) };
    let kept = Kept::parse(&text).with_context(|| format!("cannot use `{}`", path.display()))?;
    Ok(match kept {
        Kept::Program(program) => {
            let original_is_there = place::is_folder(&program.project);
            program.at(root, original_is_there).map(Kept::Program)
        }
        Kept::Container => Some(Kept::Container),
    })
}

/// Remembers it.
pub fn remember(root: &Path, need: &Need, kept: &Kept) -> Result<()> {
    keep::write(&file(root, need), &kept.to_text()?)
}

fn file(root: &Path, need: &Need) -> PathBuf {
    root.join(FOLDER).join(format!("{}.json", need.name()))
}

/// A server that is not ours to replace.
fn elsewhere(standing: &Standing) -> Result<()> {
    let (variable, place) = (standing.need.variable(), standing.place());
    let why = standing.refusal.clone().unwrap_or_else(|| "nobody answers there".to_string());
    if standing.source == Some(Source::Shell) {
        let what =
            format!("`{variable}` is set in this shell and wins over `.env`: {place}, {why}");
        bail!(Trouble::failure(what).hint(format!("unset {variable}")));
    }
    if standing.address.as_ref().is_some_and(|address| !address.is_here()) {
        let what = format!("`{variable}` names {place}, which is not this machine: {why}");
        let hint = format!("take the line out of `.env` to get a server here: `{variable}=`");
        bail!(Trouble::failure(what).hint(hint));
    }
    Ok(())
}

fn finish(need: &Need, settings: &mut Settings, url: &str, how: &str, new: bool) -> Result<Raised> {
    let changed = settings.set(need.variable(), url)?;
    let place = Address::parse(url).map(|it| it.to_string()).unwrap_or_default();
    let written = match changed {
        true => format!("; `{}` in `.env` says so", need.variable()),
        false => String::new(),
    };
    Ok(Raised { new, line: format!("{} runs {how} at {place}{written}", need.title) })
}

fn how_to_get(need: &Need) -> String {
    let system = probe::system(&advice::managers().collect::<Vec<_>>());
    let local = recipe::programs(need.service, probe::os()).next();
    let package = local.and_then(|local| advice::package(&system, &local.packages));
    let package = package.map(|command| format!("`{command}`, or "));
    format!(
        "{}start Docker, or set `{}` in `.env` to a server you have",
        package.unwrap_or_default(),
        need.variable()
    )
}
