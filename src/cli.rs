//! What the command line understands, and how a run ends.

use std::ffi::OsString;
use std::io::ErrorKind;

use anyhow::Result;
use clap::error::{ContextKind, ContextValue, ErrorKind as Misuse};
use clap::{ArgMatches, Command};

use crate::VERSION;
use crate::catalog::Catalog;
use crate::commands::{
    book, capacity, check, compare, completions, doctor, explain, learn, list, man, new, scale_lab,
    services,
};
use crate::io::process::leash;
use crate::io::{interrupt, screen};
use crate::trouble::{Exit, ending};
use crate::words;

/// Runs one command line, and says how it ended.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let typed: Vec<OsString> = words.into_iter().collect();
    if let [_, word, held @ ..] = typed.as_slice()
        && *word == *leash::WORD
    {
        return leash::hold(held);
    }
    let done = Catalog::bundled().and_then(|catalog| {
        let mut command = command(&catalog).subcommand(man::command());
        match command.try_get_matches_from_mut(&typed) {
            Ok(matches) => interrupt::watch().and_then(|()| dispatch(&catalog, &matches)),
            Err(misuse) => {
                // Once more, since the error quotes what was typed.
                let shown = typed.iter().map(|word| words::printable(&word.to_string_lossy(), 200));
                let misuse = command.try_get_matches_from_mut(shown).err().unwrap_or(misuse);
                Ok(answer(&command, &misuse))
            }
        }
    });
    done.unwrap_or_else(|error| tell(&error))
}

/// Everything it offers. The flags of `new` come from the catalogue.
pub fn command(catalog: &Catalog) -> Command {
    Command::new("backend-gen")
        .version(VERSION)
        .about("Writes a real axum backend, and teaches how it works")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(new::command(catalog).after_help(EXIT_CODES))
        .subcommand(check::command().after_help(EXIT_CODES))
        .subcommand(learn::command(catalog))
        .subcommand(explain::command(catalog).after_help(EXIT_CODES))
        .subcommand(compare::command(catalog).after_help(EXIT_CODES))
        .subcommand(list::command().after_help(EXIT_CODES))
        .subcommand(completions::command().after_help(EXIT_CODES))
        .subcommand(book::command(catalog).after_help(EXIT_CODES))
        .subcommand(doctor::command())
        .subcommand(services::command())
        .subcommand(scale_lab::command())
        .subcommand(capacity::command())
}

fn dispatch(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    match matches.subcommand() {
        Some(("new", matches)) => new::run(catalog, matches),
        Some(("check", matches)) => check::run(catalog, matches),
        Some(("learn", matches)) => learn::run(catalog, matches),
        Some(("explain", matches)) => explain::run(catalog, matches),
        Some(("compare", matches)) => compare::run(catalog, matches),
        Some(("book", matches)) => book::run(catalog, matches),
        Some(("list", matches)) => list::run(catalog, matches),
        Some(("completions", matches)) => completions::run(command(catalog), matches),
        Some(("man", matches)) => man::run(command(catalog), matches),
        Some(("doctor", matches)) => doctor::run(catalog, matches),
        Some(("services", matches)) => services::run(catalog, matches),
        Some(("scale-lab", matches)) => scale_lab::run(catalog, matches),
        Some(("capacity", matches)) => capacity::run(matches),
        _ => Ok(Exit::Usage),
    }
}

/// Help that was asked for, or a word that was not understood.
fn answer(command: &Command, misuse: &clap::Error) -> Exit {
    // A closed pipe must not be an error.
    let _ = misuse.print();
    if let Some(verb) = unknown_verb(misuse) {
        let known = command.get_subcommands().filter(|verb| !verb.is_hide_set());
        let known = known.map(Command::get_name);
        if let [near, ..] = words::nearest(&verb, known).as_slice() {
            screen::note(&format!("hint: `backend-gen {near}`"));
        }
    }
    match misuse.kind() {
        Misuse::DisplayHelp | Misuse::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}

/// A verb that is not there, when clap has nothing similar to offer.
fn unknown_verb(misuse: &clap::Error) -> Option<String> {
    let offered = misuse.get(ContextKind::SuggestedSubcommand).is_some();
    match misuse.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(verb)) if !offered => Some(verb.clone()),
        _ => None,
    }
}

fn tell(error: &anyhow::Error) -> Exit {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed) {
        return Exit::Done;
    }
    let (exit, hint) = ending(error);
    match exit {
        Exit::Interrupted => screen::note(&format!("{error:#}")),
        _ => screen::error(&format!("{error:#}"), hint),
    }
    exit
}

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 it could not be done · 2 the command makes no sense · 130 interrupted
Prompts, progress and errors go to stderr, results to stdout. NO_COLOR is respected.";
