//! `explain`: why something is in a project, which choice brought it, and what to read next.

mod card;
mod choice;
mod code;
mod file;
mod meaning;
mod view;

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::flags;
use crate::io::place;
use crate::io::screen::{self, Style};
use crate::trouble::{Exit, Trouble};
use card::Card;
use meaning::Meaning;
use view::View;

/// Says why a file, a choice, a crate or a variable is there, and what to read next
///
/// Inside a project it speaks of that project; elsewhere of the stack that the flags choose.
#[derive(Args)]
pub struct Explain {
    /// A path in the project, `auth=jwt`, `session`, a crate or a variable; nothing: the whole
    #[arg(value_name = "FILE|CHOICE|CRATE|VARIABLE")]
    word: Option<String>,

    /// The whole page about an option
    #[arg(long)]
    book: bool,

    /// The same as JSON
    #[arg(long)]
    json: bool,
}

/// What `explain` understands. A flag without a value asks for the choice itself.
pub fn command(catalog: &Catalog) -> Command {
    let axes = flags::args(catalog).into_iter().map(|arg| arg.num_args(0..=1));
    Explain::augment_args(Command::new("explain")).args(axes.collect::<Vec<_>>())
}

/// Explains one word.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Explain::from_arg_matches(matches)?;
    let here = Here::find(catalog)?;
    let said = flags::chosen(catalog, matches);
    let stack = here::stack(catalog, here.as_ref(), &said)?;
    let view = View::of(catalog, stack, here.as_ref())?;
    let meanings = match args.word.as_ref().filter(|word| !word.is_empty()) {
        Some(word) => meaning::of(&view, word, &paths(here.as_ref(), word)?)?,
        None => without_a_word(&view, matches),
    };
    if args.book {
        return show_book(&meanings, args.word.as_deref());
    }
    let cards = meanings.iter().map(|meaning| card(&view, meaning)).collect::<Result<Vec<_>>>()?;
    let text = match args.json {
        true => {
            let cards: Vec<_> = cards.iter().map(Card::as_json).collect();
            serde_json::to_string_pretty(&cards).context("cannot write the answer as JSON")?
        }
        false => as_text(&cards),
    };
    screen::out(&text)?;
    Ok(Exit::Done)
}

fn card(view: &View<'_>, meaning: &Meaning<'_>) -> Result<Card> {
    match meaning {
        Meaning::File(path) => file::card(view, path),
        Meaning::Own(path) => file::own(view, path),
        Meaning::Folder(path) => Ok(file::folder(view, path)),
        Meaning::Axis(axis) => Ok(choice::axis(view, axis)),
        Meaning::Option(axis, option) => choice::option(view, axis, option),
        Meaning::Crate(name) => code::dependency(view, name),
        Meaning::Package(name, stack) => code::package(view, name, stack),
        Meaning::Variable(name) => code::variable(view, name),
    }
}

fn as_text(cards: &[Card]) -> String {
    let (style, width) = (Style::of_stdout(), screen::width());
    let cards: Vec<String> = cards.iter().map(|card| card.as_text(style, width)).collect();
    cards.join("\n\n")
}

/// The flags alone, as in `explain --db` or `explain --db postgres`; with none of them everything.
fn without_a_word<'a>(view: &View<'a>, matches: &ArgMatches) -> Vec<Meaning<'a>> {
    let axes = view.catalog.axes.iter();
    let said = axes.filter(|axis| {
        matches.value_source(&axis.name) == Some(clap::parser::ValueSource::CommandLine)
    });
    let meant = said.flat_map(|axis| {
        let names = matches.get_many::<String>(&axis.name).into_iter().flatten();
        let options: Vec<_> = names.filter_map(|name| axis.option(name)).collect();
        match options.is_empty() {
            true => vec![Meaning::Axis(axis)],
            false => options.into_iter().map(|option| Meaning::Option(axis, option)).collect(),
        }
    });
    let meant: Vec<Meaning<'a>> = meant.collect();
    if meant.is_empty() { vec![Meaning::Folder(String::new())] } else { meant }
}

fn show_book(meanings: &[Meaning<'_>], word: Option<&str>) -> Result<Exit> {
    let pages = meanings.iter().filter_map(|meaning| match meaning {
        Meaning::Option(_, option) if !option.book.is_empty() => Some(option.book.trim()),
        _ => None,
    });
    let pages: Vec<&str> = pages.collect();
    if pages.is_empty() {
        let what = format!("there is no page about `{}`", word.unwrap_or("everything"));
        bail!(Trouble::usage(what).hint("`backend-gen list` shows the options, each has a page"));
    }
    screen::out(&pages.join("\n\n"))?;
    Ok(Exit::Done)
}

/// The paths in the project that a word may mean: from here, and from the project's root.
fn paths(here: Option<&Here>, word: &str) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    if let Some(here) = here {
        let whole = tidy(&place::absolute(Path::new(word))?);
        paths.extend(whole.strip_prefix(&here.root).ok().map(slashed));
    }
    let plain = tidy(Path::new(word));
    if plain.is_relative() && !paths.contains(&slashed(&plain)) {
        paths.push(slashed(&plain));
    }
    Ok(paths)
}

/// Without `.` and `..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
