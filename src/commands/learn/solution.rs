//! `learn solution`: what makes the rules hold, and why this way. Sealed until the check passes.

use anyhow::{Result, bail};

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::io::screen::{self, Style};
use crate::lesson::course::{self, State};
use crate::lesson::progress::What;
use crate::lesson::{Lesson, change};
use crate::trouble::{Exit, Trouble};

/// Shows how the start becomes the solution.
pub fn run(catalog: &Catalog, mut course: Course, give_up: bool) -> Result<Exit> {
    let (_, lesson) = course.current()?;
    let lesson = lesson.clone();
    let open = course.progress.of(lesson.id()).is_open();
    if !open && !give_up {
        let what = format!("the solution of `{}` is sealed until the check passes", lesson.id());
        bail!(Trouble::failure(what).hint("`backend-gen learn hint`, or `--give-up`"));
    }
    let style = Style::of_stdout();
    screen::out(&style.bold(&format!("{} {}: the solution", lesson.id(), lesson.spec.title)))?;
    for (path, diff) in changes(catalog, &course, &lesson)? {
        screen::out("")?;
        screen::out(&style.bold(&path))?;
        screen::out(diff.trim_end())?;
    }
    screen::out("")?;
    screen::out(lesson.why_on(&course.stack).trim())?;
    if !open {
        course.log(lesson.id(), What::Solution { given_up: true })?;
    }
    Ok(Exit::Done)
}

/// How the start becomes the solution, file by file.
pub fn changes(
    catalog: &Catalog,
    course: &Course,
    lesson: &Lesson,
) -> Result<Vec<(String, String)>> {
    let project = course::project(lesson)?;
    let (lessons, stack) = (&course.lessons, &course.stack);
    let render = |state| course::render(catalog, lessons, lesson, stack, state, &project);
    Ok(change::diffs(&render(State::Start)?, &render(State::Solution)?))
}
