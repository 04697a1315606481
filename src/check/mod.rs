//! The walk through a running backend: what is asked, and whether the answers are right.

mod fill;
mod judge;

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use serde_json::Value;

use crate::catalog::check::{Check, Step};
use crate::catalog::{Catalog, Layer};
use crate::stack::Stack;
pub use judge::Verdict;

/// A request, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// By lower-cased name.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// The walk of one stack, and what is known on the way.
#[derive(Clone, Debug)]
pub struct Walk {
    pub steps: Vec<Step>,
    /// What takes back what the steps have left.
    pub tidy: Vec<Step>,
    /// Variables to start the backend with.
    pub env: Vec<(String, String)>,
    /// Variables with a value that forbids the walk.
    pub never: Vec<(String, String)>,
    /// What data it works on.
    pub data: String,
    by: BTreeMap<String, String>,
    known: BTreeMap<String, String>,
}

impl Walk {
    /// The walk that the layers of a stack describe. `given` is known from the start.
    pub fn of(catalog: &Catalog, stack: &Stack, given: &[(&str, &str)]) -> Result<Walk> {
        let layers = in_order(stack.layers(catalog));
        let parts: Vec<&Check> = layers.iter().map(|layer| &layer.check).collect();
        let given = given.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let mut known: BTreeMap<String, String> = given.collect();
        for (name, value) in parts.iter().flat_map(|part| &part.facts) {
            known.insert(name.clone(), fill::text(value, &known).map_err(|name| unknown(&name))?);
        }
        let mut env = Vec::new();
        for (name, value) in parts.iter().flat_map(|part| &part.env) {
            env.push((name.clone(), fill::text(value, &known).map_err(|name| unknown(&name))?));
        }
        let act = |pick: fn(&Check) -> &Vec<Step>| -> Vec<Step> {
            parts.iter().flat_map(|part| pick(part)).cloned().collect()
        };
        let acts: [fn(&Check) -> &Vec<Step>; 4] =
            [|it| &it.arrive, |it| &it.enter, |it| &it.work, |it| &it.leave];
        let owned = |(a, b): (&String, &String)| (a.clone(), b.clone());
        Ok(Walk {
            steps: acts.into_iter().flat_map(act).collect(),
            // What came last is taken back first.
            tidy: parts.iter().rev().flat_map(|part| &part.tidy).cloned().collect(),
            env,
            never: parts.iter().flat_map(|part| &part.never).map(owned).collect(),
            data: parts.iter().find_map(|part| part.data.clone()).unwrap_or_default(),
            by: parts.iter().flat_map(|part| &part.by).map(owned).collect(),
            known,
        })
    }

    /// Only what somebody does to become known: the steps that keep something for their proof.
    pub fn entry(catalog: &Catalog, stack: &Stack, given: &[(&str, &str)]) -> Result<Walk> {
        let mut walk = Walk::of(catalog, stack, given)?;
        let layers = stack.layers(catalog);
        let enter = in_order(layers).into_iter().flat_map(|layer| &layer.check.enter);
        walk.steps = enter.filter(|step| !step.keep.is_empty()).cloned().collect();
        Ok(walk)
    }

    /// Without the steps of who leaves: nobody logs out.
    pub fn stay(catalog: &Catalog, stack: &Stack, given: &[(&str, &str)]) -> Result<Walk> {
        let mut walk = Walk::of(catalog, stack, given)?;
        let layers = stack.layers(catalog);
        let leave: usize = layers.iter().map(|layer| layer.check.leave.len()).sum();
        walk.steps.truncate(walk.steps.len() - leave);
        Ok(walk)
    }

    /// The header that proves who sends; nothing where nobody proves anything.
    pub fn proof(&self, by: &str) -> Option<String> {
        let proof = self.fill(self.by.get(by)?).ok()?;
        Some(proof).filter(|proof| !proof.is_empty())
    }

    /// A text with everything filled in, or the name of what is not known yet.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        fill::text(text, &self.known)
    }

    /// The request of a step, or the name of what is not known.
    pub fn ask(&self, step: &Step) -> Result<Ask, String> {
        let text = |text: &str| self.fill(text);
        let line = text(&step.send)?;
        let (method, path) = line.split_once(' ').unwrap_or(("GET", &line));
        let mut headers = Vec::new();
        if let Some(by) = &step.by {
            let proof = text(self.by.get(by).ok_or_else(|| by.clone())?)?;
            headers.extend(proof.split_once(": ").map(|(a, b)| (a.to_string(), b.to_string())));
        }
        for (name, value) in &step.headers {
            headers.push((name.clone(), text(value)?));
        }
        let body = step.body.as_ref().map(|body| fill::value(body, &self.known)).transpose()?;
        if body.is_some() {
            headers.push(("Content-Type".to_string(), "application/json".to_string()));
        }
        Ok(Ask {
            method: method.to_string(),
            path: path.to_string(),
            headers,
            body: body.map(|body| body.to_string()),
        })
    }

    /// Compares an answer with what the step expects, and keeps what later steps need.
    pub fn judge(&mut self, step: &Step, ask: &Ask, answer: &Answer) -> Verdict {
        let wrong = judge::wrong(step, answer, &self.known);
        let kept = step.keep.iter().filter_map(|(name, place)| {
            Some((name.clone(), answer.at(place)?)).filter(|(_, value)| !value.is_empty())
        });
        self.known.extend(kept);
        match wrong {
            None => Verdict::Right,
            Some(expected) => {
                Verdict::Wrong { sent: ask.to_string(), expected, got: answer.to_string() }
            }
        }
    }
}

/// What a file of lines `NAME=value` says of a name.
pub fn setting<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().filter_map(|line| line.trim().split_once('='));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches(['"', '\'']))
}

impl Answer {
    /// The whole value of a header, by its lower-cased name.
    pub fn header(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    }

    /// What stands at a JSON pointer, or in a header up to its first `;`.
    pub fn at(&self, place: &str) -> Option<String> {
        if place.starts_with('/') {
            let body: Value = serde_json::from_str(&self.body).ok()?;
            return body.pointer(place).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
        }
        let header = self.headers.iter().find(|(name, _)| name == place);
        header.map(|(_, value)| value.split(';').next().unwrap_or_default().to_string())
    }
}

/// Layers that others use come before those who use them.
fn in_order(layers: Vec<&Layer>) -> Vec<&Layer> {
    let (used, mut rest): (Vec<_>, Vec<_>) = layers
        .iter()
        .partition(|layer| layers.iter().any(|other| other.spec.uses.contains(&layer.id)));
    let first = rest.len().min(1);
    rest.splice(first..first, used);
    rest
}

fn unknown(name: &str) -> anyhow::Error {
    anyhow!("a `check.toml` speaks of `<{name}>`, which nobody knows")
}
