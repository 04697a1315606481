//! The exact `Cargo.lock` of each stack, stored once for all of them.
//!
//! Most packages are the same in every stack, so each is kept once and a stack is a list of
//! numbers. Maintainers fill the record with `cargo dev locks`.

mod kept;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::project::Project;
use crate::stack::Stack;

/// The record: `templates/locks.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Locks {
    /// By stack key.
    #[serde(default)]
    stacks: BTreeMap<String, Locked>,
    #[serde(default)]
    package: Vec<Package>,
}

/// What one stack resolved to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    /// The dependencies of the project itself.
    root: Vec<String>,
    /// Positions in `Locks::package`.
    packages: Vec<usize>,
}

/// An entry of a `Cargo.lock`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Package {
    name: String,
    version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
}

/// A `Cargo.lock` as cargo writes it.
#[derive(Deserialize)]
struct CargoLock {
    package: Vec<Package>,
}

/// The lock file of a project, when one is stored for its stack.
pub fn of(catalog: &Catalog, stack: &Stack, project: &Project) -> Result<Option<String>> {
    let Some(text) = catalog.record(FILE) else { return Ok(None) };
    render(&text, &stack.key(), project.name.as_str())
}

/// How many crates a stack locks besides the project itself, when that is stored.
pub fn crates(catalog: &Catalog, stack: &Stack) -> Result<Option<usize>> {
    let Some(text) = catalog.record(FILE) else { return Ok(None) };
    Ok(kept::read(&text, &stack.key())?.map(|lock| lock.packages.len()))
}

/// The exact `Cargo.lock` of a stack, out of the record, for a project of this name.
pub fn render(record: &str, stack_key: &str, project_name: &str) -> Result<Option<String>> {
    let Some(lock) = kept::read(record, stack_key)? else { return Ok(None) };
    let mut packages = lock.packages.clone();
    packages.push(Package {
        name: project_name.to_string(),
        version: OWN_VERSION.to_string(),
        source: None,
        checksum: None,
        dependencies: lock.root.clone(),
    });
    packages.sort();
    if tell_apart(&mut packages, project_name).is_none() {
        return Ok(None);
    }
    let add = |text: String, package: &Package| text + "\n" + &entry(package);
    Ok(Some(packages.iter().fold(HEAD.to_string(), add)))
}

/// A dependency that shares its name with the project is named with its version.
fn tell_apart(packages: &mut [Package], project_name: &str) -> Option<()> {
    let namesakes = packages.iter().filter(|package| package.name == project_name);
    let versions: Vec<String> = namesakes.map(|package| package.version.clone()).collect();
    let [a, b] = versions.as_slice() else {
        // Alone, or among several that carry their versions already.
        return Some(());
    };
    if a == b {
        return None;
    }
    let version = if a == OWN_VERSION { b } else { a };
    let dependencies = packages.iter_mut().flat_map(|package| &mut package.dependencies);
    for dependency in dependencies.filter(|dependency| *dependency == project_name) {
        *dependency = format!("{project_name} {version}");
    }
    Some(())
}

fn entry(package: &Package) -> String {
    let mut text =
        format!("[[package]]\nname = \"{}\"\nversion = \"{}\"\n", package.name, package.version);
    if let Some(checksum) = &package.checksum {
        let source = package.source.as_deref().unwrap_or(SOURCE);
        text += &format!("source = \"{source}\"\nchecksum = \"{checksum}\"\n");
    }
    if !package.dependencies.is_empty() {
        text += "dependencies = [\n";
        for dependency in &package.dependencies {
            text += &format!(" \"{dependency}\",\n");
        }
        text += "]\n";
    }
    text
}

/// Puts what cargo resolved for a stack into the record. `project_name` is the package it was
/// resolved for.
pub fn collect(
    locks: &mut Locks,
    stack_key: &str,
    project_name: &str,
    cargo_lock_text: &str,
) -> Result<()> {
    let lock: CargoLock = toml::from_str(cargo_lock_text)
        .with_context(|| format!("cannot read the `Cargo.lock` of `{stack_key}`"))?;
    let mut locked = Locked::default();
    let mut found = false;
    for mut package in lock.package {
        if package.name == project_name && package.source.is_none() {
            locked.root = package.dependencies;
            found = true;
            continue;
        }
        ensure!(package.checksum.is_some(), "`{}` has no checksum", package.name);
        package.source = package.source.filter(|source| source != SOURCE);
        let known = locks.package.iter().position(|other| *other == package);
        locked.packages.push(known.unwrap_or(locks.package.len()));
        if known.is_none() {
            locks.package.push(package);
        }
    }
    ensure!(found, "the `Cargo.lock` of `{stack_key}` has no `{project_name}`");
    locks.stacks.insert(stack_key.to_string(), locked);
    Ok(())
}

impl Locks {
    /// Reads the record.
    pub fn parse(text: &str) -> Result<Locks> {
        serde_json::from_str(text).with_context(|| format!("cannot read `{FILE}`"))
    }

    /// The keys of the stacks it knows.
    pub fn stacks(&self) -> impl Iterator<Item = &str> {
        self.stacks.keys().map(String::as_str)
    }

    /// The record as text: sorted, without what no stack uses.
    pub fn to_text(&self) -> Result<String> {
        let used = self.stacks.values().flat_map(|locked| &locked.packages);
        let mut package: Vec<Package> =
            used.filter_map(|index| self.package.get(*index).cloned()).collect();
        package.sort();
        package.dedup();
        let place = |index: &usize| package.binary_search(self.package.get(*index)?).ok();
        let stacks = self.stacks.iter().map(|(key, locked)| {
            let mut packages: Vec<usize> = locked.packages.iter().filter_map(place).collect();
            packages.sort_unstable();
            let root = locked.root.clone();
            (key.clone(), Locked { root, packages })
        });
        let entry = |(key, locked)| Ok(format!("{}:{}", json(&key)?, json(&locked)?));
        let stacks: Vec<String> = stacks.map(entry).collect::<Result<_>>()?;
        let packages: Vec<String> = package.iter().map(json).collect::<Result<_>>()?;
        let (stacks, packages) = (stacks.join(",\n"), packages.join(",\n"));
        Ok(format!("{{\"stacks\":{{\n{stacks}\n}},\"package\":[\n{packages}\n]}}\n"))
    }
}

/// In one line, so that a change of the record is a change of few lines.
fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).context("cannot write the locks")
}

/// The record's name in `templates/`. Every `new` reads it: JSON is read much faster than TOML.
pub const FILE: &str = "locks.json";
const OWN_VERSION: &str = "0.1.0";
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";
const HEAD: &str = "\
# This file is automatically @generated by Cargo.
# It is not intended for manual editing.
version = 4
";

#[cfg(test)]
mod tests {
    use super::*;

    fn cargo_lock(name: &str) -> String {
        let own = format!(
            "[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\ndependencies = [\n \"beta\",\n]\n"
        );
        let beta = format!(
            "[[package]]\nname = \"beta\"\nversion = \"2.0.0\"\nsource = \"{SOURCE}\"\nchecksum = \"cd\"\n"
        );
        let mut entries = [(name, own), ("beta", beta)];
        entries.sort();
        format!("{HEAD}\n{}\n{}", entries[0].1, entries[1].1)
    }

    #[test]
    fn what_cargo_wrote_comes_back_under_any_name() {
        let mut locks = Locks::default();
        collect(&mut locks, "a-b", "app1", &cargo_lock("app1")).unwrap();
        let stored = Locks::parse(&locks.to_text().unwrap()).unwrap().to_text().unwrap();
        assert_eq!(render(&stored, "a-b", "app1").unwrap(), Some(cargo_lock("app1")));
        assert_eq!(render(&stored, "a-b", "zoo").unwrap(), Some(cargo_lock("zoo")));
        assert_eq!(render(&stored, "other", "zoo").unwrap(), None);
    }

    #[test]
    fn a_namesake_is_named_with_its_version() {
        let mut locks = Locks::default();
        collect(&mut locks, "a-b", "app1", &cargo_lock("app1")).unwrap();
        let text = render(&locks.to_text().unwrap(), "a-b", "beta").unwrap().unwrap();
        assert!(text.contains("\n \"beta 2.0.0\",\n"), "{text}");
    }

    #[test]
    fn a_package_of_two_stacks_is_stored_once() {
        let mut locks = Locks::default();
        collect(&mut locks, "a", "app1", &cargo_lock("app1")).unwrap();
        collect(&mut locks, "b", "app1", &cargo_lock("app1")).unwrap();
        assert_eq!(locks.package.len(), 1);
        assert_eq!(locks.stacks().collect::<Vec<_>>(), ["a", "b"]);
    }
}
