//! `cargo dev hosting`: every file around the code, in every stack that may have it, is valid.
//!
//! Each kind of file is a module in `kinds/`: a model of its own, the programs that validate such
//! files, and changes that break one, each of which must be noticed.

mod facts;
mod kind;
mod kinds;
mod sites;
mod tally;
mod tool;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::work;
use kind::{Break, Kind};
use sites::Site;
use tally::Tally;
use tool::{Bench, Tools, Verdict};

/// Which options, in which stacks.
#[derive(clap::Args)]
pub struct Hosting {
    /// In every stack; else in a set with every pair of choices.
    #[arg(long)]
    all: bool,
    /// These options alone, such as `docker`.
    #[arg(long = "option")]
    options: Vec<String>,
}

/// A file, where it was first seen.
struct File<'a> {
    site: &'a Site,
    kind: &'static Kind,
    path: &'a str,
    text: &'a str,
}

/// Validates every file, then breaks them.
pub fn run(hosting: &Hosting) -> Result<bool> {
    let catalog = work::catalog()?;
    let sites = sites::of(&catalog, hosting.all, &hosting.options)?;
    ensure!(!sites.is_empty(), "there is no such option");
    let mut tally = Tally::default();
    let files = judge(&sites, &mut tally);
    let tools = Tools::new();
    for file in &files {
        for tool in file.kind.tools {
            let verdict = tools.ask(tool, &Bench::of(file.site, file.path, file.text)?)?;
            tally.count(tool.name, file.site, file.path, verdict);
        }
    }
    println!("{} files of {} projects, {} unlike", tally.files, sites.len(), files.len());
    for kind in kinds::ALL {
        let own: Vec<&File<'_>> = files.iter().filter(|it| it.kind.name == kind.name).collect();
        for change in kind.broken.iter().filter(|_| !own.is_empty()) {
            let verdict = noticed(&tools, kind, change, &own)?;
            tally.broken(kind.name, change, verdict);
        }
    }
    Ok(tally.end())
}

/// Asks the models about every file, and keeps those that are not like one seen before.
fn judge<'a>(sites: &'a [Site], tally: &mut Tally) -> Vec<File<'a>> {
    let mut unlike: BTreeMap<(&str, &str), File<'a>> = BTreeMap::new();
    for site in sites {
        for (path, text) in &site.files {
            tally.files += 1;
            let verdict = match kinds::of(path) {
                None => Verdict::Bad("no kind of file is like this".to_string()),
                Some(kind) => {
                    let file = File { site, kind, path, text };
                    let verdict = modelled(&file, text);
                    unlike.entry((path, text)).or_insert(file);
                    verdict
                }
            };
            tally.count("model", site, path, verdict);
        }
    }
    unlike.into_values().collect()
}

/// Its own model, and what it must agree on with the rest of the project.
fn modelled(file: &File<'_>, text: &str) -> Verdict {
    let complaints = match (file.kind.read)(text) {
        Ok(facts) => facts::complaints(&facts, file.site),
        Err(error) => vec![format!("{error:#}")],
    };
    if complaints.is_empty() { Verdict::Good } else { Verdict::Bad(complaints.join("; ")) }
}

/// Whether the one that should notice this change does, in the first file that it fits.
fn noticed(tools: &Tools, kind: &Kind, change: &Break, files: &[&File<'_>]) -> Result<Verdict> {
    let Some(file) = files.iter().find(|file| file.text.contains(change.from)) else {
        return Ok(Verdict::Good);
    };
    let text = file.text.replace(change.from, change.to);
    match kind.tools.iter().find(|tool| tool.name == change.seen_by) {
        Some(tool) => tools.ask(tool, &Bench::of(file.site, file.path, &text)?),
        None => Ok(modelled(file, &text)),
    }
}
