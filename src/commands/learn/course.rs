//! The course that we stand in: its stack, its lessons, and the log of what was learnt.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::here;
use crate::io::keep::{self, Lock};
use crate::io::{place, screen};
use crate::lesson::course::{self, FILE, LOG, OWN};
use crate::lesson::progress::{Event, Progress, VERSION, What};
use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::words;

/// A course on the disk.
pub struct Course {
    pub root: PathBuf,
    pub stack: Stack,
    pub lessons: Lessons,
    pub progress: Progress,
    /// Nobody else works in it meanwhile.
    _lock: Lock,
}

impl Course {
    /// The nearest course, at or above the current folder.
    pub fn find(catalog: &Catalog, lessons: Lessons) -> Result<Course> {
        let file = Path::new(OWN).join(FILE);
        match place::above(&place::here()?, &file.to_string_lossy())? {
            Some(root) => Course::open(catalog, lessons, root),
            None => Err(Trouble::usage("there is no course here or above")
                .hint("`backend-gen learn start course && cd course`")
                .into()),
        }
    }

    /// The course in this folder.
    pub fn open(catalog: &Catalog, lessons: Lessons, root: PathBuf) -> Result<Course> {
        let own = root.join(OWN);
        let lock = keep::enter(&own, || screen::note("another `learn` is at work here; waiting"))?;
        let remembered = here::remembered(catalog, &own.join(FILE))?;
        let said = remembered.choices;
        let stack = here::stack(catalog, None, &said)?;
        let progress = Course::read(&own.join(LOG))?;
        Ok(Course { root, stack, lessons, progress, _lock: lock })
    }

    /// The log, whatever has become of it. What cannot be read is kept beside it, once.
    fn read(log: &Path) -> Result<Progress> {
        let bytes = place::content(log)?.unwrap_or_default();
        let progress = Progress::read(&bytes);
        if progress.newer {
            let what = format!("`{}` was written by a later version", words::shown(log));
            return Err(Trouble::failure(what).hint("`cargo install backend-gen`").into());
        }
        if progress.broken > 0 {
            let kept = keep::set_aside(log)?;
            let kept =
                kept.map_or(String::new(), |it| format!("; it is kept as `{}`", words::shown(&it)));
            let lines = words::count(progress.broken, "line");
            screen::note(&format!("{lines} of the log could not be read{kept}"));
            let good: String = progress.events.iter().map(|event| event.line() + "\n").collect();
            keep::write(log, &good)?;
        }
        Ok(progress)
    }

    /// Adds to the log.
    pub fn log(&mut self, lesson: &str, what: What) -> Result<()> {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let event = Event { v: VERSION, at, lesson: lesson.to_string(), what };
        keep::append(&self.root.join(OWN).join(LOG), &event.line())?;
        self.progress.events.push(event);
        Ok(())
    }

    /// The lessons of this stack, numbered.
    pub fn offered(&self) -> Vec<(usize, &Lesson)> {
        self.lessons.offered(&self.stack)
    }

    /// The current lesson, with its number.
    pub fn current(&self) -> Result<(usize, &Lesson)> {
        let offered = self.offered();
        let current = self.progress.current();
        let found = offered.iter().find(|(_, lesson)| current == Some(lesson.id()));
        let found = found.or(offered.first()).copied();
        Ok(found.ok_or_else(|| Trouble::failure("no lesson is offered on this stack"))?)
    }

    /// The lesson of that id. One that is not offered says why.
    pub fn lesson(&self, id: &str) -> Result<(usize, &Lesson)> {
        let offered = self.offered();
        if let Some(found) = offered.iter().find(|(_, it)| it.id().eq_ignore_ascii_case(id)) {
            return Ok(*found);
        }
        if let Some(lesson) = self.lessons.find(id) {
            let why = lesson.refused(&self.stack).unwrap_or_default();
            let what = format!("`{}` is not offered on this stack: {why}", lesson.id());
            return Err(Trouble::failure(what).hint("`backend-gen learn list`").into());
        }
        let known: Vec<String> = offered.iter().map(|(_, it)| it.id().to_lowercase()).collect();
        let near = words::nearest(id, known.iter().map(String::as_str));
        let hint = match near.first().map(|near| near.to_uppercase()) {
            Some(near) => format!("did you mean `{near}`? `backend-gen learn list` shows all"),
            None => "`backend-gen learn list` shows all".to_string(),
        };
        let what = format!("there is no lesson `{}`", words::printable(id, 40));
        Err(Trouble::usage(what).hint(hint).into())
    }

    /// The lesson that is meant: the named one, else the current one.
    pub fn meant(&self, id: Option<&str>) -> Result<(usize, &Lesson)> {
        match id {
            Some(id) => self.lesson(id),
            None => self.current(),
        }
    }

    /// The folder of a lesson.
    pub fn folder(&self, number: usize, lesson: &Lesson) -> PathBuf {
        self.root.join(course::folder(number, lesson))
    }

    /// Lessons that were passed, besides this one.
    pub fn earlier(&self, lesson: &Lesson) -> Vec<String> {
        let passed = self.progress.passed().into_iter().filter(|id| *id != lesson.id());
        passed.map(str::to_string).collect()
    }

    /// The lesson that comes after this one and was not passed yet.
    pub fn next(&self, after: &str) -> Option<&Lesson> {
        let offered = self.offered();
        let at = offered.iter().position(|(_, lesson)| lesson.id() == after)?;
        let passed = self.progress.passed();
        let later = offered.iter().skip(at + 1).chain(offered.iter().take(at));
        later.map(|(_, lesson)| *lesson).find(|lesson| !passed.contains(lesson.id()))
    }
}
