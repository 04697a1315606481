//! Every state of every lesson renders on every stack that it is offered on, and mutants are small.

use std::collections::BTreeSet;
use std::path::Path;

use backend_gen::catalog::{Catalog, Layer};
use backend_gen::ground::{self, Files};
use backend_gen::name::Name;
use backend_gen::project::Home;
use backend_gen::{Project, Stack, Tree, render};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::laws::text;

fn read(files: &Files, path: &str) -> Value {
    let bytes = files.get(path).unwrap_or_else(|| panic!("there is no `lessons/{path}`"));
    toml::from_str(&text(bytes)).unwrap_or_else(|error| panic!("lessons/{path}: {error}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Whether a mistake can be made on a stack: `with` names one choice, or several of which one will do.
fn can_be_made(mutant: &Value, stack: &Stack) -> bool {
    let one = std::slice::from_ref(&mutant["with"]);
    let with = if mutant["with"].is_string() { one } else { list(mutant, "with") };
    let choices: Vec<String> = stack.choices().map(|(a, o)| format!("{a}.{o}")).collect();
    with.is_empty() || with.iter().any(|it| choices.iter().any(|choice| *it == **choice))
}

/// Why a lesson is not offered on a stack, in its own words.
fn refused<'a>(lesson: &'a Value, stack: &Stack) -> Option<&'a str> {
    let choices: Vec<String> = stack.choices().map(|(a, o)| format!("{a}.{o}")).collect();
    let said = list(lesson, "refuse").iter();
    let said = said.filter(|it| choices.iter().any(|choice| it["with"] == **choice));
    said.filter_map(|it| it["why"].as_str()).next()
}

/// The lines that one tree has and the other has not, the larger number of the two.
fn distance(old: &Tree, new: &Tree) -> usize {
    let empty = Vec::new();
    let paths = old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path));
    let paths: BTreeSet<_> = paths.collect();
    let (mut plus, mut minus) = (0, 0);
    for path in paths {
        let sides = [old, new].map(|tree| text(tree.get(path).unwrap_or(&empty)));
        for change in TextDiff::from_lines(&sides[0], &sides[1]).iter_all_changes() {
            plus += usize::from(change.tag() == ChangeTag::Insert);
            minus += usize::from(change.tag() == ChangeTag::Delete);
        }
    }
    plus.max(minus)
}

#[test]
fn each_state_of_a_lesson_renders_where_it_is_offered() {
    let (files, catalog) = (ground::lessons(), Catalog::bundled().unwrap());
    // a member of the course's workspace: the lock file is the workspace's
    let project = Project::new(Name::parse("demo", &[]).unwrap());
    let project = Project { home: Home::Member, ..project };
    let layer = |folder: &str| Layer::read(&files, folder).unwrap_or_else(|e| panic!("{e:#}"));
    let shop = layer("shop");
    let course = read(&files, "course.toml");
    let lessons = list(&course, "lesson").iter().filter_map(|lesson| lesson["path"].as_str());
    // no lesson knows of the cache
    let stacks: Vec<Stack> = catalog.stacks();
    let stacks = stacks.into_iter().filter(|it| it.choices().any(|it| it == ("cache", "memory")));
    let (stacks, mut offered) = (stacks.collect::<Vec<_>>(), 0);
    for folder in lessons {
        let lesson = read(&files, &format!("{folder}/lesson.toml"));
        let common = layer(&format!("{folder}/common"));
        let state = |name: &str| {
            let mut layer = layer(&format!("{folder}/{name}"));
            let replaces = list(&lesson, "replaces").iter().filter_map(|it| it.as_str());
            layer.spec.replaces.extend(replaces.map(str::to_string));
            layer
        };
        let (start, solution) = (state("start"), state("solution"));
        for stack in stacks.iter().filter(|stack| refused(&lesson, stack).is_none()) {
            let tree = |more: &[&Layer]| {
                render::lesson(&catalog, stack, &project, more)
                    .unwrap_or_else(|error| panic!("{folder} on {stack}: {error:#}"))
            };
            offered += 1;
            let solved = tree(&[&shop, &common, &solution]);
            assert!(distance(&solved, &tree(&[&shop, &common, &start])) > 0, "{folder} on {stack}");
            assert!(list(&lesson, "mutant").len() >= 3, "`{folder}` has too few mutants");
            let mutants = list(&lesson, "mutant").iter().filter(|it| can_be_made(it, stack));
            for name in mutants.filter_map(|it| it["name"].as_str()) {
                let mutant = state(&format!("mutants/{name}"));
                let lines = distance(&solved, &tree(&[&shop, &common, &solution, &mutant]));
                let small = (1..=15).contains(&lines);
                assert!(small, "`{folder}/mutants/{name}` is {lines} lines away on {stack}");
            }
        }
    }
    assert!(offered > 100, "{offered} cells");
}

#[test]
fn what_the_shop_brings_is_short_and_says_what_it_is() {
    for (path, bytes) in ground::lessons() {
        if !path.starts_with("shop/") || Path::new(&path).extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let text = text(&bytes);
        assert!(text.starts_with("//! "), "`lessons/{path}` has no sentence");
        assert!(text.lines().count() <= 150, "`lessons/{path}` is too long");
    }
}
