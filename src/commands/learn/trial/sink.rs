//! A server that the backend calls: what it is told, and what came to it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::commands::learn::trial::step::Done;
use crate::commands::learn::trial::world::World;
use crate::io::proxy::sink::{Call, Sink, Told};
use crate::judge::{Known, Observation};
use crate::lesson::sink::{Says, Script};

/// Each sink of some probes, by name.
pub type Sinks = BTreeMap<String, Sink>;

/// Opens them. From then on the name of each stands for where it listens.
pub fn open(names: &[String], known: &mut Known) -> Result<Sinks> {
    let mut sinks = Sinks::new();
    for name in names {
        let sink = Sink::open()?;
        known.learn(name.clone(), sink.url());
        sinks.insert(name.clone(), sink);
    }
    Ok(sinks)
}

/// Tells one what it answers from now on.
pub fn tell(world: &World<'_>, script: &Script) -> Done {
    let sent = script.to_string();
    let Some(sink) = world.sinks.get(&script.name) else { return unknown(&script.name) };
    let filled: Result<Vec<Told>, String> = script.says.iter().map(|it| told(it, world)).collect();
    match filled {
        Err(name) => {
            let expected = format!("`<{name}>` to be known by now");
            Done::wrong(sent, &expected, "no earlier step brought it")
        }
        Ok(told) => {
            let often = script.says.iter().zip(told);
            sink.tell(often.flat_map(|(it, told)| vec![told; it.times]).collect());
            Done::new(sent, Observation::Done)
        }
    }
}

/// What came to one since it was told something.
pub fn received(world: &World<'_>, name: &str) -> Done {
    match world.sinks.get(name) {
        Some(sink) => Done::new(
            format!("looked at what the backend sent to `{name}`"),
            Observation::Calls(sink.came(calls)),
        ),
        None => unknown(name),
    }
}

fn unknown(name: &str) -> Done {
    Done::wrong(name, "a server of ours that the backend calls", "none of this name")
}

fn told(says: &Says, world: &World<'_>) -> Result<Told, String> {
    let known = &world.known;
    let mut headers = Vec::new();
    for (name, value) in &says.headers {
        headers.push((name.clone(), known.text(value)?));
    }
    let body = says.body.as_ref().map(|body| known.value(body)).transpose()?;
    let said = says.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    if body.is_some() && !said {
        headers.push(("Content-Type".to_string(), "application/json".to_string()));
    }
    Ok(Told {
        status: says.status,
        headers,
        body: body.map(|it| it.to_string()).unwrap_or_default(),
        delay: Duration::from_millis(says.delay_ms),
        cut_after: says.cut_after,
    })
}

/// Each as JSON; `after_ms` is since the one before.
fn calls(calls: &[Call]) -> Vec<Value> {
    let before = [None].into_iter().chain(calls.iter().map(|call| Some(call.at)));
    let value = |(call, before): (&Call, Option<std::time::Instant>)| {
        let headers = call.headers.iter().map(|(name, value)| (name.clone(), json!(value)));
        let text = String::from_utf8_lossy(&call.body);
        json!({
            "method": call.method,
            "path": call.path,
            "headers": headers.collect::<Map<_, _>>(),
            "body": serde_json::from_str(&text).unwrap_or_else(|_| json!(text)),
            "after_ms": before.map(|it| (call.at - it).as_millis() as u64),
        })
    };
    calls.iter().zip(before).map(value).collect()
}
