//! Where the work is done, and how cargo is asked to do it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result};
use backend_gen::catalog::Catalog;
use backend_gen::check::Walk;
use backend_gen::io::random;
use backend_gen::name::Name;
use backend_gen::{Project, Stack};

use crate::{Which, pairs, servers};

/// The root of this repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The templates as they are on disk now, not as they were compiled in.
pub fn catalog() -> Result<Catalog> {
    Catalog::from_dir(&root().join("templates"))
}

/// The folder for rendered stacks.
pub fn stacks_dir() -> PathBuf {
    root().join("target").join("stacks")
}

/// One build folder for all stacks: what they share is compiled once.
pub fn target_dir() -> PathBuf {
    root().join("target").join("stacks-build")
}

/// The project that stands for a stack: named after it, so that binaries do not collide.
pub fn project(stack: &Stack) -> Result<Project> {
    Ok(Project::new(Name::parse(&stack.key(), &[])?))
}

/// The walk through a stack here: its servers, secrets that are nobody's, and files in `scratch`.
pub fn walk(catalog: &Catalog, stack: &Stack, scratch: &Path) -> Result<Walk> {
    let given = [("scratch", &*scratch.to_string_lossy()), ("random", &stack.key())];
    let mut walk = Walk::of(catalog, stack, &given)?;
    let layers = stack.layers(catalog);
    let variables = layers.iter().flat_map(|layer| &layer.spec.env);
    for variable in variables.filter(|variable| variable.secret) {
        walk.env.push((variable.name.clone(), random::secret()?));
    }
    walk.env.extend(servers::of(catalog, stack).into_iter().map(|it| (it.variable, it.url)));
    Ok(walk)
}

/// The stacks that were asked for.
pub fn chosen(catalog: &Catalog, which: &Which) -> Result<Vec<Stack>> {
    let all = catalog.stacks();
    if which.all {
        return Ok(all);
    }
    if which.quick {
        return pairs::few(catalog);
    }
    if which.stacks.is_empty() {
        return pairs::cover(catalog);
    }
    let find = |key: &String| {
        let stack = all.iter().find(|stack| stack.key() == *key).cloned();
        stack.with_context(|| format!("there is no stack `{key}`"))
    };
    which.stacks.iter().map(find).collect()
}

/// A cargo call in a folder, with the shared build folder.
pub fn cargo(dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(dir).args(words).env("CARGO_TARGET_DIR", target_dir());
    command
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_MANIFEST_DIR");
    command
}

/// Runs it to its end and keeps what it says.
pub fn output(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("cannot run {:?}", command.get_program()))
}

/// The end of what a command said, which is where the reason stands.
pub fn tail(output: &Output, lines: usize) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
