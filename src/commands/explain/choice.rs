//! `explain` of a choice: a question, or one of its answers.

use anyhow::Result;

use crate::catalog::spec::Variable;
use crate::catalog::{Axis, Layer};
use crate::commands::explain::card::{Card, Item, first};
use crate::commands::explain::view::View;
use crate::opening::reading_order;
use crate::origin;
use crate::words;

/// A question, and what can be answered.
pub fn axis(view: &View<'_>, axis: &Axis) -> Card {
    let mut card = Card::new("choice", &format!("--{}", axis.name), &axis.question);
    card.more = axis.help.clone();
    let options = axis.options.iter().map(|option| {
        let name = format!("{}={}", axis.name, option.name());
        let mark = if view.has(axis, option) { " (chosen here)" } else { "" };
        Item::new(name, &format!("{}{mark}", option.spec.summary))
    });
    card.row("options", options);
    let other = axis.options.iter().find(|option| !view.has(axis, option));
    card.row("compare", other.and_then(|other| compare(view, axis, other)).map(Item::name));
    card
}

/// An answer, and everything it brings.
pub fn option(view: &View<'_>, axis: &Axis, option: &Layer) -> Result<Card> {
    let name = format!("{}={}", axis.name, option.name());
    let mut card = Card::new("option", &name, &option.spec.summary);
    card.note = option.spec.title.clone();
    if view.has(axis, option) {
        card.note += ", chosen here";
    } else if axis.default == option.name() {
        card.note += ", the default";
    }
    card.more = words::paragraph(&option.spec.teach);
    let stack = match view.has(axis, option) {
        true => None,
        // It may refuse what this stack has: that gives way.
        false => view.stack.near(view.catalog, &axis.name, option.name()),
    };
    let other = stack.map(|stack| view.with(stack)).transpose()?;
    let seen = other.as_ref().unwrap_or(view);
    let layers = brought(seen, option);
    card.list("files", files(seen, &layers));
    let crates = layers.iter().flat_map(|layer| &layer.spec.dependencies);
    card.list("crates", first(crates.map(|(name, it)| Item::new(name, &it.why)).collect(), 5));
    let variables = layers.iter().flat_map(|layer| &layer.spec.env);
    let names = words::and_list(&variables.map(named).collect::<Vec<_>>());
    card.row("variables", (!names.is_empty()).then(|| Item::name(names)));
    let services = option.spec.service.iter().map(|service| Item::name(&service.image));
    card.row("server", services);
    let refused = option.spec.refuse.iter();
    let refused =
        refused.map(|it| Item::new(format!("--{}", it.with.replacen('.', " ", 1)), &it.why));
    card.row("not with", refused);
    let others = axis.options.iter().filter(|other| other.id != option.id);
    let others =
        others.map(|it| Item::new(format!("{}={}", axis.name, it.name()), &it.spec.summary));
    card.row("instead", others);
    let other = axis.options.iter().find(|other| other.id != option.id);
    let shown = if view.has(axis, option) { other } else { Some(option) };
    card.row("compare", shown.and_then(|it| compare(view, axis, it)).map(Item::name));
    if !option.book.is_empty() {
        card.row("more", [Item::name(format!("backend-gen explain {name} --book"))]);
    }
    Ok(card)
}

/// The option, and the hidden layers that come with it.
fn brought<'a>(view: &View<'a>, option: &'a Layer) -> Vec<&'a Layer> {
    let layers = view.stack.layers(view.catalog);
    let hidden = layers.into_iter().filter(|layer| {
        view.catalog.hidden.contains_key(&layer.id)
            && origin::brings(view.catalog, option, &layer.id)
    });
    [option].into_iter().chain(hidden).collect()
}

/// The files of these layers, those to read first before the others.
fn files(view: &View<'_>, layers: &[&Layer]) -> Vec<Item> {
    let mut paths: Vec<&str> = view.files.keys().map(String::as_str).collect();
    paths.sort_by_key(|path| reading_order(path));
    let items = paths.into_iter().filter(|path| {
        let origins = origin::files(view.catalog, path);
        let there = origins.iter().find(|origin| origin.holds(&view.stack));
        there.is_some_and(|origin| layers.iter().any(|layer| layer.id == origin.layer.id))
    });
    first(items.map(|path| Item::new(path, &view.sentence(path))).collect(), 5)
}

/// The command that shows what this option would change.
fn compare(view: &View<'_>, axis: &Axis, option: &Layer) -> Option<String> {
    let chosen = view.chosen(axis).unwrap_or(&axis.default);
    let name = &axis.name;
    let other = option.name();
    (chosen != other).then(|| format!("backend-gen compare {name}={chosen} {name}={other}"))
}

fn named(variable: &Variable) -> &str {
    &variable.name
}
