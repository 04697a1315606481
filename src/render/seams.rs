//! What the seams loop over: everything the layers contribute, as plain lists.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use crate::catalog::spec::{Module, Test, Variable, Verb};
use crate::catalog::{Catalog, Layer};
use crate::manifest::{Dependency, Manifest};
use crate::project::{Home, Project};
use crate::render::around::Around;
use crate::render::compose::{self, Composition};
use crate::render::layout::{self, Part};
use crate::render::pipeline::Pipeline;
use crate::render::slots;
use crate::render::walk::{self, Step};
use crate::services;
use crate::stack::Stack;

/// The names that a `.tera` file may use.
#[derive(Serialize)]
pub struct Seams<'a> {
    name: &'a str,
    /// The name as hosts allow it.
    host: String,
    /// What holds beside the other choices, line by line.
    slots: BTreeMap<&'a str, Vec<String>>,
    /// Set apart from other projects of the same name.
    id: &'a str,
    version: &'a str,
    /// The command that makes this project again.
    command: String,
    #[serde(flatten)]
    around: Around<'a>,
    #[serde(flatten)]
    pipeline: Pipeline<'a>,
    dependencies: Vec<Line<'a>>,
    dev_dependencies: Vec<Line<'a>>,
    /// Once when this project is a workspace of its own inside another.
    isolated: Vec<()>,
    /// Once when the profiles are this project's to set, with the crates to optimise.
    profiles: Vec<Profile<'a>>,
    groups: Vec<Group<'a>>,
    modules: Vec<&'a Module>,
    slices: Vec<Part<'a>>,
    platform: Vec<&'a Module>,
    tests: Vec<&'a Test>,
    /// Once when there are services.
    compositions: Vec<Composition<'a>>,
    steps: Vec<Step>,
    verbs: Vec<&'a Verb>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    requirement: String,
    why: &'a str,
}

#[derive(Serialize)]
struct Profile<'a> {
    optimised: Vec<&'a str>,
}

/// The variables of one layer.
#[derive(Serialize)]
struct Group<'a> {
    title: &'a str,
    env: Vec<Setting<'a>>,
}

#[derive(Serialize)]
struct Setting<'a> {
    #[serde(flatten)]
    variable: &'a Variable,
    /// Its default as the README shows it.
    shown: String,
    /// What production takes instead, or nothing.
    shown_in_production: String,
    /// Its line in `.env.example`.
    example: String,
    /// Its line in this project's own `.env`.
    own: String,
}

impl<'a> Seams<'a> {
    /// What the layers of a stack contribute, and those upon it.
    pub fn of(
        catalog: &'a Catalog,
        stack: &'a Stack,
        more: &[&'a Layer],
        manifest: &'a Manifest,
        project: &'a Project,
    ) -> Result<Seams<'a>> {
        let mut layers = stack.layers(catalog);
        layers.extend(more);
        let specs = || layers.iter().map(|layer| &layer.spec);
        let modules = sorted(specs().flat_map(|spec| &spec.module).collect());
        let platform = sorted(specs().flat_map(|spec| &spec.platform).collect());
        let mut tests: Vec<&Test> = specs().flat_map(|spec| &spec.test).collect();
        tests.sort_by(|a, b| a.name.cmp(&b.name));
        tests.dedup_by(|a, b| a.name == b.name);
        let groups = layers.iter().map(|layer| Group {
            title: &layer.spec.title,
            env: layer.spec.env.iter().map(|env| setting(env, project)).collect(),
        });
        Ok(Seams {
            name: project.name.as_str(),
            host: slots::host(&project.name),
            slots: slots::of(&layers, &project.name),
            id: &project.id,
            version: crate::VERSION,
            command: stack.command(&project.name),
            around: Around::of(catalog, stack),
            pipeline: Pipeline::of(&layers, &services::needs(catalog, stack), &project.name),
            dependencies: lines(&manifest.dependencies),
            dev_dependencies: lines(&manifest.dev_dependencies),
            isolated: once(project.home == Home::Isolated, ()),
            profiles: once(project.home != Home::Member, profile(manifest)),
            groups: groups.filter(|group| !group.env.is_empty()).collect(),
            modules,
            slices: layout::parts(specs().flat_map(|spec| &spec.slice).collect()),
            platform,
            tests,
            compositions: compose::of(specs().flat_map(|spec| &spec.service).collect()),
            steps: walk::steps(&layers),
            verbs: specs().flat_map(|spec| &spec.verb).collect(),
        })
    }
}

/// By name, each once.
fn sorted(mut modules: Vec<&Module>) -> Vec<&Module> {
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    modules.dedup_by(|a, b| a.name == b.name);
    modules
}

fn lines(dependencies: &[Dependency]) -> Vec<Line<'_>> {
    let line = dependencies.iter().map(|dependency| Line {
        name: &dependency.name,
        requirement: dependency.requirement(),
        why: &dependency.why,
    });
    line.collect()
}

fn profile(manifest: &Manifest) -> Profile<'_> {
    let optimised = manifest.dependencies.iter().filter(|d| d.optimise);
    Profile { optimised: optimised.map(|d| d.name.as_str()).collect() }
}

fn setting<'a>(variable: &'a Variable, project: &Project) -> Setting<'a> {
    let made = project.secrets.get(&variable.name).map_or("", String::as_str);
    Setting {
        variable,
        shown: match variable.secret {
            true => "made for this project".to_string(),
            false => ticked(&variable.default),
        },
        shown_in_production: ticked(variable.production.as_deref().unwrap_or_default()),
        example: env_line(variable, ""),
        own: env_line(variable, made),
    }
}

/// `NAME=value`; behind a `#` where the code's own default does, so that production keeps its own.
fn env_line(variable: &Variable, made: &str) -> String {
    let name = &variable.name;
    let is_address = name.ends_with("_URL") && !variable.default.is_empty();
    match (variable.secret, is_address) {
        (true, _) => format!("{name}={made}"),
        (false, true) => format!("{name}={}", quoted(&variable.default)),
        (false, false) => format!("# {name}={}", quoted(&variable.default)),
    }
}

fn ticked(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn quoted(value: &str) -> String {
    match value.contains([' ', '#', '"', '\'', '$', '\\']) {
        true => format!("'{value}'"),
        false => value.to_string(),
    }
}

/// A list of one or none: seams loop, they never branch.
pub(super) fn once<T>(there: bool, item: T) -> Vec<T> {
    if there { vec![item] } else { vec![] }
}
