//! The inspector: a program beside the lessons that reads their database, with the drivers that
//! the stack has anyway.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::catalog::Catalog;
use crate::check::setting;
use crate::commands::learn::build::{Outcome, build};
use crate::commands::learn::course::Course;
use crate::io::disk::Change;
use crate::io::place::{self, Found};
use crate::io::{keep, process};
use crate::lesson::course::OWN;
use crate::lesson::probe::Probes;
use crate::lesson::spec::Variables;
use crate::lesson::{Lesson, Lessons, course};
use crate::stack::Stack;
use crate::trouble::Trouble;

/// The variable that says where the database is.
pub const DATABASE: &str = "DATABASE_URL";

/// The inspector of a course, when a lesson needs it.
pub fn of_course(catalog: &Catalog, course: &Course, lesson: &Lesson) -> Result<Option<PathBuf>> {
    let probes = lesson.probes(&course.stack);
    let folder = course.root.join(OWN).join("inspector");
    of(catalog, &course.lessons, &course.stack, &probes, &folder)
}

/// Where the servers of a stack are: as the project's `.env` says, else as usual.
pub fn servers(catalog: &Catalog, stack: &Stack, project: Option<&Path>) -> Result<Variables> {
    let file = project.map(|project| place::content(&project.join(".env"))).transpose()?;
    let file = file.flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let file = file.unwrap_or_default();
    let options = stack.options(catalog).into_iter().filter(|(_, option)| option.spec.server);
    let servers = options.filter_map(|(_, option)| {
        let variable = option.spec.env.iter().find(|it| it.name.ends_with("_URL"))?;
        let said = process::variable(&variable.name).filter(|url| !url.is_empty());
        let said = said.or_else(|| setting(&file, &variable.name).map(str::to_string));
        Some((variable.name.clone(), said.unwrap_or_else(|| variable.default.clone())))
    });
    Ok(servers.collect())
}

/// The built inspector, when the probes of a lesson ask for the database.
pub fn of(
    catalog: &Catalog,
    lessons: &Lessons,
    stack: &Stack,
    probes: &Probes,
    folder: &Path,
) -> Result<Option<PathBuf>> {
    let server = servers(catalog, stack, None)?.contains_key(DATABASE);
    let wanted = server || probes.reads_the_database();
    let Some(inspector) = lessons.inspector.as_ref().filter(|_| wanted) else { return Ok(None) };
    let Some(tree) = course::inspector(catalog, inspector, stack)? else { return Ok(None) };
    match place::look(folder)? {
        Found::Nothing => {
            if let Some(above) = folder.parent() {
                keep::make_folder(above)?;
            }
            let mut change = Change::default();
            change.create(&tree, folder, |_| (), || false)?;
            change.keep();
        }
        // Another version of this program may have made it.
        _ => {
            for (path, bytes) in &tree {
                if place::content(&folder.join(path))?.as_deref() != Some(bytes.as_slice()) {
                    keep::write(&folder.join(path), &String::from_utf8_lossy(bytes))?;
                }
            }
        }
    }
    match build(folder, None)? {
        Outcome::Program(program) => Ok(Some(program)),
        Outcome::Stopped => Ok(None),
        Outcome::Broken(broken) => {
            let lines = broken.lines.join("\n");
            Err(Trouble::failure(format!("the inspector does not build\n{lines}"))
                .hint(broken.hint)
                .into())
        }
    }
}
