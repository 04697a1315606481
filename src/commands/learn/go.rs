//! `learn go`: another lesson becomes the current one, from a clean start when it is new.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::show;
use crate::io::disk::Change;
use crate::io::interrupt::Guard;
use crate::io::place::{self, Found};
use crate::io::screen::{self, Style};
use crate::io::{keep, random};
use crate::lesson::Lesson;
use crate::lesson::course::{self, State};
use crate::lesson::progress::What;
use crate::project::Project;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};

/// Goes to a lesson, or to the next that was not passed.
pub fn run(catalog: &Catalog, mut course: Course, id: Option<&str>) -> Result<Exit> {
    let (number, lesson) = match id {
        Some(id) => course.lesson(id)?,
        None => {
            let (_, current) = course.current()?;
            let next = course.next(current.id()).map(|next| next.id().to_string());
            let next = next.ok_or_else(|| {
                Trouble::failure("every lesson is passed").hint("`backend-gen learn list`")
            })?;
            course.lesson(&next)?
        }
    };
    let lesson = lesson.clone();
    to(catalog, &mut course, number, &lesson)?;
    for line in show::lesson(number, &lesson, &course.stack, Style::of_stdout()) {
        screen::out(&line)?;
    }
    Ok(Exit::Done)
}

/// Makes a lesson the current one.
pub fn to(catalog: &Catalog, course: &mut Course, number: usize, lesson: &Lesson) -> Result<()> {
    make(catalog, course, number, lesson)?;
    point(catalog, course, number, lesson)?;
    course.log(lesson.id(), What::Go)
}

/// Writes the project of a lesson at its start, when it is not there yet.
pub fn make(catalog: &Catalog, course: &Course, number: usize, lesson: &Lesson) -> Result<()> {
    let folder = course.folder(number, lesson);
    if place::look(&folder)? != Found::Nothing {
        return Ok(());
    }
    let project = project(catalog, &course.stack, lesson)?;
    let stack = &course.stack;
    let tree = course::render(catalog, &course.lessons, lesson, stack, State::Start, &project)?;
    let guard = Guard::careful();
    let mut change = Change::default();
    change.create(&tree, &folder, |_| (), || guard.stopped())?;
    change.keep();
    point(catalog, course, number, lesson)
}

/// The project of a lesson, with secrets of its own.
pub fn project(catalog: &Catalog, stack: &Stack, lesson: &Lesson) -> Result<Project> {
    let mut project = course::project(lesson)?;
    project.id = format!("{}-{}", project.name, random::tail()?);
    for variable in stack.layers(catalog).iter().flat_map(|layer| &layer.spec.env) {
        if variable.secret {
            project.secrets.insert(variable.name.clone(), random::secret()?);
        }
    }
    Ok(project)
}

/// The workspace with this lesson as its one member.
fn point(catalog: &Catalog, course: &Course, number: usize, lesson: &Lesson) -> Result<()> {
    let current = course::folder(number, lesson);
    let mut others = BTreeSet::new();
    if let Found::Folder(names) = place::look(&course.root)? {
        let numbered = |name: &String| name.starts_with(|c: char| c.is_ascii_digit());
        let is_project = |name: &String| place::is_folder(&course.root.join(name).join("src"));
        others.extend(names.into_iter().filter(numbered).filter(is_project));
    }
    others.remove(&current);
    keep::write(&course.root.join("Cargo.toml"), &course::manifest(&current, &others))?;
    let project = course::project(lesson)?;
    if let Some(lock) = crate::lock::of(catalog, &course.stack.bare(), &project)? {
        keep::write(&course.root.join("Cargo.lock"), &lock)?;
    }
    Ok(())
}
