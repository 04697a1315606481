//! `learn reset`: the lesson as it began. What was there is kept, and can be taken back.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::go;
use crate::io::place::{self, Found};
use crate::io::{ask, keep, screen, server};
use crate::lesson::course::{self, OWN};
use crate::lesson::progress::What;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Puts the current lesson back to its start.
pub fn run(catalog: &Catalog, mut course: Course, yes: bool) -> Result<Exit> {
    let (number, lesson) = course.current()?;
    let lesson = lesson.clone();
    let folder = course.folder(number, &lesson);
    let shown = course::folder(number, &lesson);
    if !yes {
        if !ask::somebody_is_there() {
            let what = format!("a reset of `{shown}` must be confirmed");
            bail!(Trouble::usage(what).hint("`backend-gen learn reset --yes`"));
        }
        if !ask::confirm(&format!("Put `{shown}` back to its start? Your files are kept aside"))? {
            return Ok(Exit::Done);
        }
    }
    if place::look(&folder)? != Found::Nothing {
        let aside = free(&backups(&course), &shown)?;
        keep::make_folder(&backups(&course))?;
        server::place(&folder, &aside)?;
    }
    go::make(catalog, &course, number, &lesson)?;
    course.log(lesson.id(), What::Reset)?;
    screen::out(&format!(
        "`{shown}` is as it began; `backend-gen learn undo-reset` takes it back"
    ))?;
    Ok(Exit::Done)
}

/// Brings back what the last reset has put aside.
pub fn undo(course: Course) -> Result<Exit> {
    let (number, lesson) = course.current()?;
    let folder = course.folder(number, lesson);
    let shown = course::folder(number, lesson);
    let last = last(&backups(&course), &shown)?.ok_or_else(|| {
        Trouble::failure(format!("nothing of `{shown}` was put aside"))
            .hint("only a `backend-gen learn reset` can be taken back")
    })?;
    let held = backups(&course).join(format!("{shown}.undone"));
    server::remove(&held)?;
    if place::look(&folder)? != Found::Nothing {
        server::place(&folder, &held)?;
    }
    server::place(&last, &folder)?;
    screen::out(&format!("`{}` is as it was before the reset", words::shown(Path::new(&shown))))?;
    Ok(Exit::Done)
}

fn backups(course: &Course) -> PathBuf {
    course.root.join(OWN).join("aside")
}

/// `01-first-green.1`, `.2`, …: the first that is free.
fn free(backups: &Path, name: &str) -> Result<PathBuf> {
    let mut number = 1;
    loop {
        let path = backups.join(format!("{name}.{number}"));
        if place::look(&path)? == Found::Nothing {
            return Ok(path);
        }
        number += 1;
    }
}

fn last(backups: &Path, name: &str) -> Result<Option<PathBuf>> {
    let Found::Folder(names) = place::look(backups)? else { return Ok(None) };
    let numbers = names.iter().filter_map(|it| {
        let number: u32 = it.strip_prefix(name)?.strip_prefix('.')?.parse().ok()?;
        Some(number)
    });
    Ok(numbers.max().map(|number| backups.join(format!("{name}.{number}"))))
}
