//! The four hints of a lesson, in the words of a stack.

use crate::lesson::Lesson;
use crate::stack::Stack;

/// The hint of that level, from 1 to 4.
pub fn of<'a>(lesson: &'a Lesson, stack: &Stack, level: usize) -> &'a str {
    let chosen = |with: &str| stack.choices().any(|(axis, it)| with == format!("{axis}.{it}"));
    let own = lesson.spec.hint.iter().find(|hint| hint.level == level && chosen(&hint.with));
    let common = lesson.spec.hints.get(level.saturating_sub(1)).map_or("", String::as_str);
    own.map_or(common, |hint| hint.text.as_str())
}

/// What a hint of that level is.
pub fn kind(level: usize) -> &'static str {
    match level {
        1 => "where to look",
        2 => "the idea",
        3 => "a piece of code",
        _ => "what exactly changes",
    }
}

/// How many there are.
pub const LEVELS: usize = 4;
