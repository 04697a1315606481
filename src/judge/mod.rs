//! Whether an answer is right: a step and what was observed go in, a verdict comes out.

pub mod curl;
mod ends;
mod expect;
mod fill;
pub mod junit;
mod many;
mod matcher;
pub mod message;
pub mod report;
mod sign;
mod single;
pub mod steady;

use std::time::Duration;

use serde_json::{Map, Value};

use crate::check::{Answer, Ask};
use crate::lesson::spec::Variables;
use crate::lesson::step::{Boot, Step};
use crate::pipeline::Seen;
use crate::ship;
pub use fill::Known;

/// What came of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer, or why there was none.
    pub answer: Result<Answer, String>,
    pub took: Duration,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// Answers to what was sent, and the statements that the database got meanwhile, when somebody counts.
    Replies {
        replies: Vec<Reply>,
        statements: Option<u64>,
    },
    Rows(Vec<Value>),
    /// What the backend sent to a server of ours.
    Calls(Vec<Value>),
    /// The backend ended with this code, or has not ended.
    Ended(Option<i32>),
    /// One more start: where it listens, or how it ended, and what it said.
    Booted {
        url: Option<String>,
        code: Option<i32>,
        said: String,
    },
    /// What a workflow says, and what it did with a commit.
    Pipeline(Box<Seen>),
    /// What a file for a platform says, and what it did with a release.
    Ship(Box<ship::Seen>),
    /// Done; there is nothing to look at.
    Done,
    /// This cannot be looked at here, and why.
    Blind(String),
}

/// A step that did not go as it should.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    pub expected: String,
    pub got: String,
}

impl Wrong {
    /// This was expected, and that came.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Wrong {
        Wrong { expected: expected.into(), got: got.into() }
    }
}

/// The request of a step, with everything filled in, or the name of what is not known. `proof` is
/// the header of the one who sends.
pub fn ask(step: &Step, line: &str, known: &Known, proof: Option<&str>) -> Result<Ask, String> {
    let line = known.text(line)?;
    let (method, path) = line.split_once(' ').unwrap_or(("GET", &line));
    let mut headers: Vec<(String, String)> = Vec::new();
    headers.extend(proof.and_then(|it| it.split_once(": ")).map(|(a, b)| (a.into(), b.into())));
    for (name, value) in &step.headers {
        headers.push((name.clone(), known.text(value)?));
    }
    let json = step.body.as_ref().map(|body| known.value(body)).transpose()?;
    let said = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if json.is_some() && !said {
        headers.push(("Content-Type".to_string(), "application/json".to_string()));
    }
    let text = step.text.as_ref().map(|text| known.text(text)).transpose()?;
    let mut body = json.map(|json| json.to_string()).or(text);
    if let (Some(sign), Some(text)) = (&step.sign, &mut body) {
        headers.push((sign.header.clone(), sign::header(sign, text, known)?));
        if sign.tamper {
            *text = sign::tampered(text);
        }
    }
    Ok(Ask { method: method.to_string(), path: path.to_string(), headers, body })
}

/// Variables with everything filled in; what is not known stays as it is written.
pub fn variables(env: &Variables, known: &Known) -> Variables {
    let fill = |text: &String| known.text(text).unwrap_or_else(|_| text.clone());
    env.iter().map(|(name, value)| (name.clone(), fill(value))).collect()
}

/// A start with its variables filled in.
pub fn boot(boot: &Boot, known: &Known) -> Boot {
    Boot { env: variables(&boot.env, known), unset: boot.unset.clone() }
}

/// Whether a step went as it should; when it did, what later steps know by it.
pub fn judge(step: &Step, seen: &Observation, known: &Known) -> Result<Map<String, Value>, Wrong> {
    match seen {
        Observation::Replies { replies, statements } => {
            if let Some(percent) = step.lost_percent {
                return steady::judge(step, percent, replies, known).map(|()| Map::new());
            }
            if step.is_many() {
                many::judge(step, replies, known)?;
            }
            bounded(step, *statements)?;
            match replies.as_slice() {
                [] => Err(Wrong::new("an answer", "none")),
                [reply] => single::judge(step, reply, known),
                replies => single::keep_first(step, replies, known),
            }
        }
        Observation::Rows(rows) => single::rows(step, rows, known),
        Observation::Calls(calls) => single::calls(step, calls, known),
        Observation::Ended(code) => ends::ended(step, *code),
        Observation::Booted { url, code, said } => {
            ends::booted(step, url.as_deref(), *code, said, known)
        }
        Observation::Pipeline(seen) => {
            let asked = step.pipeline.as_ref();
            asked.map_or(Ok(()), |it| it.judge(seen)).map(|()| Map::new())
        }
        Observation::Ship(seen) => {
            step.ship.as_ref().map_or(Ok(()), |it| it.judge(seen)).map(|()| Map::new())
        }
        Observation::Done | Observation::Blind(_) => Ok(Map::new()),
    }
}

fn bounded(step: &Step, statements: Option<u64>) -> Result<(), Wrong> {
    let (Some(bounds), Some(count)) = (&step.statements, statements) else { return Ok(()) };
    let most = bounds.max.is_none_or(|max| count <= max);
    if most && bounds.min.is_none_or(|min| count >= min) {
        return Ok(());
    }
    let least = bounds.min.map(|min| format!("at least {min}"));
    let most = bounds.max.map(|max| format!("at most {max}"));
    let bounds: Vec<String> = least.into_iter().chain(most).collect();
    Err(Wrong::new(format!("{} statements", bounds.join(", ")), format!("{count} statements")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_stands_in_the_line_to_type_and_holds_for_what_was_meant() {
        let mut known = Known::default();
        known.learn("now", 1_700_000_000);
        known.learn("new", "Jefe");
        let asked = |more: &str| {
            let step =
                format!("text = '{{ \"id\": \"a7\" }}'\nsign = {{ secrets = [\"<new>\"]{more} }}");
            let step: Step = toml::from_str(&step).unwrap();
            ask(&step, "POST /webhooks/payments", &known, None).unwrap()
        };
        let (plain, changed) = (asked(""), asked(", tamper = true"));
        assert_eq!(plain.headers, changed.headers);
        assert_eq!(plain.body.as_deref(), Some("{ \"id\": \"a7\" }"));
        assert_eq!(changed.body.as_deref(), Some("{ \"id\": \"a6\" }"));
        let line = curl::line(&plain, "http://127.0.0.1:3000");
        assert!(line.contains("t=1700000000,v1=") && line.contains("a7"), "{line}");
    }

    #[test]
    fn variables_name_what_is_known() {
        let mut known = Known::default();
        known.learn("limit", 300);
        let pair = |value: &str| Variables::from([("LIMIT".to_string(), value.to_string())]);
        assert_eq!(variables(&pair("<limit>"), &known), pair("300"));
        assert_eq!(variables(&pair("<lost>"), &known), pair("<lost>"));
    }
}
