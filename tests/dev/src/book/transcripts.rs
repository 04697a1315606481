//! Every transcript of a chapter, typed into a shell beside a real backend.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::book::transcript::Step;
use backend_gen::book::{Book, Chapter, Scene};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, render};

use super::Proof;
use super::matching::Matcher;
use super::session::{Programs, Session, built};
use crate::{folder, work};

/// Runs the scenes of the chapters that are meant; with `fill` their files get what was printed.
pub fn run(
    catalog: &Catalog,
    book: &Book,
    meant: &dyn Fn(&str) -> bool,
    fill: bool,
    proof: &mut Proof,
) -> Result<bool> {
    let backend_gen = backend_gen()?;
    let mut backends = BTreeMap::new();
    for chapter in book.chapters.iter().filter(|it| meant(it.place.id())) {
        let scenes = chapter.scenes().with_context(|| format!("`{}`", chapter.place.path))?;
        if scenes.is_empty() {
            continue;
        }
        proof.step(chapter.place.id(), || {
            let mut filled = Filled::default();
            let count =
                one(catalog, &scenes, &backend_gen, &mut backends, fill.then_some(&mut filled));
            if fill {
                filled.write(chapter)?;
            }
            Ok((format!("{} commands", count?), ()))
        })?;
    }
    Ok(true)
}

/// What the commands of a console block printed, by the line of the block.
#[derive(Default)]
struct Filled(BTreeMap<usize, Vec<Step>>);

fn one(
    catalog: &Catalog,
    scenes: &[Scene],
    backend_gen: &Path,
    backends: &mut BTreeMap<String, PathBuf>,
    mut filled: Option<&mut Filled>,
) -> Result<usize> {
    let matcher = Matcher::new()?;
    let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
    let mut count = 0;
    for scene in scenes {
        let choices = scene.stack.iter().map(|(axis, option)| (axis.as_str(), option.as_str()));
        let stack = Stack::choose(catalog, choices).map_err(|why| anyhow::anyhow!("{why}"))?;
        let key = stack.key();
        ensure!(stack.servers(catalog).is_empty(), "line {}: `{key}` needs a server", scene.line);
        if !sessions.contains_key(&key) {
            if !backends.contains_key(&key) {
                backends.insert(key.clone(), backend(catalog, &stack)?);
            }
            let (backend_gen, backend) = (backend_gen.to_path_buf(), backends[&key].clone());
            sessions
                .insert(key.clone(), Session::start(Programs { backend_gen, backend }, &stack)?);
        }
        let session = sessions.get_mut(&key).context("a session")?;
        for step in &scene.steps {
            let at = || format!("line {}: $ {}", scene.line, step.command);
            let said = session.run(&matcher, &step.command).with_context(at)?;
            let got: Vec<&str> = said.trim_end_matches('\n').lines().collect();
            let ids = matcher.lines(&step.prints, &got, &session.ids)?;
            let prints = match (&ids, &filled) {
                (Some(_), _) => step.prints.clone(),
                (None, Some(_)) => got.iter().map(|line| line.to_string()).collect(),
                (None, None) => {
                    bail!("{}\n  expected\n{}\n  got\n{said}", at(), step.prints.join("\n"))
                }
            };
            if let Some(filled) = &mut filled {
                let step = Step { command: step.command.clone(), prints };
                filled.0.entry(scene.line).or_default().push(step);
            }
            session.ids = ids.unwrap_or_else(|| session.ids.clone());
            count += 1;
        }
    }
    Ok(count)
}

impl Filled {
    /// Puts the steps in place of the bodies of their blocks.
    fn write(&self, chapter: &Chapter) -> Result<()> {
        let path = work::root().join("book/src").join(&chapter.place.path);
        let text = fs::read_to_string(&path)?;
        let lines: Vec<&str> = text.lines().collect();
        let mut out: Vec<String> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            out.push(lines[at].to_string());
            at += 1;
            let is_console = lines[at - 1].starts_with("```console");
            let Some(steps) = self.0.get(&at).filter(|_| is_console) else { continue };
            while lines.get(at).is_some_and(|line| *line != "```") {
                at += 1;
            }
            for step in steps {
                let mark = if step.command == "^C" { "" } else { "$ " };
                out.push(format!("{mark}{}", step.command));
                out.extend(step.prints.iter().cloned());
            }
        }
        fs::write(&path, out.join("\n") + "\n").with_context(|| format!("`{}`", path.display()))
    }
}

/// This program, built from what is here now.
fn backend_gen() -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(work::root()).args(["build", "--quiet", "--bin", "backend-gen"]);
    let said = work::output(&mut cargo)?;
    ensure!(said.status.success(), "`cargo build`\n{}", work::tail(&said, 20));
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(work::root().join("target"), PathBuf::from);
    built(&target.join("debug").join("backend-gen"))
}

/// The backend of a stack, in the build folder of all stacks.
fn backend(catalog: &Catalog, stack: &Stack) -> Result<PathBuf> {
    let dir = work::stacks_dir().join(stack.key());
    folder::write(&dir, &render(catalog, stack, &work::project(stack)?)?)?;
    let said = work::output(&mut work::cargo(&dir, &["build", "--locked", "--quiet"]))?;
    ensure!(said.status.success(), "`cargo build`\n{}", work::tail(&said, 30));
    built(&work::target_dir().join("debug").join(stack.key()))
}
