//! `new`: asks, shows, and writes a project.

mod answers;
mod launch;
mod preview;
mod questions;
mod report;
mod site;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum, ValueHint};

use crate::catalog::Catalog;
use crate::commands::check;
use crate::flags;
use crate::io::disk::{self, Change};
use crate::io::interrupt::Guard;
use crate::io::{ask, place, process, random, screen};
use crate::project::Project;
use crate::render::{Tree, render};
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
use crate::words;
use answers::Order;
use report::Report;
use site::Site;

/// Writes a new backend. Asks what is not said, when somebody is there to answer
#[derive(Args)]
pub struct New {
    /// The folder to make: its last part is the project's name. `.` is the current folder
    #[arg(value_name = "NAME|PATH", value_hint = ValueHint::DirPath)]
    path: Option<PathBuf>,

    /// The project's name, when it is not the folder's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Take the default of every choice that is not said, and ask nothing
    #[arg(long, short = 'y', visible_alias = "yes")]
    defaults: bool,

    /// Take the choices from a `backend-gen.toml`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    from: Option<PathBuf>,

    /// Show the files, write none
    #[arg(long)]
    dry_run: bool,

    /// Say what was done as JSON
    #[arg(long)]
    json: bool,

    /// Make no git repository
    #[arg(long)]
    no_git: bool,

    /// Into a folder that is not empty: add what is missing, refuse when a file would change
    #[arg(long)]
    force: bool,

    /// Become a member of the Cargo workspace around it, or stay apart from it
    #[arg(long, value_enum, value_name = "HOW")]
    workspace: Option<Workspace>,

    /// Build it and start it
    #[arg(long, conflicts_with_all = ["dry_run", "json"])]
    run: bool,

    /// Build it, start it, and try everything it promises
    #[arg(long, conflicts_with = "dry_run")]
    verify: bool,
}

/// How to live with the workspace around the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Workspace {
    Join,
    Isolate,
}

/// What `new` understands: its own flags, and one for each axis.
pub fn command(catalog: &Catalog) -> Command {
    New::augment_args(Command::new("new")).args(flags::args(catalog))
}

/// Makes a project.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = New::from_arg_matches(matches)?;
    let mut order = answers::order(catalog, &args, flags::chosen(catalog, matches))?;
    let project = project(catalog, &order)?;
    let tree = render(catalog, &order.stack, &project)?;
    order.site.fit(&tree)?;
    let site = &order.site;
    let mut report = Report::new(catalog, &order, &tree)?;
    if !args.json {
        report.show_plan(args.dry_run)?;
    }
    if !args.dry_run {
        if order.asked && !ask::confirm("Write it?")? {
            bail!(Trouble::interrupted());
        }
        report.git = write(site, tree, !args.no_git)?;
        report.written = true;
    }
    if !args.json {
        report.show_end()?;
    }
    if args.verify {
        report.card = Some(check::card(catalog, &order.stack, &site.target, args.json)?);
    }
    if args.json {
        report.show_json()?;
    }
    match (report.exit(), args.run) {
        (Exit::Done, true) => launch::run(&site.target),
        (exit, _) => Ok(exit),
    }
}

/// The project, with secrets of its own.
fn project(catalog: &Catalog, order: &Order) -> Result<Project> {
    let mut project = Project::new(order.name.clone());
    project.home = order.site.home();
    project.id = format!("{}-{}", order.name, random::tail()?);
    project.secrets = secrets(catalog, &order.stack)?;
    Ok(project)
}

fn secrets(catalog: &Catalog, stack: &Stack) -> Result<BTreeMap<String, String>> {
    let layers = stack.layers(catalog);
    let variables = layers.iter().flat_map(|layer| &layer.spec.env);
    variables
        .filter(|variable| variable.secret)
        .map(|variable| Ok((variable.name.clone(), random::secret()?)))
        .collect()
}

/// Writes everything or nothing. True when a repository was made.
fn write(site: &Site, tree: Tree, git: bool) -> Result<bool> {
    for left in disk::leftovers(&site.target) {
        let left = words::shown(&left);
        screen::note(&format!("`{left}` is of another run; if none is at work, delete it"));
    }
    let git = git && !place::in_checkout(&site.target)?;
    let init = |folder: &Path| git && process::git_init(folder);
    let guard = Guard::careful();
    let mut change = Change::default();
    let mut made = false;
    match site.is_new {
        true => made = change.create(&tree, &site.target, init, || guard.stopped())?,
        false => change.fill(&site.missing(tree), &site.target, || guard.stopped())?,
    }
    for edit in &site.changes {
        change.replace(edit)?;
    }
    change.keep();
    Ok(made || (!site.is_new && init(&site.target)))
}
