//! What a word may mean: a path, a choice, a crate or a variable, or several of them.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::catalog::{Axis, Layer};
use crate::commands::explain::view::{View, every_path};
use crate::io::place::{self, Found};
use crate::name::Name;
use crate::packages::Packages;
use crate::project::Project;
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::{lock, origin, words};

/// One thing that can be explained.
pub enum Meaning<'a> {
    /// A file that some stack has.
    File(String),
    /// A file that only this project has.
    Own(String),
    Folder(String),
    Axis(&'a Axis),
    Option(&'a Axis, &'a Layer),
    /// A crate that some layer asks for.
    Crate(String),
    /// A crate that only other crates ask for, and the nearest stack that has it.
    Package(String, Stack),
    Variable(String),
}

/// Everything that a word means. `paths` is what it may be as a path in the project.
pub fn of<'a>(view: &View<'a>, word: &str, paths: &[String]) -> Result<Vec<Meaning<'a>>> {
    if let Some((axis, option)) = word.trim_start_matches("--").split_once('=') {
        let choice = view.choice(axis, option)?;
        return Ok(vec![Meaning::Option(choice.0, choice.1)]);
    }
    let every = every_path(view.catalog);
    let mut found = Vec::new();
    for path in paths {
        found.extend(at(view, path, &every)?);
        if !found.is_empty() {
            break;
        }
    }
    found.extend(named(view, word.trim_start_matches("--")));
    if found.is_empty() {
        found.extend(package(view, word)?);
    }
    if found.is_empty() {
        found.extend(ending(view, word, &every)?);
    }
    match found.is_empty() {
        true => bail!(unknown(view, word, &every)),
        false => Ok(found),
    }
}

/// A file or a folder at exactly this path.
fn at<'a>(view: &View<'a>, path: &str, every: &BTreeSet<String>) -> Result<Option<Meaning<'a>>> {
    let folder = format!("{path}/");
    if view.files.contains_key(path) || every.contains(path) {
        return Ok(Some(Meaning::File(path.to_string())));
    }
    if path.is_empty() || view.files.keys().any(|file| file.starts_with(&folder)) {
        return Ok(Some(Meaning::Folder(path.to_string())));
    }
    let Some(here) = view.here else { return Ok(None) };
    let found = place::look(&here.root.join(path))?;
    Ok((found == Found::Other("a file")).then(|| Meaning::Own(path.to_string())))
}

/// A choice, a crate or a variable of this name.
fn named<'a>(view: &View<'a>, word: &str) -> Vec<Meaning<'a>> {
    let axes = view.catalog.axes.iter();
    let mut found: Vec<Meaning<'a>> =
        axes.filter(|axis| axis.name == word).map(Meaning::Axis).collect();
    let options = view.catalog.axes.iter().filter_map(|axis| Some((axis, axis.option(word)?)));
    found.extend(options.map(|(axis, option)| Meaning::Option(axis, option)));
    let name = word.replace('_', "-");
    let name =
        [word, &name].into_iter().find(|name| !origin::crates(view.catalog, name).is_empty());
    found.extend(name.map(|name| Meaning::Crate(name.to_string())));
    let name = word.to_uppercase();
    if !origin::variables(view.catalog, &name).is_empty() {
        found.push(Meaning::Variable(name));
    }
    found
}

/// A package of the lock file: of this stack, else of one that differs in a single choice.
fn package<'a>(view: &View<'a>, word: &str) -> Result<Option<Meaning<'a>>> {
    let name = Name::parse(&view.name(), &[])?;
    let axes = view.catalog.axes.iter();
    let choices = axes.flat_map(|axis| axis.options.iter().map(move |option| (axis, option)));
    let beside = choices
        .filter_map(|(axis, option)| view.stack.with(view.catalog, &axis.name, option.name()).ok());
    for stack in [view.stack.clone()].into_iter().chain(beside) {
        let lock = lock::of(view.catalog, &stack, &Project::new(name.clone()))?;
        let packages = lock.map(|lock| Packages::parse(&lock)).transpose()?;
        if packages.is_some_and(|it| it.names().contains(word)) && word != name.as_str() {
            return Ok(Some(Meaning::Package(word.to_string(), stack)));
        }
    }
    Ok(None)
}

/// The only file whose path ends with this word.
fn ending<'a>(
    view: &View<'a>,
    word: &str,
    every: &BTreeSet<String>,
) -> Result<Option<Meaning<'a>>> {
    let end = format!("/{}", word.trim_start_matches('/'));
    let here: Vec<&str> = view.paths().into_iter().filter(|path| path.ends_with(&end)).collect();
    let all: Vec<&str> =
        every.iter().map(String::as_str).filter(|path| path.ends_with(&end)).collect();
    match (here.as_slice(), all.as_slice()) {
        ([path], _) | ([], [path]) => Ok(Some(Meaning::File(path.to_string()))),
        ([], []) => Ok(None),
        ([], many) | (many, _) => {
            let what = format!("`{word}` is the end of {}", words::count(many.len(), "path"));
            let shown: Vec<&&str> = many.iter().take(SHOWN).collect();
            bail!(Trouble::usage(what).hint(commands(&shown)))
        }
    }
}

/// Nothing has this name: what may have been meant.
fn unknown(view: &View<'_>, word: &str, every: &BTreeSet<String>) -> Trouble {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_string();
    let axes = view.catalog.axes.iter();
    let choices = axes.flat_map(|axis| [axis.name.as_str()].into_iter().chain(axis.names()));
    let choices: BTreeSet<String> = choices.map(str::to_string).collect();
    let crates = view.catalog.versions.keys().cloned();
    let layers = origin::layers(view.catalog);
    let variables = layers.flat_map(|layer| &layer.spec.env).map(|it| it.name.to_lowercase());
    let paths = every.iter().cloned().chain(every.iter().map(|path| last(path)));
    let known: BTreeSet<String> =
        choices.into_iter().chain(crates).chain(variables).chain(paths).collect();
    let mut near = words::nearest(word, known.iter().map(String::as_str));
    near.truncate(SHOWN);
    let shown = word.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let what = format!("nothing here is called `{}`", shown.collect::<String>());
    let hint = match near.as_slice() {
        [] => "`backend-gen explain` shows what is here, `backend-gen list` what can be chosen"
            .to_string(),
        near => commands(&near.iter().collect::<Vec<_>>()),
    };
    Trouble::usage(what).hint(hint)
}

fn commands(words: &[&&str]) -> String {
    let commands = words.iter().map(|word| format!("backend-gen explain {word}"));
    words::or_list(&commands.collect::<Vec<_>>())
}

/// So many guesses are offered.
const SHOWN: usize = 3;
