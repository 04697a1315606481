//! `explain` of a crate or a variable.

use anyhow::{Context, Result};

use crate::catalog::spec::{Crate, Variable};
use crate::commands::explain::card::{Card, Item, first};
use crate::commands::explain::view::View;
use crate::manifest::Manifest;
use crate::origin::{self, Origin};
use crate::packages::Packages;
use crate::stack::Stack;

/// A crate that some layer asks for.
pub fn dependency(view: &View<'_>, name: &str) -> Result<Card> {
    let origins = origin::crates(view.catalog, name);
    let (there, seen) = find(view, &origins)?;
    let seen = seen.as_ref().unwrap_or(view);
    let manifest = Manifest::of(view.catalog, &seen.stack)?;
    let crates = manifest.dependencies.iter().chain(&manifest.dev_dependencies);
    let asked = crates.into_iter().find(|it| it.name == name);
    let mut card = Card::new("crate", name, asked.map_or("", |it| &it.why));
    card.row("not here", (!there).then(|| absent(view, &origins)).flatten());
    card.row("brought by", brought_by(&origins, |asked: &&Crate| asked.why.as_str()));
    card.row("asked for", asked.map(|it| Item::name(format!("{name} = {}", it.requirement()))));
    let ident = name.replace('-', "_");
    let used = seen.mentions(|text| names_crate(text, &ident));
    let used: Vec<Item> = used.iter().map(|path| Item::new(*path, &seen.sentence(path))).collect();
    card.list("used in", first(used, 5));
    card.row("read", [Item::name(format!("https://docs.rs/{name}"))]);
    Ok(card)
}

/// A crate that only other crates ask for, in this stack or in one beside it.
pub fn package(view: &View<'_>, name: &str, stack: &Stack) -> Result<Card> {
    let other = (*stack != view.stack).then(|| view.with(stack.clone())).transpose()?;
    let seen = other.as_ref().unwrap_or(view);
    let lock = seen.files.get(LOCK).context("there is no `Cargo.lock` for this stack")?;
    let packages = Packages::parse(lock)?;
    let chain = packages.chain(&seen.name(), name).unwrap_or_default();
    let mut card = Card::new("crate", name, "Not asked for here: a crate that is needs it.");
    card.note = format!("only in {LOCK}");
    let differ = stack.choices().zip(view.stack.choices()).find(|(one, other)| one != other);
    let differ = differ.map(|((axis, option), (_, own))| {
        Item::name(format!(
            "{} has `--{axis} {own}`; it comes with `--{axis} {option}`",
            view.whose()
        ))
    });
    card.row("not here", differ);
    let manifest = Manifest::of(seen.catalog, &seen.stack)?;
    let crates = manifest.dependencies.iter().chain(&manifest.dev_dependencies);
    let why = crates.into_iter().find(|it| chain.first() == Some(&it.name));
    card.row("brought by", why.map(|it| Item::new(&it.name, &it.why)));
    card.row("by way of", (chain.len() > 1).then(|| Item::name(chain.join(" → "))));
    let versions = packages.versions(name);
    card.row("version", [Item::name(versions.join(" and "))]);
    card.row("read", [Item::name(format!("https://docs.rs/{name}/{}", versions.join("")))]);
    Ok(card)
}

/// A variable of the environment.
pub fn variable(view: &View<'_>, name: &str) -> Result<Card> {
    let origins = origin::variables(view.catalog, name);
    let (there, seen) = find(view, &origins)?;
    let seen = seen.as_ref().unwrap_or(view);
    let meant = origins.iter().find(|origin| origin.holds(&seen.stack));
    let meant = meant.context("no stack has it")?;
    let mut card = Card::new("variable", name, &meant.what.summary);
    card.row("not here", (!there).then(|| absent(view, &origins)).flatten());
    card.row("brought by", brought_by(&origins, |variable: &&Variable| variable.summary.as_str()));
    card.row("default", [Item::name(default(meant.what))]);
    card.row("production", meant.what.production.as_ref().map(Item::name));
    let quoted = format!("\"{name}\"");
    let read = seen.mentions(|text| text.contains(&quoted));
    let sources = read.iter().filter(|path| path.starts_with("src/"));
    card.list("read in", sources.map(|path| Item::new(*path, &seen.sentence(path))));
    card.row("set it in", [Item::new(".env", "or in the environment, which wins")]);
    Ok(card)
}

/// Whether this stack has it, and else the view of one that does.
fn find<'a, T>(view: &View<'a>, origins: &[Origin<'_, T>]) -> Result<(bool, Option<View<'a>>)> {
    if origins.iter().any(|origin| origin.holds(&view.stack)) {
        return Ok((true, None));
    }
    let other = origins.first().map(|origin| view.having(origin)).transpose()?;
    Ok((false, other.flatten()))
}

fn absent<T>(view: &View<'_>, origins: &[Origin<'_, T>]) -> Option<Item> {
    origins.first().map(|origin| Item::name(view.instead(origin)))
}

/// Each layer that brings it; those that say the same in one line.
fn brought_by<T>(origins: &[Origin<'_, T>], why: impl Fn(&T) -> &str) -> Vec<Item> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for origin in origins {
        let why = why(&origin.what);
        let condition = match origin.condition() {
            none if none.is_empty() => "every backend".to_string(),
            condition => condition,
        };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, conditions)) => conditions.push(condition),
            None => reasons.push((why, vec![condition])),
        }
    }
    let single = reasons.len() == 1;
    let items = reasons
        .iter()
        .map(|(why, conditions)| Item::new(conditions.join(" or "), if single { "" } else { why }));
    items.collect()
}

fn default(variable: &Variable) -> String {
    match (variable.secret, variable.default.as_str()) {
        (true, _) => "none: each project gets its own, in `.env`".to_string(),
        (false, "") => "empty".to_string(),
        (false, value) => value.to_string(),
    }
}

/// The code says `name::`, and means the crate and not a module of this name.
fn names_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    text.match_indices(&path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

const LOCK: &str = "Cargo.lock";
