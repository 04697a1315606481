//! `services`: the servers a project needs, on this machine, with or without containers.

mod container;
mod lent;
mod program;
pub mod settings;
mod standing;
mod tell;

use std::path::Path;

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::io::interrupt::Guard;
use crate::io::{ask, keep, screen};
use crate::services::kept::{FOLDER, Kept};
use crate::services::{self, Need};
use crate::trouble::{Exit, Trouble};
pub use lent::Lent;
use settings::Settings;
use standing::Standing;

/// The database and the cache that this project needs, on your machine
#[derive(Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Services {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Starts what does not answer yet, and writes its address into `.env`
    Up,
    /// Stops what `up` started; the data stays
    Down,
    /// Shows which servers answer, and where
    Status {
        /// The same as JSON
        #[arg(long)]
        json: bool,
    },
    /// Deletes the data of what `up` started, and starts anew
    Reset {
        /// Ask nothing
        #[arg(long, short)]
        yes: bool,
    },
}

/// What `services` understands.
pub fn command() -> Command {
    Services::augment_args(Command::new("services")).after_help(EXIT_CODES)
}

/// The servers of the project around us.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Services::from_arg_matches(matches)?;
    let Some(here) = Here::find(catalog)? else {
        bail!(Trouble::usage("this folder is in no project of backend-gen").hint(NO_PROJECT));
    };
    let stack = here::stack(catalog, Some(&here), &[])?;
    let needs = services::needs(catalog, &stack);
    let place = Place { root: &here.root, needs: &needs };
    match args.verb {
        Verb::Status { json } => place.status(json),
        _ if needs.is_empty() => {
            screen::out("there is nothing to start: this stack needs no server")?;
            Ok(Exit::Done)
        }
        Verb::Up => place.up(),
        Verb::Down => place.down(),
        Verb::Reset { yes } => place.reset(yes),
    }
}

/// A project and the servers it needs.
struct Place<'a> {
    root: &'a Path,
    needs: &'a [Need<'a>],
}

impl Place<'_> {
    fn up(&self) -> Result<Exit> {
        let _lock = self.enter()?;
        let guard = Guard::careful();
        let mut settings = Settings::of(self.root)?;
        let mut started = Vec::new();
        for need in self.needs {
            let raised = standing::raise(self.root, need, &mut settings, &guard);
            if guard.stopped() {
                started.extend(raised.is_ok_and(|raised| raised.new).then_some(need));
                for need in started {
                    standing::lower(self.root, need)?;
                }
                bail!(interrupted());
            }
            let raised = raised?;
            started.extend(raised.new.then_some(need));
            screen::out(&raised.line)?;
        }
        Ok(Exit::Done)
    }

    fn down(&self) -> Result<Exit> {
        let _lock = self.enter()?;
        let _guard = Guard::careful();
        for need in self.needs {
            screen::out(&standing::lower(self.root, need)?)?;
        }
        Ok(Exit::Done)
    }

    fn status(&self, json: bool) -> Result<Exit> {
        let settings = Settings::of(self.root)?;
        let look = |need| Standing::of(self.root, need, &settings);
        let standings = self.needs.iter().map(look).collect::<Result<Vec<_>>>()?;
        screen::out(&tell::status(&standings, json)?)?;
        match standings.iter().all(Standing::is_well) {
            true => Ok(Exit::Done),
            false => Ok(Exit::Failure),
        }
    }

    fn reset(&self, yes: bool) -> Result<Exit> {
        let mut ours = Vec::new();
        for need in self.needs {
            match standing::kept(self.root, need)? {
                Some(kept) => ours.push((need, kept)),
                None => screen::note(&format!("{} was not started here; it stays", need.title)),
            }
        }
        if ours.is_empty() {
            bail!(Trouble::failure("no server of this project was started here").hint(NOT_OURS));
        }
        if !yes {
            sure(&ours)?;
        }
        {
            let _lock = self.enter()?;
            let _guard = Guard::careful();
            for (need, kept) in &ours {
                standing::erase(self.root, need, kept)?;
            }
        }
        self.up()
    }

    fn enter(&self) -> Result<keep::Lock> {
        keep::enter(&self.root.join(FOLDER), || {
            screen::note("another `services` command is at work here; waiting for it");
        })
    }
}

fn sure(ours: &[(&Need, Kept)]) -> Result<()> {
    let titles: Vec<&str> = ours.iter().map(|(need, _)| need.title).collect();
    let titles = crate::words::and_list(&titles);
    if !ask::somebody_is_there() {
        let trouble = Trouble::usage(format!("all data in {titles} would be deleted"));
        bail!(trouble.hint("`backend-gen services reset --yes` does it without asking"));
    }
    match ask::confirm_loss(&format!("Delete all data in {titles}?"))? {
        true => Ok(()),
        false => bail!(Trouble::interrupted()),
    }
}

fn interrupted() -> Trouble {
    Trouble { what: "interrupted, what was started is stopped".into(), ..Trouble::interrupted() }
}

const NO_PROJECT: &str = "go into one: `cd my-backend`";
const NOT_OURS: &str = "`backend-gen services status` shows which servers are used";

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 it could not be done, or (status) a server does not answer
2 the command makes no sense · 130 interrupted, and what was started is stopped

`up` takes, in this order: a server that answers at DATABASE_URL or REDIS_URL, `docker compose`,
a server program of this machine, run for this project alone under .backend-gen/services/.";
