//! What one step of a probe may say: what is sent to a backend, and what must come back.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::lesson::fault::Fault;
use crate::lesson::sign::Sign;
use crate::lesson::sink::Script;
use crate::lesson::spec::Variables;
use crate::pipeline::Pipeline;
use crate::ship::Ship;

/// One thing that is done, and what is expected of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `METHOD /path`
    pub send: Option<String>,
    /// The name of a request that was begun.
    #[serde(rename = "await")]
    pub wait: Option<String>,
    pub signal: Option<Signal>,
    pub restart: Option<Signal>,
    /// The exit code.
    pub exits: Option<i32>,
    pub boot: Option<Boot>,
    /// A query of `queries.toml`.
    pub rows: Option<String>,
    /// A statement of `queries.toml`.
    pub exec: Option<String>,
    /// A workflow of the project: what it says, or what it does with a commit.
    pub pipeline: Option<Pipeline>,
    /// A file for a platform: what it says, or which release it lets in.
    pub ship: Option<Ship>,
    /// What the connection between the backend and its database server does from now on.
    pub fault: Option<Fault>,
    /// What a server of ours answers, which the backend calls.
    pub sink: Option<Script>,
    /// The name of such a server: what came to it since it was told something.
    pub received: Option<String>,

    pub by: Option<String>,
    #[serde(default)]
    pub headers: Variables,
    pub body: Option<Value>,
    pub text: Option<String>,
    /// The body is signed, and a header says so.
    pub sign: Option<Sign>,
    /// Which instance: a number from 1, `boot`, or the `balancer` before the first two.
    pub on: Option<Value>,
    pub parallel: Option<usize>,
    pub times: Option<usize>,
    pub slow_ms: Option<u64>,
    pub begin: Option<String>,
    /// What was begun is sent again and again, so long after each answer, until it is awaited.
    pub every_ms: Option<u64>,
    #[serde(default)]
    pub args: Vec<Value>,

    pub status: Option<Value>,
    pub problem: Option<u16>,
    pub code: Option<String>,
    #[serde(default)]
    pub expect: BTreeMap<String, Value>,
    #[serde(default)]
    pub lacks: Vec<String>,
    pub count: Option<Value>,
    #[serde(default)]
    pub same: bool,
    pub within_ms: Option<u64>,
    pub eventually_ms: Option<u64>,
    /// Of what was sent again and again at most so much may go wrong.
    pub lost_percent: Option<usize>,
    pub statements: Option<Bounds>,
    #[serde(default)]
    pub says: Vec<String>,
    pub listens: Option<String>,
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
    pub note: Option<String>,
}

/// How a backend is asked to end, or not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    Term,
    Kill,
}

/// One more start, beside the running backend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boot {
    #[serde(default)]
    pub env: Variables,
    /// Variables that are not set at all.
    #[serde(default)]
    pub unset: Vec<String>,
}

/// A number that may not be below or above.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub min: Option<u64>,
    pub max: Option<u64>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act<'a> {
    Send(&'a str),
    Await(&'a str),
    Signal(Signal),
    Restart(Signal),
    Boot(&'a Boot),
    Exits(i32),
    Rows(&'a str),
    Exec(&'a str),
    Pipeline(&'a Pipeline),
    Ship(&'a Ship),
    Fault(&'a Fault),
    Sink(&'a Script),
    Received(&'a str),
}

impl Step {
    /// The one thing that it does, or what is wrong with it. A `boot` says itself how it ends.
    pub fn act(&self) -> Result<Act<'_>, String> {
        let acts = [
            self.send.as_deref().map(Act::Send),
            self.wait.as_deref().map(Act::Await),
            self.signal.map(Act::Signal),
            self.restart.map(Act::Restart),
            self.boot.as_ref().map(Act::Boot),
            self.exits.filter(|_| self.boot.is_none()).map(Act::Exits),
            self.rows.as_deref().map(Act::Rows),
            self.exec.as_deref().map(Act::Exec),
            self.pipeline.as_ref().map(Act::Pipeline),
            self.ship.as_ref().map(Act::Ship),
            self.fault.as_ref().map(Act::Fault),
            self.sink.as_ref().map(Act::Sink),
            self.received.as_deref().map(Act::Received),
        ];
        match acts.into_iter().flatten().collect::<Vec<_>>().as_slice() {
            [act] => Ok(*act),
            [] => Err("a step does nothing: it needs `send` or the like".to_string()),
            _ => Err("a step does two things".to_string()),
        }
    }

    /// The instance that it speaks to, from 1; of several the first.
    pub fn instance(&self) -> Instance {
        self.instances()[0]
    }

    /// The instances that it speaks to in turn.
    pub fn instances(&self) -> Vec<Instance> {
        let one = |on: &Value| match on {
            Value::String(word) if word == "boot" => Instance::Booted,
            Value::String(word) if word == BALANCER => Instance::Balancer,
            on => Instance::Number(on.as_u64().and_then(|it| it.try_into().ok()).unwrap_or(1)),
        };
        match &self.on {
            Some(Value::Array(all)) if !all.is_empty() => all.iter().map(one).collect(),
            Some(on) => vec![one(on)],
            None => vec![Instance::Number(1)],
        }
    }

    /// It is asked more than once.
    pub fn is_many(&self) -> bool {
        self.parallel.is_some() || self.times.is_some()
    }
}

/// Which of the running backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instance {
    Number(usize),
    Booted,
    /// Whichever the balancer chooses.
    Balancer,
}

/// How `on` names it.
pub const BALANCER: &str = "balancer";

impl fmt::Display for Boot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.env.iter().map(|(name, value)| format!("{name}={value}"));
        let unset = self.unset.iter().map(|name| format!("no {name}"));
        let all: Vec<String> = set.chain(unset).collect();
        f.write_str(&if all.is_empty() {
            "the usual variables".to_string()
        } else {
            all.join(", ")
        })
    }
}
