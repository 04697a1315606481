//! A day of lessons: when each begins, and when there is a break.

use crate::lesson::Lesson;

/// One row of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Minutes from the beginning.
    pub from: u32,
    pub to: u32,
    pub what: String,
}

/// The rows of a day, and the lessons that do not fit into it.
pub fn day<'a>(lessons: &[&'a Lesson], minutes: u32) -> (Vec<Row>, Vec<&'a Lesson>) {
    let mut rows = vec![Row { from: 0, to: WELCOME, what: "welcome, and the first build".into() }];
    let (mut at, mut spent, mut since_break, mut left) = (WELCOME, 0, 0, Vec::new());
    for lesson in lessons {
        let own = lesson.spec.minutes;
        if spent + own > minutes {
            left.push(*lesson);
            continue;
        }
        if since_break > 0 && since_break + own + TALK > LONGEST {
            rows.push(Row { from: at, to: at + BREAK, what: "break".into() });
            at += BREAK;
            since_break = 0;
        }
        let title = format!("{} {}", lesson.id(), lesson.spec.title);
        rows.push(Row { from: at, to: at + own, what: title });
        let talk = format!("talk about {}: who solved it otherwise?", lesson.id());
        rows.push(Row { from: at + own, to: at + own + TALK, what: talk });
        at += own + TALK;
        spent += own;
        since_break += own + TALK;
    }
    rows.push(Row { from: at, to: at + TALK, what: "what was new, and what comes next".into() });
    (rows, left)
}

/// Exercises wear people out: nobody does more in a day.
pub const MOST: u32 = 150;
const WELCOME: u32 = 15;
const TALK: u32 = 10;
const BREAK: u32 = 15;
/// The longest stretch without a break.
const LONGEST: u32 = 75;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Lessons;

    #[test]
    fn a_day_keeps_its_bound_and_has_breaks() {
        let lessons = Lessons::bundled().unwrap();
        let all: Vec<&Lesson> = lessons.lessons.iter().collect();
        let (rows, left) = day(&all, 60);
        let is_lesson =
            |row: &&Row| all.iter().any(|it| row.what.starts_with(&format!("{} ", it.id())));
        let spent: u32 = rows.iter().filter(is_lesson).map(|row| row.to - row.from).sum();
        assert!(spent <= 60 && !left.is_empty(), "{spent}");
        assert!(rows.windows(2).all(|pair| pair[0].to == pair[1].from));
        let (rows, _) = day(&all, MOST);
        assert!(rows.iter().any(|row| row.what == "break"));
    }
}
