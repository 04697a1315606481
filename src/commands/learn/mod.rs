//! `learn`: lessons on a real backend, in the learner's own stack.

mod build;
mod check;
mod course;
mod go;
mod hint;
pub mod inspector;
pub mod kit;
mod list;
mod probe;
mod recall;
mod reset;
mod show;
mod solution;
mod start;
mod teach;
mod trace;
mod trial;
mod verify;
mod watch;
mod words;

use anyhow::Result;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::catalog::Catalog;
use crate::flags;
use crate::lesson::Lessons;
use crate::trouble::Exit;
pub use build::{Outcome, build};
pub use check::stack as usual_stack;
pub use trial::{Subject, Trial, fresh_seed};
use words::{Check, Export, Learn, Plan, Probe, Start, Verb, Verify};

/// What `learn` understands.
pub fn command(catalog: &Catalog) -> Command {
    let stack = |verb: Command| verb.args(flags::args(catalog).into_iter().filter(code(catalog)));
    Learn::augment_args(Command::new("learn").visible_alias("lesson"))
        .mut_subcommand("start", stack)
        .mut_subcommand("kit", stack)
}

/// A flag of an axis that code is made of.
fn code(catalog: &Catalog) -> impl Fn(&clap::Arg) -> bool {
    let around = catalog.axes.iter().filter(|axis| axis.around).map(|axis| axis.name.clone());
    let around: Vec<String> = around.collect();
    move |arg| !around.contains(&arg.get_id().to_string())
}

/// Teaches.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Learn::from_arg_matches(matches)?;
    let lessons = match &args.lessons {
        Some(folder) => Lessons::from_dir(folder)?,
        None => Lessons::bundled()?,
    };
    let find = || course::Course::find(catalog, lessons.clone());
    match args.verb {
        None | Some(Verb::Watch) => watch::run(catalog, find()?, args.plain),
        Some(Verb::Start(start)) => {
            let matches = matches.subcommand_matches("start").unwrap_or(matches);
            start::run(catalog, lessons, &start, said(catalog, matches))
        }
        Some(Verb::Kit(kit)) => {
            let matches = matches.subcommand_matches("kit").unwrap_or(matches);
            kit::run(catalog, lessons, &kit, &said(catalog, matches))
        }
        Some(Verb::List(json)) => list::run(catalog, lessons, json.json),
        Some(Verb::Go { id }) => go::run(catalog, find()?, id.as_deref()),
        Some(Verb::Probe(probe)) => probe::run(catalog, find()?, &probe),
        Some(Verb::Check(check)) if check.program.is_empty() => {
            check::run(catalog, find()?, &check)
        }
        Some(Verb::Check(check)) => check::foreign(catalog, &lessons, &check),
        Some(Verb::Hint { level }) => hint::run(catalog, find()?, level.map(usize::from)),
        Some(Verb::Reset { yes }) => reset::run(catalog, find()?, yes),
        Some(Verb::UndoReset) => reset::undo(find()?),
        Some(Verb::Solution { give_up }) => solution::run(catalog, find()?, give_up),
        Some(Verb::Explain { rule }) => recall::explain(&lessons, &rule),
        Some(Verb::Review) => recall::review(find()?),
        Some(Verb::Plan(plan)) => teach::plan(catalog, lessons, &plan),
        Some(Verb::Card { name }) => teach::card(&find()?, name.as_deref()),
        Some(Verb::Export(export)) => teach::export(catalog, &lessons, &export),
        Some(Verb::Verify(verify)) => verify::run(catalog, find()?, &verify),
    }
}

/// The choices that were said for a new course.
fn said(catalog: &Catalog, matches: &ArgMatches) -> Vec<(String, String)> {
    let axes = catalog.axes.iter().filter(|axis| !axis.around);
    let said = axes.filter_map(|axis| {
        let option = matches.get_one::<String>(&axis.name)?;
        Some((axis.name.clone(), option.clone()))
    });
    said.collect()
}
