//! `learn hint`: where to look, then the idea, then code, then what exactly changes.

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::solution;
use crate::io::screen::{self, Style};
use crate::lesson::hint;
use crate::lesson::progress::What;
use crate::trouble::Exit;

/// Shows the next hint of the current lesson, or one again.
pub fn run(catalog: &Catalog, mut course: Course, level: Option<usize>) -> Result<Exit> {
    show(catalog, &mut course, level)
}

/// The same, in a course that goes on.
pub fn show(catalog: &Catalog, course: &mut Course, level: Option<usize>) -> Result<Exit> {
    let (_, lesson) = course.current()?;
    let lesson = lesson.clone();
    let shown = course.progress.of(lesson.id()).hint;
    let level = level.unwrap_or((shown + 1).min(hint::LEVELS));
    let style = Style::of_stdout();
    let head = format!("Hint {level} of {}: {}", hint::LEVELS, hint::kind(level));
    screen::out(&style.bold(&head))?;
    screen::out("")?;
    screen::out(hint::of(&lesson, &course.stack, level).trim())?;
    if level == hint::LEVELS {
        for (path, diff) in solution::changes(catalog, course, &lesson)? {
            screen::out("")?;
            screen::out(&style.bold(&path))?;
            screen::out(diff.trim_end())?;
        }
    }
    if level >= 3 {
        screen::out("")?;
        screen::out("Before you type it: say in one sentence why it is right. Then check.")?;
    }
    if level > shown {
        course.log(lesson.id(), What::Hint { level })?;
    }
    Ok(Exit::Done)
}
