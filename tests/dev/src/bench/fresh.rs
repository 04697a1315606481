//! `backend-gen new` as a whole process, against an empty one and against other generators.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::figure::{Figure, Goal, Report, median};
use super::sample::{Taken, take};
use crate::work;

/// A generator of somebody else: its program, and the words that make a project `fresh`.
const PEERS: [(&str, &[&str]); 5] = [
    ("cargo-generate", &["generate", "--path", "TEMPLATE", "--name", "fresh", "--vcs", "none"]),
    ("loco", &["new", "--name", "fresh", "--db", "sqlite", "--bg", "async", "--assets", "none"]),
    ("django-admin", &["startproject", "fresh"]),
    ("create-t3-app", &["fresh", "--CI", "--noGit", "--noInstall"]),
    ("create-better-t-stack", &["fresh", "--yes", "--no-git", "--no-install"]),
];

struct Contestant {
    name: String,
    words: Vec<OsString>,
    taken: Vec<Taken>,
}

/// More turns than elsewhere: one takes milliseconds.
const TURNS: usize = 10;

pub fn measure(room: &Path, rounds: usize, report: &mut Report) -> Result<()> {
    eprintln!("new: the release build of this tool");
    let tool = release()?;
    report.add(size_of(&tool)?);
    let ours = words(&tool, &["new", "fresh", "--defaults", "--no-git"]);
    let mut all = vec![
        Contestant { name: "ours".into(), words: ours, taken: Vec::new() },
        Contestant { name: "empty process".into(), words: empty(room)?, taken: Vec::new() },
    ];
    let template = room.join("template");
    for (name, args) in PEERS {
        let Some(program) = on_path(name) else {
            report.note(format!("new: {name} is not installed, so it was left out"));
            continue;
        };
        let named = args.iter().map(|word| match *word {
            "TEMPLATE" => template.as_os_str(),
            word => word.as_ref(),
        });
        let words = std::iter::once(program.as_os_str()).chain(named).map(OsString::from);
        all.push(Contestant { name: name.into(), words: words.collect(), taken: Vec::new() });
    }
    // the template of who needs one: the project that we would write
    remade(&template)?;
    let made = words(&tool, &["new", "fresh", "--defaults", "--no-git"]);
    take(&made, &template, &[])?;
    let yard = room.join("yard");
    for _ in 0..rounds * TURNS {
        for one in &mut all {
            remade(&yard)?;
            one.taken.push(take(&one.words, &yard, &[]).with_context(|| one.name.clone())?);
        }
    }
    tell(&all, report);
    Ok(())
}

fn tell(all: &[Contestant], report: &mut Report) {
    let middle =
        |one: &Contestant, of: fn(&Taken) -> f64| median(one.taken.iter().map(of).collect());
    let (ours, others) = (&all[0], &all[1..]);
    for (index, other) in others.iter().enumerate() {
        let time = Figure::new("new: time", middle(ours, |taken| taken.wall), "ms")
            .against(&other.name, middle(other, |taken| taken.wall));
        report.add(if index == 0 { time.goal(Goal::OverAtMost(8.0)) } else { time });
        let memory = Figure::new("new: memory", middle(ours, |taken| taken.peak), "MiB")
            .against(&other.name, middle(other, |taken| taken.peak));
        report.add(if index == 0 { memory.goal(Goal::AtMost(16.0)) } else { memory });
    }
}

/// The tool as people install it.
fn release() -> Result<PathBuf> {
    let target = work::root().join("target");
    let mut cargo = work::cargo(&work::root(), &["build", "--release", "--quiet", "--bin"]);
    let said = work::output(cargo.arg("backend-gen").env("CARGO_TARGET_DIR", &target))?;
    ensure!(said.status.success(), "the tool does not build: {}", work::tail(&said, 20));
    Ok(target.join("release").join(format!("backend-gen{}", std::env::consts::EXE_SUFFIX)))
}

fn size_of(tool: &Path) -> Result<Figure> {
    #[allow(clippy::cast_precision_loss)]
    let megabytes = fs::metadata(tool)?.len() as f64 / 1e6;
    Ok(Figure::new("new: size of the tool", megabytes, "MB").goal(Goal::AtMost(15.0)))
}

/// A program that does nothing: what starting a process costs here.
fn empty(room: &Path) -> Result<Vec<OsString>> {
    let (source, program) = (room.join("empty.rs"), room.join("empty"));
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = std::process::Command::new("rustc");
    let said = work::output(rustc.args(["-O", "-o"]).arg(&program).arg(&source))?;
    ensure!(said.status.success(), "the empty program does not build: {}", work::tail(&said, 5));
    Ok(vec![program.into()])
}

fn words(program: &Path, args: &[&str]) -> Vec<OsString> {
    std::iter::once(program.into()).chain(args.iter().map(OsString::from)).collect()
}

/// The folder, with nothing in it.
fn remade(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty `{}`", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot make `{}`", dir.display()))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|dir| dir.join(program)).find(|path| path.is_file())
}
