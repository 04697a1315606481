//! `learn list`: every lesson, and how far somebody is. What is not offered says why.

use anyhow::{Context, Result};
use serde_json::json;

use crate::catalog::Catalog;
use crate::commands::learn::check;
use crate::commands::learn::course::Course;
use crate::io::place;
use crate::io::screen::{self, Style};
use crate::lesson::course::{FILE, OWN};
use crate::lesson::progress::Progress;
use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;
use crate::trouble::Exit;

/// Shows the lessons of the course that we stand in, else of the usual stack.
pub fn run(catalog: &Catalog, lessons: Lessons, as_json: bool) -> Result<Exit> {
    let inside = place::above(&place::here()?, &format!("{OWN}/{FILE}"))?;
    let (lessons, stack, progress) = match inside {
        Some(root) => {
            let course = Course::open(catalog, lessons, root)?;
            (course.lessons, course.stack, course.progress)
        }
        None => {
            let stack = check::stack(catalog, &lessons)?;
            (lessons, stack, Progress::default())
        }
    };
    if as_json {
        let all: Vec<_> = lessons.lessons.iter().map(|it| one(it, &stack, &progress)).collect();
        let all = json!({ "stack": stack.key(), "lessons": all });
        screen::out(&serde_json::to_string_pretty(&all).context("cannot write the list")?)?;
        return Ok(Exit::Done);
    }
    table(&lessons, &stack, &progress)?;
    Ok(Exit::Done)
}

fn one(lesson: &Lesson, stack: &Stack, progress: &Progress) -> serde_json::Value {
    let standing = progress.of(lesson.id());
    json!({
        "id": lesson.id(),
        "title": lesson.spec.title,
        "topic": lesson.spec.topic,
        "minutes": lesson.spec.minutes,
        "needs": lesson.spec.needs,
        "not_offered": lesson.refused(stack),
        "passed": standing.passed,
        "checks": standing.checks,
        "hint": standing.hint,
        "given_up": standing.given_up,
    })
}

/// The lessons, one a line.
pub fn table(lessons: &Lessons, stack: &Stack, progress: &Progress) -> Result<()> {
    let style = Style::of_stdout();
    let offered = lessons.offered(stack);
    let current = progress.current().or(offered.first().map(|(_, lesson)| lesson.id()));
    screen::out(&style.bold(&format!("Lessons on {}", stack.key())))?;
    for (number, lesson) in &offered {
        let standing = progress.of(lesson.id());
        let mark = match () {
            () if standing.passed => style.green("passed"),
            () if current == Some(lesson.id()) => style.bold("here  "),
            () if standing.checks > 0 => "begun ".to_string(),
            () => "      ".to_string(),
        };
        let needs = match lesson.spec.needs.as_slice() {
            [] => String::new(),
            needs => style.dim(&format!(", after {}", needs.join(" "))),
        };
        let spec = &lesson.spec;
        screen::out(&format!(
            "{number:>3}  {:<3} {mark}  {} ({} min{needs})",
            spec.id, spec.title, spec.minutes
        ))?;
    }
    let refused = lessons.lessons.iter().filter_map(|it| Some((it, it.refused(stack)?)));
    for (lesson, why) in refused {
        let line = format!("     {:<3} not offered: {why}", lesson.id());
        screen::out(&style.dim(&line))?;
    }
    Ok(())
}
