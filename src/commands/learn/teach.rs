//! For teachers and for those who want to be read: `plan`, `card`, `export`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::{Export, Plan, check};
use crate::io::{place, screen};
use crate::lesson::card::{self, Card};
use crate::lesson::course::{FILE, OWN};
use crate::lesson::{Lesson, Lessons, plan};
use crate::trouble::{Exit, Trouble};
use crate::words;

/// A day of lessons: a track, or the course from where it stands.
pub fn plan(catalog: &Catalog, lessons: Lessons, args: &Plan) -> Result<Exit> {
    // in a course for its stack, elsewhere for the usual one
    let stack = match Course::find(catalog, lessons.clone()) {
        Ok(course) => course.stack,
        Err(_) => check::stack(catalog, &lessons)?,
    };
    let ids: Vec<String> = match &args.track {
        None => lessons.offered(&stack).iter().map(|(_, it)| it.id().to_string()).collect(),
        Some(id) => {
            let track = lessons.tracks.iter().find(|track| track.id == *id);
            let known: Vec<&str> = lessons.tracks.iter().map(|track| track.id.as_str()).collect();
            let track = track.ok_or_else(|| {
                Trouble::usage(format!("there is no track `{id}`"))
                    .hint(format!("there is {}", words::and_list(&known)))
            })?;
            track.lessons.clone()
        }
    };
    let chosen = ids.iter().filter_map(|id| lessons.find(id));
    let chosen: Vec<&Lesson> = chosen.filter(|it| it.refused(&stack).is_none()).collect();
    let (rows, left) = plan::day(&chosen, args.minutes.min(plan::MOST));
    for row in &rows {
        screen::out(&format!("{} - {}  {}", clock(row.from), clock(row.to), row.what))?;
    }
    for lesson in left {
        screen::out(&format!(
            "               does not fit: {} {}",
            lesson.id(),
            lesson.spec.title
        ))?;
    }
    Ok(Exit::Done)
}

/// From nine o'clock.
fn clock(minutes: u32) -> String {
    let minutes = 9 * 60 + minutes;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The line to paste.
pub fn card(course: &Course, name: Option<&str>) -> Result<Exit> {
    screen::out(&of(course, name).line())?;
    Ok(Exit::Done)
}

fn of(course: &Course, name: Option<&str>) -> Card {
    let folder = course.root.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.map(str::to_string).or(folder).unwrap_or_default();
    let offered: Vec<&Lesson> = course.offered().into_iter().map(|(_, lesson)| lesson).collect();
    Card::of(&name, &course.stack.key(), &offered, &course.progress)
}

/// Cards, and folders of courses, as a table or as JSON.
pub fn export(catalog: &Catalog, lessons: &Lessons, args: &Export) -> Result<Exit> {
    let mut cards = Vec::new();
    for source in &args.from {
        match Path::new(source) {
            path if place::is_folder(path) => cards.extend(folder(catalog, lessons, path)?),
            path => match Card::read(source) {
                Some(card) => cards.push(card),
                None => cards.extend(file(path)?),
            },
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&json!({ "cards": cards }));
        screen::out(&text.context("cannot write the cards")?)?;
    } else {
        screen::out(card::csv(&cards).trim_end())?;
    }
    Ok(Exit::Done)
}

/// A course, or a folder of courses.
fn folder(catalog: &Catalog, lessons: &Lessons, path: &Path) -> Result<Vec<Card>> {
    let is_course =
        |path: &Path| -> Result<bool> { Ok(place::content(&path.join(OWN).join(FILE))?.is_some()) };
    let mut found: Vec<PathBuf> = Vec::new();
    if is_course(path)? {
        found.push(path.to_path_buf());
    } else if let place::Found::Folder(names) = place::look(path)? {
        for name in names {
            if is_course(&path.join(&name))? {
                found.push(path.join(name));
            }
        }
    }
    let card = |root: PathBuf| {
        Ok(of(&Course::open(catalog, lessons.clone(), place::absolute(&root)?)?, None))
    };
    found.into_iter().map(card).collect()
}

/// A file with one card a line.
fn file(path: &Path) -> Result<Vec<Card>> {
    let text = place::content(path)?;
    let Some(text) = text else {
        let what = format!("`{}` is no card, no file and no folder", words::shown(path));
        bail!(Trouble::usage(what).hint("a card is what `backend-gen learn card` prints"));
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |(at, line): (usize, &str)| {
        let what = format!("`{}`, line {}: this is no whole card", words::shown(path), at + 1);
        Card::read(line).ok_or_else(|| {
            Trouble::failure(what).hint("ask for it again: `backend-gen learn card`").into()
        })
    };
    lines.map(read).collect()
}
