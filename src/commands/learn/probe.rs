//! `learn probe`: sends what a rule sends, and shows what comes back, without a verdict.

use anyhow::Result;

use crate::catalog::Catalog;
use crate::commands::learn::build::{Outcome, build};
use crate::commands::learn::course::Course;
use crate::commands::learn::trial::{Done, Subject, Trial};
use crate::commands::learn::{Probe, check, go, inspector};
use crate::io::screen::{self, Style};
use crate::io::{ask, place};
use crate::judge::report::Report;
use crate::judge::{Observation, Reply};
use crate::lesson::Lesson;
use crate::lesson::progress::What;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Asks for the prediction, sends, and shows.
pub fn run(catalog: &Catalog, mut course: Course, args: &Probe) -> Result<Exit> {
    let (number, lesson) = match &args.rule {
        None => course.current()?,
        Some(rule) => {
            let id = rule.split('.').next().unwrap_or_default();
            let (number, lesson) = course.lesson(id)?;
            let rules = lesson.rules(&course.stack);
            let rules: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            let known = |it: &&str| it.eq_ignore_ascii_case(rule);
            if !rules.iter().any(known) && !known(&lesson.id()) {
                let hint = format!("`{}` has {}", lesson.id(), words::and_list(&rules));
                return Err(Trouble::usage(format!("there is no rule `{rule}`")).hint(hint).into());
            }
            (number, lesson)
        }
    };
    let lesson = lesson.clone();
    predict(&mut course, &lesson)?;
    let project = course.folder(number, &lesson);
    if !place::is_folder(&project) {
        go::make(catalog, &course, number, &lesson)?;
    }
    let program = match build(&project, None)? {
        Outcome::Program(program) => program,
        Outcome::Stopped => return Ok(Exit::Interrupted),
        Outcome::Broken(broken) => {
            broken.lines.iter().for_each(|line| screen::note(&screen::plain(line)));
            return Err(Trouble::failure(broken.what).hint(broken.hint).into());
        }
    };
    let only = args.rule.as_deref().filter(|rule| rule.contains('.'));
    let trial = Trial {
        catalog,
        stack: &course.stack,
        lessons: &course.lessons,
        lesson: &lesson,
        subject: Subject::Built(program),
        inspector: inspector::of_course(catalog, &course, &lesson)?,
        servers: inspector::servers(catalog, &course.stack, Some(&project))?,
        seed: check::seed(args.seed.as_deref())?,
        project: Some(&project),
        earlier: vec![],
        only,
    };
    let report = show(&trial)?;
    recall(&course, &lesson)?;
    Ok(match (report.stopped, report.broken) {
        (true, _) => Exit::Interrupted,
        (_, Some(broken)) => {
            return Err(Trouble::failure(broken.what).hint(broken.hint).into());
        }
        _ => Exit::Done,
    })
}

fn show(trial: &Trial<'_>) -> Result<Report> {
    let style = Style::of_stdout();
    let mut said = Ok(());
    let report = trial.run(&mut |rule, done| {
        let lines = step(rule, done, style);
        if said.is_ok() {
            said = lines.iter().try_for_each(|line| screen::out(line));
        }
    })?;
    said.map(|()| report)
}

/// What was sent, and what came back.
fn step(rule: &str, done: &Done, style: Style) -> Vec<String> {
    let mut lines = vec![style.bold(rule), format!("  {}", screen::plain(&done.sent))];
    lines.extend(seen(done));
    lines
}

/// What came back.
pub(super) fn seen(done: &Done) -> Vec<String> {
    let mut lines = Vec::new();
    match &done.seen {
        Ok(Observation::Replies { replies, statements }) => {
            lines.extend(replies.iter().take(3).flat_map(reply));
            if replies.len() > 3 {
                lines.push(format!("  … and {} more", replies.len() - 3));
            }
            lines.extend(statements.map(|count| format!("  {count} statements to the database")));
        }
        Ok(Observation::Rows(rows) | Observation::Calls(rows)) => {
            lines.extend(rows.iter().take(5).map(|row| format!("  {row}")));
        }
        Ok(Observation::Ended(code)) => lines.push(format!("  exit code {code:?}")),
        Ok(Observation::Booted { url, code, said }) => {
            lines.push(format!("  listens: {url:?}, exit code: {code:?}"));
            lines.extend(said.lines().take(8).map(|line| format!("  {}", screen::plain(line))));
        }
        Ok(Observation::Pipeline(seen)) => {
            lines.extend(seen.lines().iter().map(|line| format!("  {}", screen::plain(line))));
        }
        Ok(Observation::Ship(seen)) => {
            lines.extend(seen.lines().iter().map(|line| format!("  {}", screen::plain(line))));
        }
        Ok(Observation::Blind(why)) => lines.push(format!("  {why}")),
        Ok(Observation::Done) => {}
        Err(wrong) => lines.push(format!("  {}", screen::plain(&wrong.got))),
    }
    lines
}

fn reply(reply: &Reply) -> Vec<String> {
    match &reply.answer {
        Err(why) => vec![format!("  no answer: {}", screen::plain(why))],
        Ok(answer) => {
            let mut lines =
                vec![format!("  HTTP {} after {} ms", answer.status, reply.took.as_millis())];
            let telling =
                answer.headers.iter().filter(|(name, _)| TELLING.contains(&name.as_str()));
            lines
                .extend(telling.map(|(name, value)| format!("  {name}: {}", screen::plain(value))));
            let body = answer.body.trim();
            if !body.is_empty() {
                lines.push(format!("  {}", words::clip(&screen::plain(body), 400)));
            }
            lines
        }
    }
}

/// Asks what will happen, once, when somebody is there to answer.
pub(super) fn predict(course: &mut Course, lesson: &Lesson) -> Result<()> {
    let predicted = course.progress.predicted(lesson.id());
    for (index, question) in lesson.predictions(&course.stack.clone()) {
        if predicted.contains_key(&index) || !ask::somebody_is_there() {
            continue;
        }
        let options: Vec<&str> = question.options.iter().map(String::as_str).collect();
        let answer = pick(&question.ask, &options)?;
        let right = answer == question.answer;
        course.log(lesson.id(), What::Predict { question: index, answer, right })?;
    }
    Ok(())
}

/// After the run: what was predicted, and what is so.
fn recall(course: &Course, lesson: &Lesson) -> Result<()> {
    let predicted = course.progress.predicted(lesson.id());
    for (index, question) in lesson.predictions(&course.stack) {
        let right = question.options.get(question.answer).map_or("", String::as_str);
        screen::out("")?;
        screen::out(&question.ask)?;
        if let Some(said) = predicted.get(&index).and_then(|it| question.options.get(*it)) {
            screen::out(&format!("  you said  {said}"))?;
        }
        screen::out(&format!("  it is     {right}: {}", question.because))?;
    }
    Ok(())
}

/// Headers that a lesson may be about.
const TELLING: [&str; 10] = [
    "allow",
    "cache-control",
    "content-type",
    "etag",
    "idempotent-replayed",
    "location",
    "retry-after",
    "set-cookie",
    "vary",
    "www-authenticate",
];

fn pick(question: &str, options: &[&str]) -> Result<usize> {
    let choice =
        |option: &&str| ask::Choice { title: option.to_string(), label: option.to_string() };
    ask::choose(question, options.iter().map(choice).collect(), 0, "a guess is enough")
}
