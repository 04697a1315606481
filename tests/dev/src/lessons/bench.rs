//! One lesson on one stack: its start, its solution, its mutants, and programs that do nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::commands::learn::{Outcome, Subject, Trial, build, fresh_seed, inspector};
use backend_gen::judge::report::Report;
use backend_gen::lesson::course::{self, State};
use backend_gen::lesson::spec::Mutant;
use backend_gen::lesson::{Lesson, Lessons, change};
use backend_gen::project::Home;
use backend_gen::{Stack, Tree};

use super::{Cell, Proof, home, idle};
use crate::{folder, work};

/// One lesson on one stack.
pub struct Bench<'a> {
    pub catalog: &'a Catalog,
    pub lessons: &'a Lessons,
    pub lesson: &'a Lesson,
    pub stack: &'a Stack,
    pub proof: &'a Proof,
}

impl Bench<'_> {
    /// Each state, told as soon as it is proven.
    pub fn cells(&self, tell: &mut dyn FnMut(Cell)) {
        let spec = &self.lesson.spec;
        // Files from before are older than what another stack has left in the folder for builds.
        let _ = std::fs::remove_dir_all(self.folder());
        tell(self.cell("start", || self.fails(State::Start, &spec.start.fails).map(drop)));
        tell(self.cell("solution", || self.passes()));
        for mutant in self.lesson.mistakes(self.stack) {
            let state = State::Mutant(&mutant.name);
            tell(self.cell(&format!("mutant {}", mutant.name), || {
                self.small(state)?;
                recognised(mutant, &self.fails(state, &mutant.fails)?)
            }));
        }
        if self.lessons.lessons.first().is_some_and(|first| first.id() == self.lesson.id()) {
            tell(self.cell("breaks something else", || self.wrecked()));
        }
        for (name, body) in idle::ANSWERS {
            tell(self.cell(name, || self.idle(name, body)));
        }
    }

    fn cell(&self, state: &str, prove: impl FnOnce() -> Result<()>) -> Cell {
        let began = Instant::now();
        let wrong = prove().err().map(|error| format!("{error:#}"));
        Cell {
            lesson: self.lesson.id().to_string(),
            stack: self.stack.key(),
            state: state.to_string(),
            wrong,
            seconds: began.elapsed().as_secs_f64(),
        }
    }

    /// It builds without a warning, and the named rule is the first that fails, every time.
    fn fails(&self, state: State<'_>, rule: &str) -> Result<Vec<Report>> {
        let program = self.build(state, "-D warnings")?;
        let mut reports = Vec::new();
        for _ in 0..self.proof.flakes {
            let report = self.check(Subject::Built(program.clone()))?;
            let failed = report.failure().map(|failure| failure.rule.id.as_str());
            ensure!(failed == Some(rule), "`{rule}` should fail first, but: {}", told(&report));
            let lines = report.failure().map_or(0, |failure| failure.lines().len());
            ensure!(lines <= 14, "the message of `{rule}` has {lines} lines");
            reports.push(report);
        }
        Ok(reports)
    }

    /// All rules hold, every time, and the project's own tests pass.
    fn passes(&self) -> Result<()> {
        let program = self.build(State::Solution, "-D warnings")?;
        for _ in 0..self.proof.flakes {
            let report = self.check(Subject::Built(program.clone()))?;
            ensure!(report.is_pass(), "the solution should pass, but: {}", told(&report));
        }
        if self.proof.quick {
            return Ok(());
        }
        let mut cargo = work::cargo(&self.folder(), &["test", "--quiet"]);
        for server in crate::servers::of(self.catalog, self.stack) {
            cargo.env(server.variable, server.url);
        }
        let output = work::output(&mut cargo)?;
        ensure!(output.status.success(), "its own tests: {}", work::tail(&output, 30));
        Ok(())
    }

    /// A backend that does nothing, or the same to everything, passes no lesson.
    fn idle(&self, name: &str, body: &str) -> Result<()> {
        let program = idle::program(name, body)?;
        let subject = Subject::Foreign { program, words: vec![], folder: home() };
        let report = self.check(subject)?;
        ensure!(!report.is_pass() && !report.is_partial(), "it passes: {}", told(&report));
        Ok(())
    }

    /// The solution does not pass when what it does not speak of is broken.
    fn wrecked(&self) -> Result<()> {
        let mut tree = self.tree(State::Solution)?;
        let file = tree.get_mut(Path::new(WRECK.0)).context("the solution has no tasks")?;
        let text = String::from_utf8(file.clone())?;
        ensure!(text.contains(WRECK.1), "`{}` has no `{}`", WRECK.0, WRECK.1);
        *file = text.replace(WRECK.1, WRECK.2).into_bytes();
        let program = self.make(&tree, "-D warnings")?;
        let report = self.check(Subject::Built(program))?;
        let kind = report.broken.as_ref().map(|broken| broken.kind);
        ensure!(kind == Some("regression"), "the check should miss tasks, but: {}", told(&report));
        Ok(())
    }

    /// A mutant is a small mistake.
    fn small(&self, state: State<'_>) -> Result<()> {
        let size = change::size(&change::diffs(&self.tree(State::Solution)?, &self.tree(state)?));
        ensure!((1..=15).contains(&size), "it changes {size} lines, 1 to 15 are allowed");
        Ok(())
    }

    /// What a learner's project can be.
    pub fn states(&self) -> Vec<State<'_>> {
        let mistakes = self.lesson.mistakes(self.stack).into_iter();
        let mistakes = mistakes.map(|mutant| State::Mutant(&mutant.name));
        [State::Start, State::Solution].into_iter().chain(mistakes).collect()
    }

    pub fn tree(&self, state: State<'_>) -> Result<Tree> {
        let mut project = course::project(self.lesson)?;
        project.home = Home::Isolated;
        course::render(self.catalog, self.lessons, self.lesson, self.stack, state, &project)
    }

    fn folder(&self) -> PathBuf {
        home().join(self.stack.key()).join(self.lesson.slug())
    }

    /// Written where the last state was, as a project of its own, and built beside all stacks.
    fn build(&self, state: State<'_>, flags: &str) -> Result<PathBuf> {
        self.make(&self.tree(state)?, flags)
    }

    fn make(&self, tree: &Tree, flags: &str) -> Result<PathBuf> {
        let folder = self.folder();
        folder::write(&folder, tree)?;
        let mut lint =
            work::cargo(&folder, &["clippy", "--quiet", "--locked", "--all-targets", "--"]);
        lint.args(flags.split(' '));
        if !self.proof.quick {
            let output = work::output(&mut lint)?;
            ensure!(output.status.success(), "clippy: {}", work::tail(&output, 30));
        }
        match build(&folder, None)? {
            Outcome::Program(program) => {
                // the next state is built over it
                let copy = home().join(format!("{}-{}", self.stack.key(), self.lesson.slug()));
                std::fs::copy(&program, &copy)?;
                Ok(copy)
            }
            Outcome::Broken(broken) => bail!("it does not build: {}", broken.lines.join("\n")),
            Outcome::Stopped => bail!("stopped"),
        }
    }

    fn check(&self, subject: Subject) -> Result<Report> {
        let probes = self.lesson.probes(self.stack);
        let project = self.folder();
        let ours = matches!(subject, Subject::Built(_));
        let folder = home().join(self.stack.key());
        let inspector = inspector::of(
            self.catalog,
            self.lessons,
            self.stack,
            &probes,
            &folder.join("inspector"),
        )?;
        let trial = Trial {
            catalog: self.catalog,
            stack: self.stack,
            lessons: self.lessons,
            lesson: self.lesson,
            subject,
            inspector,
            servers: crate::servers::of(self.catalog, self.stack)
                .into_iter()
                .map(|server| (server.variable, server.url))
                .collect(),
            seed: fresh_seed()?,
            project: ours.then_some(project.as_path()),
            earlier: vec![],
            only: None,
        };
        trial.run(&mut |_, _| {})
    }
}

/// A file that each backend has, a part of it, and what makes it wrong.
const WRECK: (&str, &str, &str) =
    ("src/tasks/mod.rs", "Self::Todo => \"todo\"", "Self::Todo => \"to do\"");

/// A mistake that says how it shows is told by its name, and no other is.
fn recognised(mutant: &Mutant, reports: &[Report]) -> Result<()> {
    let own = mutant.looks.is_some() || mutant.at.is_some();
    for failure in reports.iter().filter_map(Report::failure) {
        let told = failure.looks_like().map(|it| it.name.as_str());
        let wanted = own.then_some(mutant.name.as_str());
        ensure!(told == wanted, "it is taken for {told:?}: {}", failure.lines().join("\n"));
    }
    Ok(())
}

/// What a report says, in a few lines.
fn told(report: &Report) -> String {
    if let Some(broken) = &report.broken {
        return format!("{}: {}\n{}", broken.kind, broken.what, broken.lines.join("\n"));
    }
    match report.failure() {
        Some(failure) => failure.lines().join("\n"),
        None => {
            let rules = report.rules.iter();
            let rules: BTreeMap<_, _> = rules.map(|(rule, it)| (&rule.id, it.word())).collect();
            format!("{rules:?}")
        }
    }
}
