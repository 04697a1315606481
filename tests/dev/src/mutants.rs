//! `cargo dev mutants`: proves that the contract can fail, by breaking one promise at a time.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, Tree, render};
use serde::Deserialize;

use crate::{contract, work};

/// How often a case is run before its mutant counts as unnoticed: some promises are about races.
const TRIES: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutants {
    mutant: Vec<Mutant>,
}

/// One promise, and how to break it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    promise: String,
    stack: String,
    /// A path in the generated project.
    file: String,
    from: String,
    to: String,
    /// The case that must fail: its theme, and a part of its name.
    case: String,
}

/// Breaks each promise that has `only` in its words, and counts how many were noticed.
pub fn run(only: Option<&str>) -> Result<bool> {
    let catalog = work::catalog()?;
    let path = work::root().join("tests").join("dev").join("mutants.toml");
    let text = fs::read_to_string(&path).context("cannot read the mutants")?;
    let mutants: Mutants = toml::from_str(&text).context("cannot read the mutants")?;
    let wanted = |mutant: &&Mutant| only.is_none_or(|word| mutant.promise.contains(word));
    let (mut passed, mut failed) = (0, 0);
    for mutant in mutants.mutant.iter().filter(wanted) {
        match caught(&catalog, mutant) {
            Ok(why) => {
                passed += 1;
                println!("caught: {}\n    {why}", mutant.promise);
            }
            Err(why) => {
                failed += 1;
                println!("NOT CAUGHT: {}\n    {why:#}", mutant.promise);
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0 && passed > 0)
}

/// What the case says of the broken backend.
fn caught(catalog: &Catalog, mutant: &Mutant) -> Result<String> {
    let stacks = catalog.stacks();
    let stack = stacks.iter().find(|stack| stack.key() == mutant.stack);
    let stack = stack.with_context(|| format!("there is no stack `{}`", mutant.stack))?;
    let tree = broken(catalog, stack, mutant)?;
    for _ in 0..TRIES {
        if let Some(first) = contract::failures(catalog, stack, &tree, &mutant.case)?.first() {
            return Ok(first.lines().next().unwrap_or_default().to_string());
        }
    }
    bail!("every case passes, {TRIES} times")
}

fn broken(catalog: &Catalog, stack: &Stack, mutant: &Mutant) -> Result<Tree> {
    let mut tree = render(catalog, stack, &work::project(stack)?)?;
    let bytes = tree.get_mut(Path::new(&mutant.file));
    let bytes = bytes.with_context(|| format!("there is no `{}`", mutant.file))?;
    let text = String::from_utf8(bytes.clone())?;
    let from = mutant.from.trim_start_matches('\n');
    let places = text.matches(from).count();
    ensure!(places == 1, "`{}` has {places} places to break", mutant.file);
    *bytes = text.replace(from, mutant.to.trim_start_matches('\n')).into_bytes();
    Ok(tree)
}
