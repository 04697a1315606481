//! What every stack owes to its reader: valid files, documented variables, short sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backend_gen::tested::Tested;
use regex::Regex;

use crate::laws::{every_stack, every_surrounded, text};

#[test]
fn every_file_is_text_with_line_feeds_and_an_end() {
    for (_, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        for (path, bytes) in tree {
            let text = text(bytes);
            assert!(!text.contains('\r'), "{stack}: {} has CR", path.display());
            assert!(text.ends_with('\n'), "{stack}: {} does not end", path.display());
            assert!(!text.contains("\n\n\n"), "{stack}: {} has a hole", path.display());
            let trailing = text.lines().find(|line| line.ends_with([' ', '\t']));
            assert_eq!(trailing, None, "{stack}: {}", path.display());
        }
    }
}

#[test]
fn every_toml_parses() {
    for (_, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        for (path, bytes) in tree {
            if path.extension().is_some_and(|kind| kind == "toml") {
                let parsed = text(bytes).parse::<toml::Table>();
                parsed.unwrap_or_else(|error| panic!("{stack}: {}: {error}", path.display()));
            }
        }
    }
}

#[test]
fn what_is_said_to_be_tested_renders_as_it_was_tested() {
    for (catalog, stack, _) in every_stack() {
        let is_true = Tested::of(catalog).unwrap().is_true(catalog, stack).unwrap();
        let key = stack.key();
        assert!(is_true, "`{key}` has changed: `cargo dev stacks --stack {key}` tests it anew");
    }
}

/// The names in capitals that the sources hand to the reader of the environment.
fn read_by_the_code(tree: &backend_gen::Tree) -> BTreeSet<String> {
    let call = Regex::new(
        r#"(?s)(?:env\.\w+(?:::<[^>]*>)?\(|millis\(\s*env,|secs\(\s*env,|seconds\(\s*env,|\w+\(\s*env,)\s*"([A-Z][A-Z_]+)""#,
    );
    let call = call.unwrap();
    let sources = tree.iter().filter(|(path, _)| path.starts_with("src"));
    sources
        .flat_map(|(_, bytes)| {
            let code = text(bytes);
            let names: Vec<String> = call.captures_iter(&code).map(|c| c[1].to_string()).collect();
            names
        })
        .collect()
}

#[test]
fn the_catalogue_knows_exactly_the_variables_that_are_read() {
    for (catalog, stack, tree) in every_stack() {
        let layers = stack.layers(catalog);
        let known = layers.iter().flat_map(|layer| &layer.spec.env).map(|env| env.name.clone());
        let known: BTreeSet<String> = known.collect();
        assert_eq!(read_by_the_code(tree), known, "{stack}");
        for path in [".env", ".env.example", "README.md"] {
            let text = text(&tree[Path::new(path)]);
            let missing = known.iter().find(|name| !text.contains(name.as_str()));
            assert_eq!(missing, None, "{stack}: {path}");
        }
    }
}

#[test]
fn no_source_is_longer_than_a_sitting() {
    for (_, stack, tree) in every_stack() {
        let rust = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rs");
        let mut own = 0;
        for (path, bytes) in tree.iter().filter(|(path, _)| rust(path)) {
            let text = text(bytes);
            let lines = text.lines().count();
            assert!(lines <= 150, "{stack}: {} has {lines} lines", path.display());
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(longest <= 100, "{stack}: {} is {longest} wide", path.display());
            let says = text.starts_with("//!");
            assert!(says, "{stack}: {} does not say what it is", path.display());
            if path.starts_with("src") && !path.starts_with("src/platform") {
                own += lines;
            }
        }
        let bound = if stack.key() == "sqlite-session-rest-none" { 1_800 } else { 2_550 };
        assert!(own <= bound, "{stack}: {own} lines to read first");
    }
}

#[test]
fn no_file_around_the_code_is_longer_than_a_screen_or_two() {
    let (_, _, bare) = &every_stack()[0];
    for (_, stack, tree) in every_surrounded() {
        let around = |path: &Path| !path.starts_with("src") && !path.starts_with("tests");
        let own = tree.iter().filter(|(path, _)| around(path) && !bare.contains_key(*path));
        for (path, bytes) in own.filter(|(path, _)| *path != Path::new("compose.yaml")) {
            let page = path.extension().is_some_and(|kind| kind == "md");
            let text = text(bytes);
            let lines = text.lines().count();
            assert!(lines <= 150, "{}: {} has {lines} lines", stack.flags(), path.display());
            // an address cannot be broken into lines
            let lines = text.lines().filter(|line| !line.contains("://"));
            let longest = lines.map(|line| line.chars().count()).max().unwrap_or(0);
            let wide = if page { 160 } else { 120 };
            assert!(longest <= wide, "{}: {} is {longest} wide", stack.flags(), path.display());
        }
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    for (_, stack, tree) in every_stack() {
        let manifest = text(&tree[Path::new("Cargo.toml")]);
        let (_, tables) = manifest.split_once("\n[dependencies]\n").unwrap();
        let (tables, _) = tables.split_once("\n[lints").unwrap();
        let lines: Vec<&str> = tables.lines().filter(|line| line.contains(" = ")).collect();
        assert!(lines.len() > 20, "{stack}: {lines:?}");
        for line in lines {
            let why = line.split_once("# ").is_some_and(|(_, why)| why.len() > 5);
            assert!(why, "{stack}: {line}");
        }
    }
}
