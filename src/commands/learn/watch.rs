//! `learn watch`: the lesson is checked whenever it is saved, and keys do the rest.

use std::time::Duration;

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::trial::fresh_seed;
use crate::commands::learn::{check, go, hint, list, show};
use crate::io::keys::{Key, Keys};
use crate::io::place;
use crate::io::screen::{self, Style};
use crate::trouble::Exit;

/// Shows and checks; then waits for a save or a key. Where nobody sits, it checks once.
pub fn run(catalog: &Catalog, mut course: Course, plain: bool) -> Result<Exit> {
    text(&course)?;
    if !Keys::are_there() {
        return once(catalog, &mut course);
    }
    let keys = Keys::new(plain);
    let mut exit = once(catalog, &mut course)?;
    screen::note(KEYS);
    let mut seen = stamp(&course)?;
    loop {
        let key = keys.wait(LOOK);
        if key == Key::None {
            let now = stamp(&course)?;
            if now == seen {
                continue;
            }
            // The editor may still be writing.
            settle(&course, now)?;
            exit = once(catalog, &mut course)?;
            // Saved meanwhile: what counts is what is there now.
            seen = stamp(&course)?;
            screen::note(KEYS);
            continue;
        }
        match key {
            Key::End | Key::Letter('q') => return Ok(exit),
            Key::Letter('c') => exit = once(catalog, &mut course)?,
            Key::Letter('h') => _ = hint::show(catalog, &mut course, None)?,
            Key::Letter('l') => list::table(&course.lessons, &course.stack, &course.progress)?,
            Key::Letter('t') => text(&course)?,
            Key::Letter('n') => next(catalog, &mut course)?,
            _ => {}
        }
        seen = stamp(&course)?;
        screen::note(KEYS);
    }
}

fn text(course: &Course) -> Result<()> {
    let (number, lesson) = course.current()?;
    for line in show::lesson(number, lesson, &course.stack, Style::of_stdout()) {
        screen::out(&line)?;
    }
    screen::out("")
}

fn once(catalog: &Catalog, course: &mut Course) -> Result<Exit> {
    let (number, lesson) = course.current()?;
    let lesson = lesson.clone();
    let report = check::of_course(catalog, course, number, &lesson, fresh_seed()?, &mut |_, _| {})?;
    check::tell(&report, course.next(lesson.id()))?;
    Ok(check::exit(&report))
}

/// The next lesson that was not passed, shown and checked.
fn next(catalog: &Catalog, course: &mut Course) -> Result<()> {
    let (_, current) = course.current()?;
    let Some(id) = course.next(current.id()).map(|next| next.id().to_string()) else {
        screen::note("every lesson is passed");
        return Ok(());
    };
    let (number, lesson) = course.lesson(&id)?;
    let lesson = lesson.clone();
    go::to(catalog, course, number, &lesson)?;
    text(course)?;
    once(catalog, course).map(|_| ())
}

/// Waits until nothing is written any more.
fn settle(course: &Course, mut seen: u64) -> Result<()> {
    for _ in 0..10 {
        crate::io::server::pause();
        crate::io::server::pause();
        let now = stamp(course)?;
        if now == seen {
            break;
        }
        seen = now;
    }
    Ok(())
}

/// Changes with every save. It is looked at again and again, which works over every file system.
fn stamp(course: &Course) -> Result<u64> {
    let (number, lesson) = course.current()?;
    place::stamp(&course.folder(number, lesson))
}

const LOOK: Duration = Duration::from_millis(300);
const KEYS: &str = "\nsave to check again · c check · h hint · t text · n next · l list · q quit";
