//! `explain` of a file or a folder.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::book::Book;
use crate::commands::explain::card::{Card, Item, first};
use crate::commands::explain::view::View;
use crate::io::place;
use crate::opening::{Opening, reading_order};
use crate::origin::{self, Leaf, Origin};
use crate::{ground, words};

/// A file that some stack has.
pub fn card(view: &View<'_>, path: &str) -> Result<Card> {
    let origins = origin::files(view.catalog, path);
    let there = origins.iter().find(|origin| origin.holds(&view.stack));
    let meant = there.or(origins.iter().find(|it| it.nearest(view.catalog, &view.stack).is_some()));
    let other = meant.map(|origin| view.having(origin)).transpose()?.flatten();
    let seen = other.as_ref().unwrap_or(view);
    let mut card = Card::new("file", path, &seen.says(path));
    card.note = note(seen, path, meant)?;
    card.row("not here", meant.filter(|_| there.is_none()).map(|it| Item::name(view.instead(it))));
    card.row("brought by", [brought_by(meant)]);
    if let Some(meant) = meant {
        card.row("otherwise", otherwise(seen, path, &origins, meant)?);
    }
    card.list("part of", part_of(seen, path).map(|path| Item::new(path, &seen.sentence(path))));
    let next = seen.files.get(path).and_then(|text| Opening::of(text));
    let next = next.map_or(vec![], |opening| opening.next(path, &seen.paths()));
    card.list("read next", next.iter().map(|path| Item::new(path, &seen.sentence(path))));
    card.list("in the guide", in_the_guide(path)?);
    if let Some(meant) = meant {
        let command = match meant.what.seam {
            true => anything(seen, path),
            false => compare(seen, path, meant, &origins),
        };
        card.row("compare", command.map(Item::name));
    }
    Ok(card)
}

/// A file that somebody added to the project.
pub fn own(view: &View<'_>, path: &str) -> Result<Card> {
    let root = &view.here.context("there is no project here")?.root;
    let bytes = place::content(&root.join(path))?.unwrap_or_default();
    let opening = Opening::of(&String::from_utf8_lossy(&bytes));
    let mut card = Card::new("file", path, opening.as_ref().map_or("", |it| &it.says));
    card.row("brought by", [Item::name("you: no template has it")]);
    let next = opening.map_or(vec![], |opening| opening.next(path, &view.paths()));
    card.list("read next", next.iter().map(|path| Item::new(path, &view.sentence(path))));
    Ok(card)
}

/// A folder, or with an empty path the whole project.
pub fn folder(view: &View<'_>, path: &str) -> Card {
    let inside = if path.is_empty() { String::new() } else { format!("{path}/") };
    let below = view.files.keys().filter_map(|file| file.strip_prefix(&inside));
    let below: Vec<&str> = below.collect();
    let parts = below.iter().map(|rest| rest.split_inclusive('/').next().unwrap_or_default());
    let mut children: Vec<&str> = parts.collect::<BTreeSet<_>>().into_iter().collect();
    children.sort_by_key(|child| reading_order(child));
    let name = if path.is_empty() { view.name() } else { inside.clone() };
    let mut card = Card::new("folder", &name, &view.says(path));
    card.note = words::count(below.len(), "file");
    if path.is_empty() {
        card.kind = "project";
        let options = view.stack.options(view.catalog).into_iter();
        let choices = options.map(|(axis, option)| {
            Item::new(format!("--{} {}", axis.name, option.name()), &option.spec.summary)
        });
        card.row("choices", choices);
    }
    let items = children.iter().map(|child| {
        let says = view.sentence(format!("{inside}{child}").trim_end_matches('/'));
        Item::new(*child, &says)
    });
    card.list("holds", items);
    card
}

/// How long it is, and whether it still is what was written.
fn note(view: &View<'_>, path: &str, origin: Option<&Origin<'_, Leaf<'_>>>) -> Result<String> {
    let lines = view.files.get(path).map_or(0, |text| text.lines().count());
    let mut note = words::count(lines, "line");
    let (Some(here), Some(origin)) = (view.here, origin) else { return Ok(note) };
    if !origin.holds(&view.stack) {
        return Ok(note);
    }
    match place::content(&here.root.join(Path::new(path)))? {
        None => note += ", deleted here",
        Some(bytes) if !origin.what.seam && bytes != origin.what.bytes => note += ", changed here",
        Some(_) => {}
    }
    Ok(note)
}

fn brought_by(origin: Option<&Origin<'_, Leaf<'_>>>) -> Item {
    let Some(origin) = origin else { return Item::name(EVERY) };
    match (origin.needs.is_empty(), origin.what.seam) {
        (true, false) => Item::name(EVERY),
        (true, true) => Item::name(format!("{EVERY}; its lines come from the choices")),
        (false, _) => Item::new(origin.condition(), &origin.layer.spec.summary),
    }
}

/// What stands at this path when one other thing is chosen.
fn otherwise(
    view: &View<'_>,
    path: &str,
    origins: &[Origin<'_, Leaf<'_>>],
    meant: &Origin<'_, Leaf<'_>>,
) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for (axis, _) in meant.needs.iter().flatten() {
        for option in axis.options.iter().filter(|it| Some(it.name()) != view.chosen(axis)) {
            let Ok(stack) = view.stack.with(view.catalog, &axis.name, option.name()) else {
                continue;
            };
            let name = format!("`--{} {}`", axis.name, option.name());
            let says = match origins.iter().find(|origin| origin.holds(&stack)) {
                None => "no such file".to_string(),
                Some(origin) if origin.what.source == meant.what.source => continue,
                Some(_) => view.with(stack)?.sentence(path),
            };
            if items.iter().all(|(known, _)| *known != name) {
                items.push((name, says));
            }
        }
    }
    Ok(first(items.iter().map(|(name, says)| Item::new(name, says)).collect(), 4))
}

/// The first chapter that quotes it.
fn in_the_guide(path: &str) -> Result<Option<Item>> {
    let book = Book::read(ground::book())?;
    let chapter = book.quoting(path).next();
    Ok(chapter.map(|it| Item::new(format!("backend-gen book {}", it.place.id()), &it.place.title)))
}

/// The module that a file is a part of.
fn part_of<'v>(view: &'v View<'_>, path: &str) -> Option<&'v str> {
    let (folder, name) = path.rsplit_once('/')?;
    let folder = if name == "mod.rs" { folder.rsplit_once('/')?.0 } else { folder };
    let module = [format!("{folder}/mod.rs"), format!("{folder}.rs")];
    let module = module.iter().find_map(|module| view.files.get_key_value(module));
    module.map(|(path, _)| path.as_str()).filter(|module| *module != path)
}

/// The command that shows this file beside its nearest sibling.
fn compare(
    view: &View<'_>,
    path: &str,
    meant: &Origin<'_, Leaf<'_>>,
    origins: &[Origin<'_, Leaf<'_>>],
) -> Option<String> {
    meant.needs.iter().flatten().find_map(|(axis, option)| {
        let chosen = view.chosen(axis).filter(|chosen| *chosen == option.name())?;
        let other = axis.options.iter().find(|other| {
            let stack = view.stack.with(view.catalog, &axis.name, other.name());
            stack.is_ok_and(|stack| {
                let there = origins.iter().find(|origin| origin.holds(&stack));
                there.is_some_and(|origin| origin.what.source != meant.what.source)
            })
        })?;
        let (axis, other) = (&axis.name, other.name());
        Some(format!("backend-gen compare {axis}={chosen} {axis}={other} --file {path}"))
    })
}

/// The command that shows how a rendered file follows the first choice.
fn anything(view: &View<'_>, path: &str) -> Option<String> {
    let axis = view.catalog.axes.first()?;
    let chosen = view.chosen(axis)?;
    let other = axis.names().into_iter().find(|name| *name != chosen)?;
    Some(format!("backend-gen compare {0}={chosen} {0}={other} --file {path}", axis.name))
}

const EVERY: &str = "every backend";
