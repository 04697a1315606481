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
use facts::Facts;
use kind::{Break, Kind};
use sites::Site;
use tally::Tally;
use tool::{Bench, Tool, Tools, Verdict};

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
    ask_all(&tools, &files, &mut tally)?;
    println!("{} files of {} projects, {} unlike", tally.files, sites.len(), files.len());
    for kind in kinds::ALL {
        let own: Vec<&File<'_>> = files.iter().filter(|it| it.kind.name == kind.name).collect();
        // of some options alone there are not all files
        let some = !hosting.options.is_empty();
        let fits = |change: &&Break| own.iter().any(|file| file.text.contains(change.from));
        let changes =
            kind.broken.iter().filter(|change| !own.is_empty() && (!some || fits(change)));
        for change in changes {
            let verdict = noticed(&tools, kind, change, &own)?;
            tally.broken(kind.name, change, verdict);
        }
    }
    Ok(tally.end())
}

/// What the tools say of each file, on a few threads: most of the time they start up.
fn ask_all(tools: &Tools, files: &[File<'_>], tally: &mut Tally) -> Result<()> {
    let samples = samples(files);
    let work: Vec<(&File<'_>, &Tool)> = samples
        .iter()
        .flat_map(|file| file.kind.tools.iter().map(move |tool| (*file, tool)))
        .collect();
    for chunk in work.chunks(AT_ONCE) {
        let verdicts = std::thread::scope(|scope| {
            let ask = |(file, tool): &(&File<'_>, &Tool)| {
                let bench = Bench::of(file.site, file.path, file.text)?;
                tools.ask(tool, &bench)
            };
            let asked: Vec<_> = chunk.iter().map(|it| scope.spawn(move || ask(it))).collect();
            asked.into_iter().map(|it| it.join().expect("a tool is asked")).collect::<Vec<_>>()
        });
        for ((file, tool), verdict) in chunk.iter().zip(verdicts) {
            tally.count(tool.name, file.site, file.path, verdict?);
        }
    }
    Ok(())
}

/// The models read every file; of each path the tools get the longest, the shortest and some
/// between: what they know of a file is not what a stack makes of it.
fn samples<'a, 'b>(files: &'a [File<'b>]) -> Vec<&'a File<'b>> {
    let mut by_path: BTreeMap<&str, Vec<&File<'_>>> = BTreeMap::new();
    for file in files {
        by_path.entry(file.path).or_default().push(file);
    }
    let some = by_path.into_values().flat_map(|mut alike| {
        alike.sort_by_key(|file| file.text.len());
        let last = alike.len() - 1;
        let mut at: Vec<usize> =
            (0..=EACH.min(last)).map(|n| n * last / EACH.min(last).max(1)).collect();
        at.dedup();
        at.into_iter().map(|at| alike[at]).collect::<Vec<_>>()
    });
    some.collect()
}

/// Asks the models about every file, and keeps those that are not like one seen before.
fn judge<'a>(sites: &'a [Site], tally: &mut Tally) -> Vec<File<'a>> {
    let mut unlike: BTreeMap<(&str, &str), File<'a>> = BTreeMap::new();
    for site in sites {
        let mut places = BTreeMap::<&str, Vec<Facts>>::new();
        for (path, text) in &site.files {
            tally.files += 1;
            let verdict = match kinds::of(path) {
                None => Verdict::Bad("no kind of file is like this".to_string()),
                Some(kind) => {
                    let file = File { site, kind, path, text };
                    let (facts, complaints) = read(&file, text);
                    places.entry(facts::place(path)).or_default().push(facts);
                    unlike.entry((path, text)).or_insert(file);
                    verdict(complaints)
                }
            };
            tally.count("model", site, path, verdict);
        }
        for (place, all) in &places {
            let together = verdict(facts::together(all, site));
            tally.count("model", site, &format!("all files for {place}"), together);
        }
    }
    unlike.into_values().collect()
}

/// What its own model makes of it, and what is wrong with that.
fn read(file: &File<'_>, text: &str) -> (Facts, Vec<String>) {
    match (file.kind.read)(text) {
        Ok(facts) => {
            let complaints = facts::complaints(&facts, file.site);
            (facts, complaints)
        }
        Err(error) => (Facts::default(), vec![format!("{error:#}")]),
    }
}

/// What is wrong with all files of a place together, where one of them says something else.
fn together(site: &Site, path: &str, text: &str) -> Vec<String> {
    let text = |(other, own): (&String, &String)| match other == path {
        true => (other.clone(), text.to_string()),
        false => (other.clone(), own.clone()),
    };
    let place = |(other, _): &(&String, &String)| facts::place(other) == facts::place(path);
    let facts = site.files.iter().filter(place).map(text).filter_map(|(path, text)| {
        let read = kinds::of(&path)?.read;
        read(&text).ok()
    });
    let facts: Vec<Facts> = facts.collect();
    facts::together(&facts, site)
}

fn verdict(complaints: Vec<String>) -> Verdict {
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
        None => {
            let (_, mut complaints) = read(file, &text);
            complaints.extend(together(file.site, file.path, &text));
            Ok(verdict(complaints))
        }
    }
}

/// As many tools as a small machine has cores for.
const AT_ONCE: usize = 4;
/// One more is the most files of one path that a tool is asked about.
const EACH: usize = 2;
