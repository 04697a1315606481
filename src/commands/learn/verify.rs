//! `learn verify`: every lesson again, for a pipeline or a teacher.

use anyhow::{Context, Result};
use serde_json::json;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::trial::fresh_seed;
use crate::commands::learn::{Verify, check};
use crate::io::{keep, place, screen};
use crate::judge::report::Report;
use crate::lesson::Lesson;
use crate::trouble::Exit;

/// Checks the lessons that were begun, or all.
pub fn run(catalog: &Catalog, mut course: Course, args: &Verify) -> Result<Exit> {
    let begun = |course: &Course, number: usize, lesson: &Lesson| {
        args.all || place::is_folder(&course.folder(number, lesson))
    };
    let offered = course.offered().into_iter();
    let lessons: Vec<(usize, Lesson)> = offered
        .filter(|(number, lesson)| begun(&course, *number, lesson))
        .map(|(number, lesson)| (number, lesson.clone()))
        .collect();
    let current = course.current().map(|(number, lesson)| (number, lesson.clone()))?;
    let mut reports: Vec<Report> = Vec::new();
    for (number, lesson) in &lessons {
        crate::commands::learn::go::to(catalog, &mut course, *number, lesson)?;
        let report =
            check::of_course(catalog, &mut course, *number, lesson, fresh_seed()?, &mut |_, _| {})?;
        if !args.json {
            let sum = format!("{:<8} {} {}", report.outcome(), report.lesson, report.title);
            screen::out(&sum)?;
        }
        let stopped = report.stopped;
        reports.push(report);
        if stopped {
            break;
        }
    }
    crate::commands::learn::go::to(catalog, &mut course, current.0, &current.1)?;
    if args.json {
        let all: Vec<_> = reports.iter().map(Report::as_json).collect();
        let all = json!({ "stack": course.stack.key(), "reports": all });
        screen::out(&serde_json::to_string_pretty(&all).context("cannot write the reports")?)?;
    }
    if let Some(file) = &args.junit {
        keep::write(&place::absolute(file)?, &crate::judge::junit::of(&reports))?;
    }
    Ok(match () {
        () if reports.iter().any(|report| report.stopped) => Exit::Interrupted,
        () if reports.iter().all(Report::is_pass) => Exit::Done,
        () => Exit::Failure,
    })
}
