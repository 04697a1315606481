//! From memory: `review` asks about lessons that were passed; `explain` says what a rule is for.

use anyhow::Result;

use crate::commands::learn::course::Course;
use crate::io::ask;
use crate::io::screen::{self, Style};
use crate::lesson::progress::What;
use crate::lesson::spec::Predict;
use crate::lesson::{Lesson, Lessons};
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Three questions of lessons that were passed, the longest ago first.
pub fn review(mut course: Course) -> Result<Exit> {
    let questions = questions(&course);
    if questions.is_empty() {
        screen::out("Nothing to review yet: questions come from lessons that you have passed.")?;
        return Ok(Exit::Done);
    }
    for (lesson, index, question) in questions.into_iter().take(AT_ONCE) {
        let right = question.options.get(question.answer).map_or("", String::as_str);
        if !ask::somebody_is_there() {
            screen::out(&format!("{lesson}: {}\n  {right}: {}", question.ask, question.because))?;
            continue;
        }
        let choice = |option: &String| ask::Choice { title: option.clone(), label: option.clone() };
        let choices = question.options.iter().map(choice).collect();
        let answer = ask::choose(&question.ask, choices, 0, "from memory")?;
        let is_right = answer == question.answer;
        let mark = if is_right { "right" } else { "not quite" };
        screen::out(&format!("{mark}: {right}. {}", question.because))?;
        course.log(&lesson, What::Review { question: index, right: is_right })?;
    }
    Ok(Exit::Done)
}

/// Those that were asked longest ago come first; a wrong answer does not change the order.
fn questions(course: &Course) -> Vec<(String, usize, Predict)> {
    let passed = course.progress.passed();
    let asked = |lesson: &Lesson, index: usize| {
        let events = course.progress.events.iter().rev();
        let of = events.filter(|event| event.lesson == lesson.id());
        let same = |what: &What| match what {
            What::Review { question, .. } | What::Predict { question, .. } => *question == index,
            _ => false,
        };
        of.filter(|event| same(&event.what)).map(|event| event.at).next().unwrap_or_default()
    };
    let offered = course.offered().into_iter().filter(|(_, it)| passed.contains(it.id()));
    let mut all: Vec<(u64, String, usize, Predict)> = offered
        .flat_map(|(_, lesson)| {
            let questions = lesson.predictions(&course.stack).into_iter();
            questions.map(move |(index, it)| {
                (asked(lesson, index), lesson.id().to_string(), index, it.clone())
            })
        })
        .collect();
    all.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    all.into_iter().map(|(_, lesson, index, question)| (lesson, index, question)).collect()
}

/// What a rule asks for, why, and where it is decided.
pub fn explain(lessons: &Lessons, id: &str) -> Result<Exit> {
    let Some((lesson, rule)) = lessons.of_rule(id) else {
        let known = lessons.lessons.iter().flat_map(|lesson| &lesson.spec.rule);
        let near = words::nearest(id, known.map(|rule| rule.id.as_str()));
        let hint = near
            .first()
            .map_or("`backend-gen learn list`".to_string(), |it| format!("did you mean `{it}`?"));
        return Err(Trouble::usage(format!("there is no rule `{id}`")).hint(hint).into());
    };
    let style = Style::of_stdout();
    screen::out(&style.bold(&format!("{} - {}", rule.id, rule.subgoal)))?;
    screen::out("")?;
    for line in words::wrap(&rule.why, 88) {
        screen::out(&format!("  {line}"))?;
    }
    screen::out("")?;
    screen::out(&format!("  lesson   {} {}", lesson.id(), lesson.spec.title))?;
    screen::out(&format!("  look at  {}", rule.place.replacen('#', ", ", 1)))?;
    screen::out(&format!("  book     {}", rule.book))?;
    for mutant in lesson.spec.mutant.iter().filter(|mutant| mutant.fails == rule.id) {
        screen::out("")?;
        for line in words::wrap(&format!("A common mistake: {}", mutant.says), 88) {
            screen::out(&format!("  {line}"))?;
        }
    }
    Ok(Exit::Done)
}

/// Short enough to be done every day.
const AT_ONCE: usize = 3;
