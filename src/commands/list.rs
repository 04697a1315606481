//! `list`: what can be chosen, and which stacks were tested.

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Value, json};

use crate::VERSION;
use crate::catalog::{Axis, Catalog};
use crate::io::screen::{self, Style};
use crate::stack::Stack;
use crate::tested::Tested;
use crate::trouble::Exit;
use crate::words;

/// Shows what can be chosen, and which stacks were tested for this release.
#[derive(Args)]
pub struct List {
    /// The same as JSON
    #[arg(long)]
    json: bool,
}

/// What `list` understands.
pub fn command() -> Command {
    List::augment_args(Command::new("list"))
}

/// Shows the catalogue.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = List::from_arg_matches(matches)?;
    let record = Tested::of(catalog)?;
    let tested: Vec<Stack> =
        catalog.stacks().into_iter().filter(|stack| record.holds(stack)).collect();
    let text = match args.json {
        true => serde_json::to_string_pretty(&as_json(catalog, &tested))
            .context("cannot write the catalogue as JSON")?,
        false => as_text(catalog, &tested),
    };
    screen::out(&text)?;
    Ok(Exit::Done)
}

fn as_text(catalog: &Catalog, tested: &[Stack]) -> String {
    let style = Style::of_stdout();
    let options = || catalog.axes.iter().flat_map(|axis| &axis.options);
    let names = options().map(|option| option.name().len()).max().unwrap_or(0);
    let titles = options().map(|option| option.spec.title.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for axis in &catalog.axes {
        let several = if axis.several { " Several, with commas between." } else { "" };
        let heading = format!("--{}  {}{several}", axis.name, axis.question);
        lines.push(style.bold(&heading));
        for option in &axis.options {
            let mark = if option.name() == axis.default { " (default)" } else { "" };
            let (name, spec) = (option.name(), &option.spec);
            let title = format!("{:titles$}", spec.title);
            lines.push(format!("  {name:names$}  {title}  {}{mark}", style.dim(&spec.summary)));
        }
        lines.push(String::new());
    }
    lines.push(verdict(catalog.stacks().len(), tested));
    lines.join("\n")
}

fn verdict(all: usize, tested: &[Stack]) -> String {
    match tested.len() {
        0 => format!("{}; none is on record as tested for {VERSION}", words::count(all, "stack")),
        some if some == all => format!("all {all} stacks were tested for {VERSION}"),
        some => {
            let keys: Vec<String> = tested.iter().map(Stack::key).collect();
            format!(
                "{some} of {} were tested for {VERSION}: {}",
                words::count(all, "stack"),
                words::and_list(&keys)
            )
        }
    }
}

fn as_json(catalog: &Catalog, tested: &[Stack]) -> Value {
    json!({
        "version": VERSION,
        "axes": catalog.axes.iter().map(axis_as_json).collect::<Vec<_>>(),
        "stacks": catalog.stacks().iter().map(|stack| json!({
            "key": stack.key(),
            "flags": stack.flags(),
            "tested": tested.contains(stack),
        })).collect::<Vec<_>>(),
    })
}

fn axis_as_json(axis: &Axis) -> Value {
    json!({
        "name": axis.name,
        "title": axis.title,
        "question": axis.question,
        "help": axis.help,
        "default": axis.default,
        "around": axis.around,
        "several": axis.several,
        "options": axis.options.iter().map(|option| json!({
            "name": option.name(),
            "title": option.spec.title,
            "summary": option.spec.summary,
            "teach": words::paragraph(&option.spec.teach),
            "server": option.spec.server,
            "refuses": option.spec.refuse,
        })).collect::<Vec<_>>(),
    })
}
