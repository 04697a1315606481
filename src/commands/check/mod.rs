//! `check`: the project is built, started, and walked through on this machine.

mod card;
mod trial;

use std::path::Path;

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::io::screen;
use crate::project::FILE;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
pub use card::Card;
pub use trial::{may_be_walked, one, program};

/// Builds the project around here, starts it, and tries everything it promises
#[derive(Args)]
pub struct Check {
    /// The report card as JSON
    #[arg(long)]
    json: bool,
}

/// What `check` understands.
pub fn command() -> Command {
    Check::augment_args(Command::new("check"))
}

/// Checks the project that we stand in.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Check::from_arg_matches(matches)?;
    let here = Here::find(catalog)?.ok_or_else(|| {
        Trouble::usage(format!("there is no `{FILE}` here or above"))
            .hint("`cd` into a project, or make one: `backend-gen new demo --defaults --verify`")
    })?;
    let stack = here::stack(catalog, Some(&here), &[])?;
    let card = card(catalog, &stack, &here.root, args.json)?;
    if args.json {
        let text = serde_json::to_string_pretty(&card.as_json());
        screen::out(&text.context("cannot write the report card")?)?;
    }
    Ok(card.exit())
}

/// Checks a project of this stack. Each step is shown when it is done, unless `quiet`.
pub fn card(catalog: &Catalog, stack: &Stack, project: &Path, quiet: bool) -> Result<Card> {
    let card = trial::run(catalog, stack, Card::new(stack, project, quiet))?;
    card.show_end()?;
    Ok(card)
}
