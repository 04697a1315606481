//! Many answers to the same request: how often each status came, and whether they agree.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::judge::expect::{status_words, statuses};
use crate::judge::{Known, Reply, Wrong, matcher, single};
use crate::lesson::step::Step;

/// Whether all answers together are as expected.
pub fn judge(step: &Step, replies: &[Reply], known: &Known) -> Result<(), Wrong> {
    let tally = tally(replies);
    if let Some(reply) = replies.iter().find(|reply| reply.answer.is_err()) {
        let why = reply.answer.as_ref().err().map_or("", String::as_str);
        return Err(Wrong::new("an answer to each", format!("{}; {why}", words(&tally))));
    }
    if let Some(status) = &step.status {
        let allowed = statuses(status);
        if tally.keys().any(|status| !allowed.contains(&u64::from(*status))) {
            let expected = format!("only status {}", status_words(status));
            return Err(Wrong::new(expected, words(&tally)));
        }
    }
    if let Some(Value::Object(counts)) = &step.count {
        counted(counts, &tally, known)?;
    }
    if step.same {
        agree(replies)?;
    }
    let mut answers = replies.iter().filter_map(|reply| reply.answer.as_ref().ok());
    answers.try_for_each(|answer| single::lacks(step, answer, known))?;
    let slowest = replies.iter().map(|reply| reply.took.as_millis()).max().unwrap_or_default();
    match step.within_ms {
        Some(most) if slowest > u128::from(most) => {
            Err(Wrong::new(format!("every answer within {most} ms"), format!("{slowest} ms")))
        }
        _ => Ok(()),
    }
}

fn counted(
    counts: &serde_json::Map<String, Value>,
    tally: &BTreeMap<u16, usize>,
    known: &Known,
) -> Result<(), Wrong> {
    let expected = || {
        let each = counts.iter().map(|(status, count)| format!("{status}: {}", plain(count)));
        each.collect::<Vec<_>>().join(", ")
    };
    let fail = || Wrong::new(format!("answers by status: {}", expected()), words(tally));
    for (status, count) in counts {
        let count = known.value(count).map_err(|_| fail())?;
        let got = status.parse().ok().and_then(|status: u16| tally.get(&status)).copied();
        let rest = count == "rest";
        if !rest && matcher::mismatch(&count, Some(&json!(got.unwrap_or(0)))).is_some() {
            return Err(fail());
        }
    }
    match tally.keys().all(|status| counts.contains_key(&status.to_string())) {
        true => Ok(()),
        false => Err(fail()),
    }
}

fn agree(replies: &[Reply]) -> Result<(), Wrong> {
    let answers = replies.iter().filter_map(|reply| reply.answer.as_ref().ok());
    let mut good = answers.filter(|answer| (200..300).contains(&answer.status));
    let first = good.next().map(|answer| answer.body.clone()).unwrap_or_default();
    match good.find(|answer| answer.body != first) {
        None => Ok(()),
        Some(other) => {
            let got = format!("{} and {}", first.trim(), other.body.trim());
            Err(Wrong::new("the same body in every answer of 2xx", got))
        }
    }
}

fn tally(replies: &[Reply]) -> BTreeMap<u16, usize> {
    let mut tally = BTreeMap::new();
    for answer in replies.iter().filter_map(|reply| reply.answer.as_ref().ok()) {
        *tally.entry(answer.status).or_default() += 1;
    }
    tally
}

/// "201 x1, 409 x19".
fn words(tally: &BTreeMap<u16, usize>) -> String {
    let each = tally.iter().map(|(status, count)| format!("{status} x{count}"));
    format!("statuses {}", each.collect::<Vec<_>>().join(", "))
}

fn plain(count: &Value) -> String {
    match count {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::check::Answer;

    #[test]
    fn what_no_answer_may_say_is_looked_for_in_each() {
        let step: Step = toml::from_str("send = \"GET /\"\nlacks = [\"INTERNAL\"]").unwrap();
        let reply = |body: &str| Reply {
            answer: Ok(Answer { status: 200, headers: vec![], body: body.to_string() }),
            took: Duration::ZERO,
        };
        let known = Known::default();
        assert_eq!(judge(&step, &[reply("a"), reply("b")], &known), Ok(()));
        let wrong = judge(&step, &[reply("a"), reply("INTERNAL")], &known).unwrap_err();
        assert_eq!(wrong.expected, "an answer without `INTERNAL`");
    }
}
