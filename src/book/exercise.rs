//! Lessons as the guide shows them: those of a chapter at its end, and all of them in a table.

use anyhow::{Context, Result};

use super::{Book, Place, escape, tables};
use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;

/// The anchor of the section.
pub const ANCHOR: &str = "exercise";

/// What there is to do after a chapter; nothing when no lesson belongs to it.
pub fn section(lessons: &Lessons, stack: &Stack, place: &Place) -> Option<String> {
    let number = place.number.as_deref()?;
    let here = lessons.lessons.iter().filter(|it| it.chapters().contains(&number));
    let rows: Vec<String> = here.map(|lesson| row(lesson, stack)).collect();
    if rows.is_empty() {
        return None;
    }
    Some(format!("<h2 id=\"{ANCHOR}\">Exercise</h2>\n<ul>\n{}</ul>\n", rows.concat()))
}

fn row(lesson: &Lesson, stack: &Stack) -> String {
    let (title, minutes) = (escape(&lesson.spec.title), lesson.spec.minutes);
    let how = match lesson.refused(stack) {
        None => format!("<code>backend-gen learn go {}</code>", lesson.id()),
        Some(why) => format!("not for your stack: {}.", escape(why)),
    };
    format!("<li><b>{title}</b> ({minutes} minutes): {how}</li>\n")
}

/// Every lesson in its order, with its chapters and what it is about.
pub fn index(book: &Book, lessons: &Lessons, from: &Place) -> Result<String> {
    let root = "../".repeat(from.path.matches('/').count());
    let link = |number: &str| {
        let chapter = book.find(number).with_context(|| format!("there is no chapter {number}"))?;
        Ok(format!("<a href=\"{root}{}\">{number}</a>", chapter.place.page()))
    };
    let mut rows = Vec::new();
    for lesson in &lessons.lessons {
        let spec = &lesson.spec;
        let chapters: Result<Vec<String>> = lesson.chapters().into_iter().map(link).collect();
        rows.push(vec![
            format!("<code>{}</code>", lesson.id()),
            escape(&spec.title),
            escape(&spec.concepts.join(", ")),
            spec.minutes.to_string(),
            chapters?.join(", "),
        ]);
    }
    let head = ["Lesson", "Title", "What it is about", "Minutes", "Chapter"];
    Ok(tables::table("Lessons", &head, rows.into_iter()))
}

/// The tracks: choices of lessons for a day, as far as the reader's stack has them.
pub fn tracks(lessons: &Lessons, stack: &Stack) -> String {
    let rows = lessons.tracks.iter().map(|track| {
        let all = track.lessons.iter().filter_map(|id| lessons.find(id));
        let here: Vec<&Lesson> = all.filter(|it| it.refused(stack).is_none()).collect();
        let minutes: u32 = here.iter().map(|lesson| lesson.spec.minutes).sum();
        let ids: Vec<&str> = here.iter().map(|lesson| lesson.id()).collect();
        vec![
            format!("<code>backend-gen learn plan {}</code>", track.id),
            escape(&track.title),
            ids.join(", "),
            minutes.to_string(),
        ]
    });
    tables::table("Tracks", &["Command", "Track", "Lessons", "Minutes"], rows)
}
