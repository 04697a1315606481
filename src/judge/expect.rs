//! Places in an answer, and what must stand there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::check::Answer;
use crate::judge::fill::plain;
use crate::judge::matcher;
use crate::judge::{Known, Wrong};

/// Something with places: an answer, or rows.
pub struct Scene<'a> {
    answer: Option<&'a Answer>,
    json: Option<Value>,
}

impl<'a> Scene<'a> {
    /// What came back.
    pub fn answer(answer: &'a Answer) -> Scene<'a> {
        Scene { answer: Some(answer), json: serde_json::from_str(&answer.body).ok() }
    }

    /// Rows of a database.
    pub fn rows(rows: &[Value]) -> Scene<'static> {
        Scene { answer: None, json: Some(Value::Array(rows.to_vec())) }
    }

    /// What stands at a place: a JSON pointer, `status`, `body`, or a header.
    pub fn at(&self, place: &str) -> Option<Value> {
        if place.is_empty() || place.starts_with('/') {
            return self.json.as_ref()?.pointer(place).cloned();
        }
        let answer = self.answer?;
        match place {
            "status" => Some(answer.status.into()),
            "body" => Some(answer.body.clone().into()),
            name => {
                let header = answer.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
                header.map(|(_, value)| value.clone().into())
            }
        }
    }

    /// The first place where something else stands.
    pub fn compare(&self, expect: &BTreeMap<String, Value>, known: &Known) -> Result<(), Wrong> {
        for (place, wanted) in expect {
            let wanted = known.value(wanted).map_err(|name| lost(&name))?;
            let mut got = self.at(place);
            // a content type may say more than what it is
            if place == "content-type"
                && let Some(Value::String(text)) = &mut got
            {
                text.truncate(text.find(';').unwrap_or(text.len()));
            }
            if let Some(words) = matcher::mismatch(&wanted, got.as_ref()) {
                let got = got.as_ref().map_or("nothing there".to_string(), matcher::shown);
                return Err(Wrong::new(format!("`{place}` {words}"), got));
            }
        }
        Ok(())
    }

    /// What is kept for later steps.
    pub fn keep(&self, keep: &BTreeMap<String, String>) -> Result<Map<String, Value>, Wrong> {
        let mut kept = Map::new();
        for (name, place) in keep {
            match self.at(place).filter(|value| !value.is_null()) {
                Some(value) => kept.insert(name.clone(), value),
                None => return Err(Wrong::new(format!("something at `{place}`"), "nothing there")),
            };
        }
        Ok(kept)
    }
}

/// A name that a step speaks of and nobody has said.
pub fn lost(name: &str) -> Wrong {
    Wrong::new(format!("`<{name}>` to be known by now"), "no earlier step brought it")
}

/// The statuses that a step takes.
pub fn statuses(status: &Value) -> Vec<u64> {
    match status {
        Value::Array(all) => all.iter().filter_map(Value::as_u64).collect(),
        one => one.as_u64().into_iter().collect(),
    }
}

/// "201", or "201 or 409".
pub fn status_words(status: &Value) -> String {
    let all: Vec<String> = statuses(status).iter().map(u64::to_string).collect();
    all.join(" or ")
}

/// The body of a problem, with the places that must agree with its status.
pub fn problem(status: u16, code: Option<&str>) -> BTreeMap<String, Value> {
    let mut expect = BTreeMap::from([
        ("content-type".to_string(), Value::from("application/problem+json")),
        ("/status".to_string(), Value::from(status)),
    ]);
    expect.extend(code.map(|code| ("/code".to_string(), plain(&code.into()).into())));
    expect
}
