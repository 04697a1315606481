//! From memory: `review` asks about lessons that were passed; `explain` says what a rule is for.

use anyhow::Result;

use crate::book::{Answer, Book, Quiz};
use crate::commands::learn::course::Course;
use crate::ground;
use crate::io::ask;
use crate::io::screen::{self, Style};
use crate::lesson::progress::What;
use crate::lesson::spec::Predict;
use crate::lesson::{Lesson, Lessons};
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Three questions of lessons that were passed and of their chapters, the longest ago first.
pub fn review(mut course: Course) -> Result<Exit> {
    let questions = questions(&course)?;
    if questions.is_empty() {
        screen::out("Nothing to review yet: questions come from lessons that you have passed.")?;
        return Ok(Exit::Done);
    }
    for question in questions.into_iter().take(AT_ONCE) {
        let right = &question.options[question.answer];
        if !ask::somebody_is_there() {
            let from = question.chapter.as_deref().unwrap_or(&question.lesson);
            screen::out(&format!("{from}: {}\n  {}: {}", question.ask, right.text, right.why))?;
            continue;
        }
        let choice = |it: &Answer| ask::Choice { title: it.text.clone(), label: it.text.clone() };
        let choices = question.options.iter().map(choice).collect();
        let answer = ask::choose(&question.ask, choices, 0, "from memory")?;
        let is_right = answer == question.answer;
        if !is_right {
            let why = format!("not quite. {}", question.options[answer].why);
            screen::out(why.trim_end())?;
        }
        screen::out(&format!("right: {}. {}", right.text.trim_end_matches('.'), right.why))?;
        let Question { chapter, index, .. } = question;
        course.log(&question.lesson, What::Review { chapter, question: index, right: is_right })?;
    }
    Ok(Exit::Done)
}

/// A question, wherever it stands.
struct Question {
    lesson: String,
    /// The number of a chapter of the book; nothing when the lesson itself asks.
    chapter: Option<String>,
    /// Its position there.
    index: usize,
    ask: String,
    options: Vec<Answer>,
    answer: usize,
}

impl Question {
    fn of_lesson(lesson: &Lesson, index: usize, it: &Predict) -> Question {
        let option = |(at, text): (usize, &String)| {
            let right = at == it.answer;
            let why = if right { it.because.clone() } else { String::new() };
            Answer { text: text.clone(), right, why }
        };
        Question {
            lesson: lesson.id().to_string(),
            chapter: None,
            index,
            ask: it.ask.clone(),
            options: it.options.iter().enumerate().map(option).collect(),
            answer: it.answer,
        }
    }

    /// Nothing when several answers are right: a list lets one be chosen.
    fn of_chapter(lesson: &Lesson, chapter: &str, index: usize, it: Quiz) -> Option<Question> {
        let answer = it.options.iter().position(|option| option.right)?;
        (it.right().count() == 1).then(|| Question {
            lesson: lesson.id().to_string(),
            chapter: Some(chapter.to_string()),
            index,
            ask: it.ask,
            options: it.options,
            answer,
        })
    }
}

/// Those that were asked longest ago come first; a wrong answer does not change the order.
fn questions(course: &Course) -> Result<Vec<Question>> {
    let book = Book::read(ground::book())?;
    let passed = course.progress.passed();
    let offered = course.offered().into_iter().filter(|(_, it)| passed.contains(it.id()));
    let mut all: Vec<Question> = Vec::new();
    for (_, lesson) in offered {
        let own = lesson.predictions(&course.stack).into_iter();
        all.extend(own.map(|(index, it)| Question::of_lesson(lesson, index, it)));
        for number in lesson.chapters() {
            let known = all.iter().any(|it| it.chapter.as_deref() == Some(number));
            let Some(chapter) = book.find(number).filter(|_| !known) else { continue };
            let asked = chapter.quizzes()?.into_iter().enumerate();
            all.extend(
                asked.filter_map(|(index, it)| Question::of_chapter(lesson, number, index, it)),
            );
        }
    }
    all.sort_by_key(|question| asked(course, question));
    Ok(all)
}

/// When it was asked last, in seconds; 0 when it never was.
fn asked(course: &Course, question: &Question) -> u64 {
    let same = |what: &What| match what {
        What::Review { chapter, question: index, .. } => {
            (chapter, *index) == (&question.chapter, question.index)
        }
        What::Predict { question: index, .. } => {
            question.chapter.is_none() && *index == question.index
        }
        _ => false,
    };
    // a chapter's question is the same one whichever lesson it was asked for
    let here = |lesson: &str| question.chapter.is_some() || lesson == question.lesson;
    let mut events = course.progress.events.iter().rev();
    events.find(|it| here(&it.lesson) && same(&it.what)).map(|it| it.at).unwrap_or_default()
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
