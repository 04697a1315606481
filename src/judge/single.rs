//! One answer, or the rows of one query.

use serde_json::{Map, Value, json};

use crate::check::Answer;
use crate::judge::expect::{self, Scene};
use crate::judge::{Known, Reply, Wrong, matcher};
use crate::lesson::step::Step;

/// Whether an answer is the expected one; what is kept of it.
pub fn judge(step: &Step, reply: &Reply, known: &Known) -> Result<Map<String, Value>, Wrong> {
    let answer = match &reply.answer {
        Ok(answer) => answer,
        Err(why) => return Err(Wrong::new(wanted(step), why.clone())),
    };
    status(step, answer)?;
    if let Some(most) = step.within_ms
        && reply.took.as_millis() > u128::from(most)
    {
        let took = format!("one after {} ms", reply.took.as_millis());
        return Err(Wrong::new(format!("an answer within {most} ms"), took));
    }
    let scene = Scene::answer(answer);
    if let Some(status) = step.problem {
        let code = step.code.as_deref();
        scene.compare(&expect::problem(status, code), known).map_err(|it| with(it, answer))?;
    }
    scene.compare(&step.expect, known).map_err(|it| with(it, answer))?;
    lacks(step, answer, known)?;
    scene.keep(&step.keep).map_err(|it| with(it, answer))
}

/// Of many answers the first good one is kept.
pub fn keep_first(
    step: &Step,
    replies: &[Reply],
    known: &Known,
) -> Result<Map<String, Value>, Wrong> {
    let answers = replies.iter().filter_map(|reply| reply.answer.as_ref().ok());
    let mut good = answers.filter(|answer| (200..300).contains(&answer.status));
    match good.next() {
        Some(answer) => {
            Scene::answer(answer).compare(&step.expect, known).map_err(|it| with(it, answer))?;
            Scene::answer(answer).keep(&step.keep)
        }
        None if step.keep.is_empty() && step.expect.is_empty() => Ok(Map::new()),
        None => Err(Wrong::new("an answer with a status of 2xx", "none")),
    }
}

/// Whether rows are the expected ones.
pub fn rows(step: &Step, rows: &[Value], known: &Known) -> Result<Map<String, Value>, Wrong> {
    let query = step.rows.as_deref().unwrap_or_default();
    listed(step, rows, known, &Words { of: query, one: "row", place: "in the database" })
}

/// Whether the backend has sent what it should.
pub fn calls(step: &Step, calls: &[Value], known: &Known) -> Result<Map<String, Value>, Wrong> {
    let name = step.received.as_deref().unwrap_or_default();
    listed(step, calls, known, &Words { of: name, one: "request", place: "sent to the server" })
}

/// How things are spoken of that are counted and looked at.
struct Words<'a> {
    of: &'a str,
    one: &'a str,
    place: &'a str,
}

fn listed(
    step: &Step,
    all: &[Value],
    known: &Known,
    words: &Words<'_>,
) -> Result<Map<String, Value>, Wrong> {
    let Words { of, one, place } = words;
    let got = format!("{}: {}", crate::words::count(all.len(), one), short(all));
    if let Some(count) = &step.count {
        let count = known.value(count).map_err(|name| expect::lost(&name))?;
        if let Some(words) = matcher::mismatch(&count, Some(&json!(all.len()))) {
            let expected = format!("the number of {one}s of `{of}` {words}");
            return Err(Wrong::new(expected, got));
        }
    }
    let scene = Scene::rows(all);
    let told = |wrong: Wrong| {
        let expected = format!("{place}, `{of}`: {}", wrong.expected);
        Wrong::new(expected, format!("{}; {got}", wrong.got))
    };
    scene.compare(&step.expect, known).map_err(told)?;
    scene.keep(&step.keep).map_err(told)
}

fn short(rows: &[Value]) -> String {
    let all: Vec<String> = rows.iter().take(3).map(Value::to_string).collect();
    all.join(", ") + if rows.len() > 3 { ", …" } else { "" }
}

fn status(step: &Step, answer: &Answer) -> Result<(), Wrong> {
    let wanted = match (&step.status, step.problem) {
        (_, Some(problem)) => json!(problem),
        (Some(status), None) => status.clone(),
        (None, None) => return Ok(()),
    };
    if expect::statuses(&wanted).contains(&u64::from(answer.status)) {
        return Ok(());
    }
    Err(with(Wrong::new(format!("status {}", expect::status_words(&wanted)), ""), answer))
}

/// Whether none of the texts stands in it that must not.
pub fn lacks(step: &Step, answer: &Answer, known: &Known) -> Result<(), Wrong> {
    for text in &step.lacks {
        let text = known.text(text).map_err(|name| expect::lost(&name))?;
        let in_header = answer.headers.iter().any(|(_, value)| value.contains(&text));
        if in_header || answer.body.contains(&text) {
            return Err(with(Wrong::new(format!("an answer without `{text}`"), ""), answer));
        }
    }
    Ok(())
}

/// What was got, with the answer that it stood in.
fn with(wrong: Wrong, answer: &Answer) -> Wrong {
    let body = match answer.body.trim() {
        "" => "no body".to_string(),
        body => body.to_string(),
    };
    let at = if wrong.got.is_empty() { String::new() } else { format!("{}; ", wrong.got) };
    Wrong { got: format!("{at}status {}, {body}", answer.status), ..wrong }
}

/// What a step waits for, when there was no answer at all.
fn wanted(step: &Step) -> String {
    match (&step.status, step.problem) {
        (_, Some(status)) => format!("status {status}"),
        (Some(status), _) => format!("status {}", expect::status_words(status)),
        _ => "an answer".to_string(),
    }
}
