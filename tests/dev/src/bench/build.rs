//! The default stack from nothing to a binary, and from one edited line to the next binary.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::figure::{Figure, Goal, Report, median};
use super::sample::{Taken, take};
use super::stand;
use crate::work;

struct Project {
    dir: PathBuf,
    target: PathBuf,
    /// The file whose line is edited.
    edited: PathBuf,
    clean: Vec<Taken>,
    again: Vec<Taken>,
}

pub fn measure(room: &Path, rounds: usize, report: &mut Report) -> Result<()> {
    let ours = stand::render(room, "sqlite-none")?;
    let floor = work::root().join("tests").join("floor").join("least");
    let copy = room.join("least");
    copied(&floor, &copy)?;
    let mut all = [
        Project::new(room, "ours", ours, "src/tasks/mod.rs"),
        Project::new(room, "floor", copy, "src/main.rs"),
    ];
    let crates = [all[0].crates()?, all[1].crates()?];
    report.add(
        Figure::new("build: crates of the default stack", crates[0], "")
            .against("floor", crates[1])
            .goal(Goal::AtMost(150.0)),
    );
    for round in 0..rounds {
        eprintln!("build: round {} of {rounds}", round + 1);
        for project in &mut all {
            project.clean()?;
        }
        for project in &mut all {
            project.edit(round)?;
        }
    }
    let [ours, floor] = &all;
    let middle = |of: &[Taken], what: fn(&Taken) -> f64| median(of.iter().map(what).collect());
    report.add(
        Figure::new("build: clean, processor", middle(&ours.clean, |taken| taken.cpu), "s")
            .against("floor", middle(&floor.clean, |taken| taken.cpu))
            .goal(Goal::RatioAtMost(2.5)),
    );
    report.add(
        Figure::new("build: clean, clock", middle(&ours.clean, |taken| taken.wall / 1e3), "s")
            .against("floor", middle(&floor.clean, |taken| taken.wall / 1e3)),
    );
    report.add(
        Figure::new("build: after one line", middle(&ours.again, |taken| taken.wall / 1e3), "s")
            .against("floor", middle(&floor.again, |taken| taken.wall / 1e3))
            .goal(Goal::AtMost(1.5)),
    );
    Ok(())
}

impl Project {
    fn new(room: &Path, name: &str, dir: PathBuf, edited: &str) -> Self {
        let (edited, target) = (dir.join(edited), room.join(format!("target-{name}")));
        Self { dir, target, edited, clean: Vec::new(), again: Vec::new() }
    }

    /// How many crates are compiled, its own included.
    fn crates(&self) -> Result<f64> {
        let words = ["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
        let said = work::output(&mut work::cargo(&self.dir, &words))?;
        ensure!(said.status.success(), "no tree: {}", work::tail(&said, 10));
        let text = String::from_utf8_lossy(&said.stdout);
        let all: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        #[allow(clippy::cast_precision_loss)]
        Ok(all.len() as f64)
    }

    fn clean(&mut self) -> Result<()> {
        if self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        let fetched = work::output(&mut work::cargo(&self.dir, &["fetch", "--quiet"]))?;
        ensure!(fetched.status.success(), "cannot fetch: {}", work::tail(&fetched, 10));
        let taken = self.build()?;
        self.clean.push(taken);
        Ok(())
    }

    /// Another line at the end of a file, and everything that has to be compiled because of it.
    fn edit(&mut self, round: usize) -> Result<()> {
        let text = fs::read_to_string(&self.edited)
            .with_context(|| format!("cannot read `{}`", self.edited.display()))?;
        fs::write(&self.edited, format!("{text}\npub const EDIT_{round}: usize = {round};\n"))?;
        let taken = self.build();
        fs::write(&self.edited, text)?;
        self.again.push(taken?);
        Ok(())
    }

    fn build(&self) -> Result<Taken> {
        let words = [env!("CARGO"), "build", "--quiet", "--offline", "--bins"].map(OsString::from);
        take(&words, &self.dir, &[("CARGO_TARGET_DIR", &self.target)])
    }
}

/// A project and its one folder of sources.
fn copied(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.join("src"))?;
    for file in ["Cargo.toml", "src/main.rs"] {
        fs::copy(from.join(file), to.join(file))
            .with_context(|| format!("cannot copy `{}`", from.join(file).display()))?;
    }
    Ok(())
}
