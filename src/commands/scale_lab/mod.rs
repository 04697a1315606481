//! `scale-lab`: several instances of the project behind a balancer on this machine, under load.

mod balancer;
mod lab;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::commands::services::Lent;
use crate::commands::{build, check};
use crate::io::disk::Scratch;
use crate::io::interrupt::Guard;
use crate::io::{random, screen};
use crate::scale::balancer::ALL;
use crate::scale::report::Report;
use crate::services;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
use lab::Lab;

/// Several instances of this project behind a balancer, under load, on this machine
#[derive(Args)]
pub struct ScaleLab {
    /// How many instances
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=6))]
    instances: u16,
    /// Which balancer; else the first that is installed
    #[arg(long, value_parser = ALL.map(|balancer| balancer.program))]
    balancer: Option<String>,
    /// How long the load lasts
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// What `scale-lab` understands.
pub fn command() -> Command {
    ScaleLab::augment_args(Command::new("scale-lab")).after_help(WHAT_IT_DOES)
}

/// Puts the project that we stand in under load.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = ScaleLab::from_arg_matches(matches)?;
    let Some(here) = Here::find(catalog)? else {
        bail!(Trouble::usage("this folder is in no project of backend-gen").hint(NO_PROJECT));
    };
    let stack = here::stack(catalog, Some(&here), &[])?;
    may_be_many(catalog, &stack)?;
    let (balancer, program) = balancer::find(args.balancer.as_deref())?;
    let guard = Guard::careful();
    let scratch = Scratch::new()?;
    let built = match build::release(&here.root)? {
        build::Built::Program(built) => built,
        build::Built::Stopped => bail!(stopped()),
        build::Built::Broken => bail!(build::broken(&here.root)),
    };
    let needs = services::needs(catalog, &stack);
    let _lent = Lent::raise(&here.root, &needs, &guard)?;
    let given = [("scratch", &*scratch.path().to_string_lossy()), ("random", &random::tail()?)];
    let walk = check_walk(catalog, &stack, &here, &given)?;
    let lab = Lab {
        root: &here.root,
        program: &built,
        home: scratch.path(),
        ready: ready(catalog, &stack),
        guard: &guard,
    };
    let limit = Duration::from_secs(args.seconds);
    let report = lab.run(balancer, &program, args.instances, walk, limit)?;
    if guard.stopped() {
        bail!(stopped());
    }
    tell(&report, args.json)
}

fn check_walk(
    catalog: &Catalog,
    stack: &Stack,
    here: &Here,
    given: &[(&str, &str)],
) -> Result<crate::check::Walk> {
    let walk = crate::check::Walk::stay(catalog, stack, given)?;
    check::may_be_walked(&walk, &here.root)?;
    Ok(walk)
}

/// Data in a file belongs to one process.
fn may_be_many(catalog: &Catalog, stack: &Stack) -> Result<()> {
    let options = stack.options(catalog);
    let Some((axis, option)) = options.iter().find(|(_, option)| !option.spec.disk.is_empty())
    else {
        return Ok(());
    };
    let others = axis.options.iter().filter(|option| option.spec.server);
    let flags = others.map(|other| format!("`--{} {}`", axis.name, other.name()));
    let what = format!(
        "several instances need a database that they share, and {} keeps the data in one file, \
         which one process at a time writes to",
        option.spec.title
    );
    let flags = flags.collect::<Vec<_>>().join(" or ");
    let hint = format!("make a project with {flags}: `backend-gen new NAME`");
    bail!(Trouble::failure(what).hint(hint))
}

fn ready<'a>(catalog: &'a Catalog, stack: &Stack) -> &'a str {
    let health = stack.layers(catalog).into_iter().find_map(|it| it.spec.health.as_ref());
    health.map_or("/", |health| &health.ready)
}

fn tell(report: &Report, json: bool) -> Result<Exit> {
    let text = match json {
        true => serde_json::to_string_pretty(report).context("cannot write the report as JSON")?,
        false => report.to_text(),
    };
    screen::out(&text)?;
    Ok(if report.errors == 0 { Exit::Done } else { Exit::Failure })
}

fn stopped() -> Trouble {
    let what = "interrupted, everything that was started is stopped";
    Trouble { what: what.into(), ..Trouble::interrupted() }
}

const NO_PROJECT: &str = "go into one: `cd my-backend`";

const WHAT_IT_DOES: &str = "\
It builds the project as for production, starts its servers, the instances and the balancer on free
ports of this machine, makes a user and a task, asks for them through the balancer with 16 clients,
and takes everything back: the user, the instances, the balancer, the servers it started.

Exit codes: 0 no request failed · 1 some did, or it could not be done · 2 the command makes no sense
130 interrupted, and everything that was started is stopped";
