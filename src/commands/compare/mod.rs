//! `compare`: what a choice changes, in numbers and as a diff.

mod report;
mod sides;
mod table;

use anyhow::{Context, Result, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::difference::Difference;
use crate::io::screen::{self, Style};
use crate::name::{FALLBACK, Name};
use crate::project::Project;
use crate::trouble::{Exit, Trouble};
use crate::{flags, words};
use report::Report;

/// Shows what a choice changes: files, crates, lines, variables, and every line that differs
///
/// The flags say what the rest of both stacks is; inside a project it is that project.
#[derive(Args)]
pub struct Compare {
    /// Two answers to one question (`db=sqlite db=postgres`), or two whole stacks
    /// (`sqlite-session-rest-none postgres-jwt-rest-none`). One is compared with what is here
    #[arg(value_name = "CHOICE", required = true, num_args = 1..=2)]
    choices: Vec<String>,

    /// The numbers and the names of the files, no diff
    #[arg(long, visible_alias = "stat", conflicts_with_all = ["file", "whole"])]
    summary: bool,

    /// One file, from its first line to its last change
    #[arg(long, value_name = "PATH")]
    file: Option<String>,

    /// The files that only one side has, line by line
    #[arg(long)]
    whole: bool,

    /// The same as JSON
    #[arg(long)]
    json: bool,
}

/// What `compare` understands: its own flags, and one for each axis.
pub fn command(catalog: &Catalog) -> Command {
    Compare::augment_args(Command::new("compare")).args(flags::args(catalog))
}

/// Compares two stacks.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Compare::from_arg_matches(matches)?;
    let here = Here::find(catalog)?;
    let base = here::stack(catalog, here.as_ref(), &flags::chosen(catalog, matches))?;
    let sides = sides::of(catalog, &base, &args.choices)?;
    let name = here.as_ref().and_then(|here| here.remembered.name.as_deref());
    let project = Project::new(Name::parse(name.unwrap_or(FALLBACK), &[])?);
    let [left, right] = &sides;
    let difference = Difference::of(catalog, left, right, &project)?;
    let mut report = Report::new(catalog, &difference);
    report.whole = args.whole;
    report.diffs = !args.summary;
    report.only = args.file.as_deref().map(|path| file(&difference, path)).transpose()?;
    let text = match args.json {
        true => serde_json::to_string_pretty(&report.as_json())
            .context("cannot write the comparison as JSON")?,
        false => report.as_text(Style::of_stdout(), screen::width()),
    };
    screen::out(&text)?;
    Ok(Exit::Done)
}

/// The path of a file that one of the sides has.
fn file(difference: &Difference, path: &str) -> Result<String> {
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let changed = difference.files.iter().map(|file| file.path.as_str());
    let known: Vec<&str> = changed.chain(difference.same.iter().map(String::as_str)).collect();
    if known.contains(&path) {
        return Ok(path.to_string());
    }
    let trouble = Trouble::usage(format!("neither side has a file `{path}`"));
    bail!(match words::nearest(path, known).first() {
        Some(near) => trouble.hint(format!("`--file {near}`")),
        None => trouble.hint("`--summary` names the files that differ"),
    })
}
