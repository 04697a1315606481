//! One trial of a lesson: a backend is started, probed rule by rule, and ended.

mod fault;
mod ground;
mod pipeline;
mod probe;
mod ship;
mod sink;
mod smoke;
mod step;
mod world;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use crate::catalog::Catalog;
use crate::io::interrupt::Guard;
use crate::io::{place, random};
use crate::judge::message::{Failure, line_of};
use crate::judge::report::{Broken, Report, Verdict};
use crate::judge::{self, Wrong};
use crate::lesson::make::Seed;
use crate::lesson::probe::{Probe, Probes};
use crate::lesson::spec::{Rule, Variables};
use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;
use ground::Ground;
pub use ground::Subject;
pub use step::Done;
use world::World;

/// What is tried, and on which lesson.
pub struct Trial<'a> {
    pub catalog: &'a Catalog,
    pub stack: &'a Stack,
    pub lessons: &'a Lessons,
    pub lesson: &'a Lesson,
    pub subject: Subject,
    /// The program that reads the database, when one is there.
    pub inspector: Option<PathBuf>,
    /// Where the servers of the stack are, by variable.
    pub servers: Variables,
    pub seed: Seed,
    /// The learner's project, when there is one.
    pub project: Option<&'a Path>,
    /// Lessons that were passed before.
    pub earlier: Vec<String>,
    /// This rule alone.
    pub only: Option<&'a str>,
}

/// A seed that nobody knows before.
pub fn fresh_seed() -> Result<Seed> {
    Ok(Seed::parse(&random::tail()?).unwrap_or(Seed(1)))
}

/// What a rule came to.
enum Ruled {
    Holds,
    Wrong(Box<(Done, Wrong, Option<String>)>),
    Blind(String),
    Broken(Broken),
}

impl Trial<'_> {
    /// Tries every rule, up to the first that fails. Each step that was done is told to `tell`.
    pub fn run(&self, tell: &mut dyn FnMut(&str, &Done)) -> Result<Report> {
        let guard = Guard::careful();
        let began = Instant::now();
        let probes = self.lesson.probes(self.stack);
        let ground = Ground {
            catalog: self.catalog,
            stack: self.stack,
            subject: &self.subject,
            seed: self.seed,
            inspector: self.inspector.as_deref(),
            queries: &self.lessons.queries,
            servers: &self.servers,
            project: self.project,
            faults: probes.has_faults(),
        };
        let mut report = self.empty();
        let mut shared: Option<World<'_>> = None;
        for index in 0..report.rules.len() {
            let rule = report.rules[index].0.clone();
            if self.only.is_some_and(|only| !rule.id.eq_ignore_ascii_case(only)) {
                continue;
            }
            match self.rule(&ground, &rule, &probes, &mut shared, &guard, tell)? {
                _ if guard.stopped() => break,
                Ruled::Holds => report.rules[index].1 = Verdict::Holds,
                Ruled::Blind(why) => report.rules[index].1 = Verdict::NotChecked(why),
                Ruled::Broken(broken) => {
                    report.broken = Some(broken);
                    break;
                }
                Ruled::Wrong(wrong) => {
                    let (done, wrong, note) = *wrong;
                    let failure = self.failure(&rule, done, wrong, note, report.passed())?;
                    report.rules[index].1 = Verdict::Fails(Box::new(failure));
                    break;
                }
            }
        }
        drop(shared);
        let holds = report.is_pass() || report.is_partial();
        if holds && ground.is_ours() && self.only.is_none() && !guard.stopped() {
            report.broken = smoke::run(&ground, &probes, &guard)?;
        }
        report.stopped = guard.stopped();
        report.ms = began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        Ok(report)
    }

    /// A report in which nothing was judged yet.
    pub fn empty(&self) -> Report {
        let rules = self.lesson.rules(self.stack);
        Report {
            lesson: self.lesson.id().to_string(),
            title: self.lesson.spec.title.clone(),
            seed: self.seed,
            rules: rules.into_iter().map(|it| (it.clone(), Verdict::NotRun)).collect(),
            broken: None,
            stopped: false,
            ms: 0,
        }
    }

    fn rule<'a>(
        &self,
        ground: &'a Ground<'a>,
        rule: &Rule,
        probes: &Probes,
        shared: &mut Option<World<'a>>,
        guard: &Guard,
        tell: &mut dyn FnMut(&str, &Done),
    ) -> Result<Ruled> {
        let mine: Vec<&Probe> = probes.probe.iter().filter(|it| it.rule == rule.id).collect();
        if mine.is_empty() {
            return Ok(Ruled::Blind("nothing probes it on this stack".to_string()));
        }
        for probe in mine {
            let mut own = None;
            let world = if probe.is_alone() { &mut own } else { &mut *shared };
            if world.is_none() {
                let mut known = ground.known(probes)?;
                let sinks = sink::open(&probes.sinks, &mut known)?;
                let mut env = probes.env.clone();
                env.extend(probe.env.clone());
                let mut made = World::new(ground, &judge::variables(&env, &known))?;
                made.known = known;
                made.sinks = sinks;
                if let Err(broken) = probe::furnish(&mut made, probes, guard)? {
                    return Ok(Ruled::Broken(broken));
                }
                *world = Some(made);
            }
            let Some(world) = world else { continue };
            match probe::walk(world, rule, probe, guard, tell)? {
                Ruled::Holds => {}
                other => return Ok(other),
            }
        }
        Ok(Ruled::Holds)
    }

    fn failure(
        &self,
        rule: &Rule,
        done: Done,
        wrong: Wrong,
        note: Option<String>,
        passed: usize,
    ) -> Result<Failure> {
        let (file, item) = rule.file_and_item();
        let text = self.project.map(|project| place::content(&project.join(file))).transpose()?;
        let text = text.flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Failure {
            rule: rule.clone(),
            sent: done.sent,
            note,
            wrong,
            line: text.zip(item).and_then(|(text, item)| line_of(&text, item)),
            seed: self.seed,
            passed,
            of: self.lesson.rules(self.stack).len(),
            known: self.lesson.mistakes(self.stack).into_iter().cloned().collect(),
            earlier: self.earlier.clone(),
        })
    }
}
