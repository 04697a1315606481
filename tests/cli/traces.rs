//! An option that was not chosen leaves no trace: no word, variable, crate or file.

use std::collections::BTreeSet;
use std::path::Path;

use backend_gen::Stack;
use backend_gen::catalog::{Catalog, Layer};
use backend_gen::plan::Plan;

use crate::laws::{every_stack, every_surrounded, text};

/// The layers of a stack, and those it could have had.
fn sides<'a>(catalog: &'a Catalog, stack: &Stack) -> (Vec<&'a Layer>, Vec<&'a Layer>) {
    let chosen = stack.layers(catalog);
    let all = catalog.axes.iter().flat_map(|axis| &axis.options).chain(catalog.hidden.values());
    let others = all.filter(|layer| chosen.iter().all(|one| one.id != layer.id)).collect();
    (chosen, others)
}

/// What only the others would bring.
fn foreign<'a>(
    (chosen, others): &(Vec<&'a Layer>, Vec<&'a Layer>),
    names: impl Fn(&'a Layer) -> Vec<&'a str>,
) -> BTreeSet<&'a str> {
    let ours: BTreeSet<&str> = chosen.iter().flat_map(|layer| names(layer)).collect();
    let theirs = others.iter().flat_map(|layer| names(layer));
    theirs.filter(|name| !ours.contains(name)).collect()
}

#[test]
fn no_word_of_another_option() {
    for (catalog, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        let words = foreign(&sides(catalog, stack), |layer| {
            layer.spec.words.iter().map(String::as_str).collect()
        });
        assert!(words.len() >= 5, "{stack} looks for {words:?}");
        for (path, bytes) in tree.iter().filter(|(path, _)| **path != *Path::new("Cargo.lock")) {
            // HAProxy has a word of its own
            let text = text(bytes).to_lowercase().replace("redispatch", "");
            for word in words.iter().map(|word| word.to_lowercase()) {
                let line = text.lines().find(|line| line.contains(&word));
                assert_eq!(line, None, "{stack}: {} says `{word}`", path.display());
            }
        }
    }
}

#[test]
fn no_variable_of_another_option() {
    for (catalog, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        let names = foreign(&sides(catalog, stack), |layer| {
            layer.spec.env.iter().map(|env| env.name.as_str()).collect()
        });
        for (path, bytes) in tree {
            let text = text(bytes);
            let found = names.iter().find(|name| text.contains(**name));
            assert_eq!(found, None, "{stack}: {}", path.display());
        }
    }
}

#[test]
fn no_crate_of_another_option() {
    for (catalog, stack, tree) in every_stack() {
        let crates = foreign(&sides(catalog, stack), |layer| {
            layer.spec.dependencies.keys().map(String::as_str).collect()
        });
        let manifest: toml::Table = text(&tree[Path::new("Cargo.toml")]).parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let found = crates.iter().find(|name| dependencies.contains_key(**name));
        assert_eq!(found, None, "{stack}");
        for (path, bytes) in tree.iter().filter(|(path, _)| path.starts_with("src")) {
            let code = text(bytes);
            let used = crates
                .iter()
                .find(|name| code.contains(&format!("use {name}::").replace('-', "_")));
            assert_eq!(used, None, "{stack}: {}", path.display());
        }
    }
}

#[test]
fn no_file_of_another_option() {
    for (catalog, stack, tree) in every_stack() {
        let layers: BTreeSet<String> =
            stack.layers(catalog).iter().map(|layer| layer.id.clone()).collect();
        let plan = Plan::of(catalog, stack).unwrap();
        assert!(plan.files.values().all(|source| layers.contains(&source.layer)), "{stack}");
        for path in tree.keys().filter(|path| **path != *Path::new("Cargo.lock")) {
            let name = path.to_string_lossy().replace('\\', "/");
            assert!(plan.files.contains_key(&name), "{stack}: nobody brings `{name}`");
        }
    }
}

#[test]
fn every_word_is_said_where_its_option_is_chosen() {
    for (catalog, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        let all: String = tree.values().map(|bytes| text(bytes).to_lowercase()).collect();
        for word in stack.layers(catalog).iter().flat_map(|layer| &layer.spec.words) {
            assert!(all.contains(&word.to_lowercase()), "{stack} never says `{word}`");
        }
    }
}
