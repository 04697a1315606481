//! `learn start`: a course folder, its first lesson, and the first build.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::catalog::Catalog;
use crate::commands::learn::build::{self, Outcome};
use crate::commands::learn::course::Course;
use crate::commands::learn::{Start, check, go, probe, show};
use crate::io::disk::Change;
use crate::io::interrupt::Guard;
use crate::io::place::{self, Found};
use crate::io::screen::{self, Style};
use crate::lesson::course::{self, FILE, OWN};
use crate::lesson::{Lesson, Lessons};
use crate::lock;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Makes a course, or takes up one that was interrupted.
pub fn run(
    catalog: &Catalog,
    lessons: Lessons,
    args: &Start,
    said: Vec<(String, String)>,
) -> Result<Exit> {
    let stack = stack(catalog, &lessons, &said)?;
    let root = place::absolute(&args.dir)?;
    match place::look(&root)? {
        Found::Nothing => lay(catalog, &stack, &root)?,
        Found::Folder(_) if place::content(&root.join(OWN).join(FILE))?.is_some() => {
            screen::note(&format!("`{}` is a course already; it goes on", words::shown(&args.dir)));
        }
        _ => bail!(
            Trouble::failure(format!("`{}` is there already", words::shown(&args.dir)))
                .hint("`backend-gen learn start ANOTHER_NAME`")
        ),
    }
    let mut course = begin(catalog, lessons, root)?;
    let (number, lesson) = course.current()?;
    let lesson = lesson.clone();
    let next = format!("`cd {} && backend-gen learn check`", words::shell(&args.dir));
    if args.no_build {
        welcome(&course, number, &lesson)?;
        screen::out(&format!("Next: {next}"))?;
        return Ok(Exit::Done);
    }
    // the crates take a minute or two: there is something to read and to think about meanwhile
    let pending = build::begin(&course.folder(number, &lesson))?;
    welcome(&course, number, &lesson)?;
    probe::predict(&mut course, &lesson)?;
    let crates = lock::crates(catalog, &course.stack.bare())?;
    told(build::end(pending, crates.or(Some(0)))?, &next)
}

/// The usual stack of a course, but for what was said.
pub(super) fn stack(
    catalog: &Catalog,
    lessons: &Lessons,
    said: &[(String, String)],
) -> Result<Stack> {
    let usual = check::stack(catalog, lessons)?;
    let kept = usual.choices().filter(|(axis, _)| said.iter().all(|(other, _)| other != axis));
    let pairs = kept.chain(said.iter().map(|(axis, option)| (axis.as_str(), option.as_str())));
    let stack = Stack::choose(catalog, pairs);
    stack.map_err(|refusal| Trouble::usage(refusal.to_string()).hint(refusal.hint()).into())
}

/// Makes the folder of a course, without a lesson yet.
pub(super) fn lay(catalog: &Catalog, stack: &Stack, root: &Path) -> Result<()> {
    let guard = Guard::careful();
    let mut change = Change::default();
    let tree = course::around(catalog, stack)?;
    change.create(&tree, root, |_| (), || guard.stopped())?;
    change.keep();
    Ok(())
}

/// Opens a course, with the project of its current lesson.
pub(super) fn begin(catalog: &Catalog, lessons: Lessons, root: PathBuf) -> Result<Course> {
    let mut course = Course::open(catalog, lessons, root)?;
    let (number, lesson) = course.current()?;
    let lesson = lesson.clone();
    go::to(catalog, &mut course, number, &lesson)?;
    Ok(course)
}

fn welcome(course: &Course, number: usize, lesson: &Lesson) -> Result<()> {
    let style = Style::of_stdout();
    let lessons = words::count(course.offered().len(), "lesson");
    screen::out(&style.bold(&format!("A course of {lessons} on {}", course.stack.key())))?;
    screen::out("")?;
    for line in show::lesson(number, lesson, &course.stack, style) {
        screen::out(&line)?;
    }
    screen::out("")
}

/// What became of the first build. What is interrupted goes on with the next check.
fn told(outcome: Outcome, next: &str) -> Result<Exit> {
    match outcome {
        Outcome::Program(_) => screen::out(&format!("It is built. Next: {next}"))?,
        Outcome::Stopped => {
            screen::note(&format!("stopped; the build goes on with {next}"));
            return Ok(Exit::Interrupted);
        }
        Outcome::Broken(broken) => {
            for line in &broken.lines {
                screen::note(&screen::plain(line));
            }
            bail!(Trouble::failure(broken.what).hint(broken.hint));
        }
    }
    Ok(Exit::Done)
}
