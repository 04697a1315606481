//! Projects with something around their code, and what is true of their programs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use backend_gen::catalog::{Axis, Catalog};
use backend_gen::name::Name;
use backend_gen::{Project, Stack, render};

use crate::pairs;

/// One project with one option around it.
pub struct Site {
    /// The flags that make it.
    pub flags: String,
    /// What stands around the code, by path.
    pub files: BTreeMap<String, String>,
    /// The paths of all files.
    all: BTreeSet<String>,
    pub port: u16,
    pub health: Vec<String>,
    pub verbs: BTreeSet<String>,
    /// What the program reads.
    pub variables: BTreeSet<String>,
    /// What it takes where it is not told.
    pub defaults: BTreeMap<String, String>,
    /// What it must be given, and nobody may read.
    pub secrets: Vec<String>,
    /// The data is a file: one process works on it.
    pub disk: bool,
}

/// Every stack with every option that stands around the code, where they go together.
pub fn of(catalog: &Catalog, all: bool, only: &[String]) -> Result<Vec<Site>> {
    let cover = pairs::cover(catalog)?;
    let stacks = if all { catalog.stacks() } else { cover.clone() };
    let axes = catalog.axes.iter().filter(|axis| axis.around);
    let options = axes.flat_map(|axis| axis.options.iter().map(move |option| (axis, option)));
    let wanted = options.filter(|(axis, option)| match only {
        [] => option.name() != axis.default,
        only => only.iter().any(|name| name == option.name()),
    });
    let mut sites = Vec::new();
    for (axis, option) in wanted {
        for stack in &stacks {
            // what cannot go together is refused, and that has tests of its own
            let Ok(stack) = stack.with(catalog, &axis.name, option.name()) else { continue };
            sites.push(site(catalog, &stack, NAME)?);
        }
        let last = stacks.last().and_then(|it| it.with(catalog, &axis.name, option.name()).ok());
        sites.extend(last.map(|stack| site(catalog, &stack, ODD_NAME)).transpose()?);
    }
    sites.extend(together(catalog, &cover, only)?);
    Ok(sites)
}

/// Options of two axes around the same code, and all options of the one that can be several at
/// once: their files speak of each other.
fn together(catalog: &Catalog, stacks: &[Stack], only: &[String]) -> Result<Vec<Site>> {
    let around = || catalog.axes.iter().filter(|axis| axis.around);
    let mut sites = Vec::new();
    for one in around().filter(|axis| axis.several) {
        let mut sets: Vec<Vec<&str>> = real(one).into_iter().map(|name| vec![name]).collect();
        sets.push(real(one));
        for other in around().filter(|axis| axis.name != one.name) {
            for (set, with) in
                sets.iter().flat_map(|set| real(other).into_iter().map(move |it| (set, it)))
            {
                let meant = |name: &&str| only.is_empty() || only.iter().any(|it| it == name);
                if !set.iter().chain([&with]).any(meant) {
                    continue;
                }
                let more = set.iter().map(|name| (one.name.as_str(), *name));
                let more: Vec<(&str, &str)> = more.chain([(other.name.as_str(), with)]).collect();
                for stack in stacks.iter().map(Stack::bare) {
                    let stack = Stack::choose(catalog, stack.choices().chain(more.iter().copied()));
                    sites.extend(stack.ok().map(|it| site(catalog, &it, NAME)).transpose()?);
                }
            }
        }
    }
    Ok(sites)
}

/// The options of an axis that bring something.
fn real(axis: &Axis) -> Vec<&str> {
    axis.names().into_iter().filter(|name| *name != axis.default).collect()
}

fn site(catalog: &Catalog, stack: &Stack, name: &str) -> Result<Site> {
    let project = Project::new(Name::parse(name, &[])?);
    let bare = render(catalog, &stack.bare(), &project)?;
    let tree = render(catalog, stack, &project)?;
    let named = tree.iter().map(|(path, bytes)| {
        let path = path.to_string_lossy().replace('\\', "/");
        Ok((path, String::from_utf8(bytes.clone()).context("a file is no text")?))
    });
    let named: BTreeMap<String, String> = named.collect::<Result<_>>()?;
    let is_around = |path: &String| !bare.contains_key(std::path::Path::new(path));
    let layers = stack.layers(catalog);
    let env = || layers.iter().flat_map(|layer| &layer.spec.env);
    let services = || layers.iter().flat_map(|layer| &layer.spec.service);
    let secret = |name: &str| services().any(|service| service.variable == name);
    let verbs = layers.iter().flat_map(|layer| &layer.spec.verb);
    let health = layers.iter().find_map(|layer| layer.spec.health.as_ref());
    let health = health.context("no layer says how a program is asked how it is")?;
    let port = env().find(|variable| variable.name == "PORT").context("there is no PORT")?;
    Ok(Site {
        flags: format!("{name} {}", stack.flags()),
        all: named.keys().cloned().collect(),
        files: named.iter().filter(|(path, _)| is_around(path)).map(owned).collect(),
        port: port.default.parse()?,
        health: vec![health.live.clone(), health.ready.clone()],
        verbs: verbs.map(|verb| verb.name.clone()).collect(),
        variables: env().map(|variable| variable.name.clone()).collect(),
        defaults: env().map(|it| (it.name.clone(), it.default.clone())).collect(),
        secrets: env()
            .filter(|variable| variable.secret || secret(&variable.name))
            .map(|variable| variable.name.clone())
            .collect(),
        disk: layers.iter().any(|layer| !layer.spec.disk.is_empty()),
    })
}

fn owned((path, text): (&String, &String)) -> (String, String) {
    (path.clone(), text.clone())
}

impl Site {
    /// A file or a folder of the project.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.all.iter().any(|file| file == path || file.starts_with(&folder))
    }
}

const NAME: &str = "demo";
/// Every character that a name may have.
const ODD_NAME: &str = "my-back_end-2";
