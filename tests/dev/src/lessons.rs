//! `cargo dev lessons`: proves each lesson: its start fails, its solution passes, its mutants fail by name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::commands::learn::{Outcome, Subject, Trial, build, fresh_seed, inspector};
use backend_gen::judge::report::Report;
use backend_gen::lesson::course::{self, State};
use backend_gen::lesson::{Lesson, Lessons, change};
use backend_gen::project::Home;
use backend_gen::{Stack, Tree};

use crate::{folder, pairs, work};

/// Which lessons, and on which stacks.
#[derive(clap::Args)]
pub struct Proof {
    /// These alone, such as `W0`.
    #[arg(long = "lesson")]
    lessons: Vec<String>,
    /// Each check so often.
    #[arg(long, default_value_t = 1)]
    flakes: usize,
    /// A set of stacks with every pair of choices.
    #[arg(long)]
    all: bool,
    /// These alone, such as `sqlite-session-rest-memory`.
    #[arg(long = "stack")]
    stacks: Vec<String>,
    /// The project's own tests are left out.
    #[arg(long)]
    quick: bool,
    /// Lessons from another folder.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

/// What came of one state of a lesson on one stack.
struct Cell {
    lesson: String,
    stack: String,
    state: String,
    /// Why it is not as it should be; nothing when it is.
    wrong: Option<String>,
    seconds: f64,
}

/// Proves, and prints the table. A cell that is not offered says why.
pub fn run(proof: &Proof) -> Result<bool> {
    let catalog = work::catalog()?;
    let from = proof.from.clone().unwrap_or_else(|| work::root().join("lessons"));
    let lessons = Lessons::from_dir(&from)?;
    let stacks = stacks(&catalog, &lessons, proof)?;
    let named = |id: &str| {
        proof.lessons.is_empty() || proof.lessons.iter().any(|it| it.eq_ignore_ascii_case(id))
    };
    let chosen: Vec<&Lesson> = lessons.lessons.iter().filter(|it| named(it.id())).collect();
    ensure!(!chosen.is_empty(), "there is no such lesson");
    std::fs::create_dir_all(home().join(".cargo"))?;
    std::fs::write(home().join(".cargo").join("config.toml"), CONFIG)?;
    let mut cells = Vec::new();
    for stack in &stacks {
        for lesson in &chosen {
            if let Some(why) = lesson.refused(stack) {
                println!("-     {:<4} {:<32} not offered: {why}", lesson.id(), stack.key());
                continue;
            }
            let bench = Bench { catalog: &catalog, lessons: &lessons, lesson, stack, proof };
            bench.cells(&mut |cell| {
                show(&cell);
                cells.push(cell);
            });
        }
    }
    let failed = cells.iter().filter(|cell| cell.wrong.is_some()).count();
    println!("{} passed, {failed} failed", cells.len() - failed);
    Ok(failed == 0 && !cells.is_empty())
}

fn show(cell: &Cell) {
    let mark = if cell.wrong.is_none() { "ok  " } else { "FAIL" };
    let Cell { lesson, stack, state, seconds, .. } = cell;
    println!("{mark}  {lesson:<4} {stack:<32} {state:<28} {seconds:>5.1} s");
    if let Some(wrong) = &cell.wrong {
        println!("      {}", wrong.replace('\n', "\n      "));
    }
}

fn stacks(catalog: &Catalog, lessons: &Lessons, proof: &Proof) -> Result<Vec<Stack>> {
    let all = catalog.stacks();
    if proof.all {
        return pairs::cover(catalog);
    }
    if proof.stacks.is_empty() {
        return Ok(vec![backend_gen::commands::learn::usual_stack(catalog, lessons)?]);
    }
    let find = |key: &String| {
        let stack = all.iter().find(|stack| stack.key() == *key).cloned();
        stack.with_context(|| format!("there is no stack `{key}`"))
    };
    proof.stacks.iter().map(find).collect()
}

/// One lesson on one stack.
struct Bench<'a> {
    catalog: &'a Catalog,
    lessons: &'a Lessons,
    lesson: &'a Lesson,
    stack: &'a Stack,
    proof: &'a Proof,
}

impl Bench<'_> {
    /// Each state, told as soon as it is proven.
    fn cells(&self, tell: &mut dyn FnMut(Cell)) {
        let spec = &self.lesson.spec;
        tell(self.cell("start", || self.fails(State::Start, &spec.start.fails)));
        tell(self.cell("solution", || self.passes()));
        for mutant in self.lesson.mistakes(self.stack) {
            let state = State::Mutant(&mutant.name);
            tell(self.cell(&format!("mutant {}", mutant.name), || {
                self.small(state)?;
                self.fails(state, &mutant.fails)
            }));
        }
        for (name, body) in IDLE {
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
    fn fails(&self, state: State<'_>, rule: &str) -> Result<()> {
        let program = self.build(state, "-D warnings")?;
        for _ in 0..self.proof.flakes {
            let report = self.check(Subject::Built(program.clone()))?;
            let failed = report.failure().map(|failure| failure.rule.id.as_str());
            ensure!(failed == Some(rule), "`{rule}` should fail first, but: {}", told(&report));
            let lines = report.failure().map_or(0, |failure| failure.lines().len());
            ensure!(lines <= 14, "the message of `{rule}` has {lines} lines");
        }
        Ok(())
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
        let program = idle(name, body)?;
        let subject = Subject::Foreign { program, words: vec![], folder: home() };
        let report = self.check(subject)?;
        ensure!(!report.is_pass() && !report.is_partial(), "it passes: {}", told(&report));
        Ok(())
    }

    /// A mutant is a small mistake.
    fn small(&self, state: State<'_>) -> Result<()> {
        let size = change::size(&change::diffs(&self.tree(State::Solution)?, &self.tree(state)?));
        ensure!((1..=15).contains(&size), "it changes {size} lines, 1 to 15 are allowed");
        Ok(())
    }

    fn tree(&self, state: State<'_>) -> Result<Tree> {
        let mut project = course::project(self.lesson)?;
        project.home = Home::Isolated;
        course::render(self.catalog, self.lessons, self.lesson, self.stack, state, &project)
    }

    fn folder(&self) -> PathBuf {
        home().join(self.stack.key()).join(self.lesson.slug())
    }

    /// Written where the last state was, as a project of its own, and built beside all stacks.
    fn build(&self, state: State<'_>, flags: &str) -> Result<PathBuf> {
        let folder = self.folder();
        folder::write(&folder, &self.tree(state)?)?;
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
            project: None,
            earlier: vec![],
            only: None,
        };
        trial.run(&mut |_, _| {})
    }
}

/// Where projects of lessons are written. They are built where those of stacks are.
fn home() -> PathBuf {
    work::root().join("target").join("lessons")
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

/// A program without crates that answers every request alike, or none.
fn idle(name: &str, body: &str) -> Result<PathBuf> {
    let folder = home().join("idle");
    let (source, program) = (folder.join(format!("{name}.rs")), folder.join(name));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(&source, IDLE_MAIN.replace("ANSWER", body))?;
    let mut rustc = std::process::Command::new("rustc");
    rustc.args(["--edition", "2024", "-o"]).arg(&program).arg(&source);
    let output = work::output(&mut rustc)?;
    ensure!(output.status.success(), "{name}: {}", work::tail(&output, 20));
    Ok(program)
}

/// Its name, and what it answers.
const IDLE: [(&str, &str); 2] = [
    ("does-nothing", ""),
    (
        "always-200",
        "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
    ),
];

const IDLE_MAIN: &str = r#"
use std::io::{Read, Write};
fn main() {
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        std::thread::spawn(move || {
            let _ = stream.read(&mut [0; 65536]);
            let _ = stream.write_all(b"ANSWER");
        });
    }
}
"#;

const CONFIG: &str = "[build]\ntarget-dir = \"../stacks-build\"\n";
