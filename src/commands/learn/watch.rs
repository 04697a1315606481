//! `learn watch`: the lesson is checked whenever it is saved, and keys do the rest.

use std::time::Duration;

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::learn::course::Course;
use crate::commands::learn::trial::fresh_seed;
use crate::commands::learn::{check, go, hint, list, show};
use crate::io::interrupt::{self, Guard};
use crate::io::keys::{Key, Keys};
use crate::io::lookout::Lookout;
use crate::io::place;
use crate::io::screen::{self, Style};
use crate::trouble::Exit;

/// Shows and checks; then waits for a save or a key. Where nobody sits, it checks once.
pub fn run(catalog: &Catalog, mut course: Course, plain: bool) -> Result<Exit> {
    text(&course)?;
    if !Keys::are_there() {
        return once(catalog, &mut course).map(|(exit, _)| exit);
    }
    let keys = Keys::new(plain);
    let mut exit = once(catalog, &mut course)?;
    screen::note(KEYS);
    loop {
        match keys.wait(LOOK) {
            Key::None if stamp(&course)? == exit.1 => continue,
            Key::None => {
                // The editor may still be writing.
                settle(&course)?;
                exit = once(catalog, &mut course)?;
            }
            Key::End | Key::Letter('q') => return Ok(exit.0),
            Key::Letter('c') => exit = once(catalog, &mut course)?,
            Key::Letter('h') => _ = hint::show(catalog, &mut course, None)?,
            Key::Letter('l') => list::table(&course.lessons, &course.stack, &course.progress)?,
            Key::Letter('t') => text(&course)?,
            Key::Letter('n') => exit = next(catalog, &mut course)?.unwrap_or(exit),
            Key::Letter(_) => {}
        }
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

/// A check, and the stamp of what it judged. Who saves meanwhile makes it useless: it ends there,
/// and begins anew.
fn once(catalog: &Catalog, course: &mut Course) -> Result<(Exit, u64)> {
    let (number, lesson) = course.current()?;
    let lesson = lesson.clone();
    go::make(catalog, course, number, &lesson)?;
    loop {
        let guard = Guard::careful();
        let (seed, stamp) = (fresh_seed()?, stamp(course)?);
        let folder = course.folder(number, &lesson);
        let saves = Lookout::look(move || {
            let saved = place::stamp(&folder).is_ok_and(|now| now != stamp);
            if saved {
                // again and again: between two pieces of work there is nothing to end
                interrupt::recall();
            }
            saved
        });
        let report = check::of_course(catalog, course, number, &lesson, seed, &mut |_, _| {});
        if saves.end() {
            screen::note("saved meanwhile: the check begins anew");
            settle(course)?;
            continue;
        }
        drop(guard);
        let report = report?;
        check::tell(&report, course.next(lesson.id()))?;
        return Ok((check::exit(&report), stamp));
    }
}

/// The next lesson that was not passed, shown and checked.
fn next(catalog: &Catalog, course: &mut Course) -> Result<Option<(Exit, u64)>> {
    let (_, current) = course.current()?;
    let Some(id) = course.next(current.id()).map(|next| next.id().to_string()) else {
        screen::note("every lesson is passed");
        return Ok(None);
    };
    let (number, lesson) = course.lesson(&id)?;
    let lesson = lesson.clone();
    go::to(catalog, course, number, &lesson)?;
    text(course)?;
    once(catalog, course).map(Some)
}

/// Waits until nothing is written any more.
fn settle(course: &Course) -> Result<()> {
    let mut seen = stamp(course)?;
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
