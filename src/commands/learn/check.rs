//! `learn check`: builds the lesson, tries it rule by rule, and says what came of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::catalog::Catalog;
use crate::commands::learn::build::{Outcome, build};
use crate::commands::learn::course::Course;
use crate::commands::learn::trace::Trace;
use crate::commands::learn::trial::{Done, Subject, Trial, fresh_seed};
use crate::commands::learn::{Check, go, inspector, show};
use crate::io::screen::{self, Style};
use crate::io::{place, probe};
use crate::judge::report::Report;
use crate::lesson::Lesson;
use crate::lesson::Lessons;
use crate::lesson::make::Seed;
use crate::lesson::progress::What;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};

/// Checks the current lesson of a course, or another one.
pub fn run(catalog: &Catalog, mut course: Course, args: &Check) -> Result<Exit> {
    let seed = seed(args.seed.as_deref())?;
    let (number, lesson) = course.meant(args.lesson.as_deref())?;
    let (number, lesson) = (number, lesson.clone());
    let mut trace = Trace::new();
    let mut tell = |rule: &str, done: &Done| trace.add(rule, done);
    let report = of_course(catalog, &mut course, number, &lesson, seed, &mut tell)?;
    end(&report, args, &trace, course.next(lesson.id()))
}

/// Says what came of it.
fn end(report: &Report, args: &Check, trace: &Trace, next: Option<&Lesson>) -> Result<Exit> {
    if let Some(file) = &args.trace {
        trace.write(report, file)?;
    }
    if args.json {
        let text = serde_json::to_string_pretty(&report.as_json());
        screen::out(&text.context("cannot write the report")?)?;
    } else {
        tell(report, next)?;
    }
    Ok(exit(report))
}

/// Checks a lesson of a course, and writes it into the log. Each step that was done is told.
pub fn of_course(
    catalog: &Catalog,
    course: &mut Course,
    number: usize,
    lesson: &Lesson,
    seed: Seed,
    told: &mut dyn FnMut(&str, &Done),
) -> Result<Report> {
    let project = course.folder(number, lesson);
    if !place::is_folder(&project) {
        go::make(catalog, course, number, lesson)?;
    }
    let stack = course.stack.clone();
    let mut trial = Trial {
        catalog,
        stack: &stack,
        lessons: &course.lessons.clone(),
        lesson,
        subject: Subject::Built(PathBuf::new()),
        inspector: None,
        servers: inspector::servers(catalog, &stack, Some(&project))?,
        seed,
        project: Some(&project),
        earlier: course.earlier(lesson),
        only: None,
    };
    let report = match build(&project, None)? {
        Outcome::Program(program) => {
            trial.subject = Subject::Built(program);
            trial.inspector = inspector::of_course(catalog, course, lesson)?;
            trial.run(told)?
        }
        Outcome::Broken(broken) => Report { broken: Some(broken), ..trial.empty() },
        Outcome::Stopped => Report { stopped: true, ..trial.empty() },
    };
    if !report.stopped {
        course.log(lesson.id(), event(&report))?;
    }
    Ok(report)
}

/// Judges any program that speaks the lesson's HTTP.
pub fn foreign(catalog: &Catalog, lessons: &Lessons, args: &Check) -> Result<Exit> {
    let id = args.lesson.as_deref();
    let id = id.ok_or_else(|| {
        Trouble::usage("a program of your own needs the name of a lesson")
            .hint("`backend-gen learn check --lesson W0 -- node server.js`")
    })?;
    let lesson = lessons.find(id);
    let lesson = lesson.ok_or_else(|| {
        Trouble::usage(format!("there is no lesson `{id}`")).hint("`backend-gen learn list`")
    })?;
    let stack = stack(catalog, lessons)?;
    let folder = place::here()?;
    let name = Path::new(&args.program[0]);
    let program = probe::find(name.to_string_lossy().as_ref()).unwrap_or_else(|| folder.join(name));
    let subject = Subject::Foreign { program, words: args.program[1..].to_vec(), folder };
    let trial = Trial {
        catalog,
        stack: &stack,
        lessons,
        lesson,
        subject,
        inspector: None,
        servers: inspector::servers(catalog, &stack, None)?,
        seed: seed(args.seed.as_deref())?,
        project: None,
        earlier: vec![],
        only: None,
    };
    let mut trace = Trace::new();
    let report = trial.run(&mut |rule, done| trace.add(rule, done))?;
    end(&report, args, &trace, None)
}

/// The stack that a course has when nobody says anything.
pub fn stack(catalog: &Catalog, lessons: &Lessons) -> Result<Stack> {
    let said = lessons.usual.iter().map(|(axis, option)| (axis.as_str(), option.as_str()));
    Ok(Stack::choose(catalog, said)?)
}

/// The report, for a person.
pub fn tell(report: &Report, next: Option<&Lesson>) -> Result<()> {
    for line in show::report(report, next, Style::of_stdout()) {
        screen::out(&line)?;
    }
    Ok(())
}

/// How the program ends after a report.
pub fn exit(report: &Report) -> Exit {
    match () {
        () if report.stopped => Exit::Interrupted,
        () if report.is_pass() || report.is_partial() => Exit::Done,
        () => Exit::Failure,
    }
}

/// A seed as it was typed, or a fresh one.
pub fn seed(said: Option<&str>) -> Result<Seed> {
    match said {
        None => fresh_seed(),
        Some(text) => Seed::parse(text).ok_or_else(|| {
            Trouble::usage(format!("`{text}` is no seed"))
                .hint("a seed stands behind a failed rule, such as `7f31c0de`")
                .into()
        }),
    }
}

fn event(report: &Report) -> What {
    if let Some(broken) = &report.broken {
        return What::Broken { why: broken.kind.to_string() };
    }
    What::Check {
        rule: match report.is_pass() {
            true => None,
            false => Some(report.failure().map_or("not-checked".into(), |it| it.rule.id.clone())),
        },
        passed: report.passed(),
        of: report.rules.len(),
        seed: report.seed.to_string(),
        ms: report.ms,
    }
}
