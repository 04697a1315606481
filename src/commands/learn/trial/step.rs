//! One step of a probe: done in the world, and what was seen.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::check::{Answer, Ask};
use crate::commands::learn::trial::world::World;
use crate::commands::learn::trial::{fault, ground, pipeline, ship, sink};
use crate::io::http::{Client, Steady, timed};
use crate::io::interrupt::Guard;
use crate::io::server;
use crate::judge::{self, Known, Observation, Reply, Wrong, curl, steady};
use crate::lesson::step::{Act, Instance, Signal, Step};

/// What was done, as a learner can repeat it, and what came of it.
pub struct Done {
    pub sent: String,
    pub seen: Result<Observation, Wrong>,
}

impl Done {
    pub(super) fn new(sent: impl Into<String>, seen: Observation) -> Done {
        Done { sent: sent.into(), seen: Ok(seen) }
    }

    pub(super) fn wrong(sent: impl Into<String>, expected: &str, got: impl Into<String>) -> Done {
        Done { sent: sent.into(), seen: Err(Wrong::new(expected, got)) }
    }
}

/// Does a step until it holds, as long as it may take. What it keeps is known from then on.
pub fn run(world: &mut World<'_>, step: &Step, guard: &Guard) -> Result<(Done, Result<(), Wrong>)> {
    let began = Instant::now();
    let patience = Duration::from_millis(step.eventually_ms.unwrap_or_default());
    loop {
        let done = once(world, step, guard)?;
        let verdict = match &done.seen {
            Ok(seen) => judge::judge(step, seen, &world.known),
            Err(wrong) => Err(wrong.clone()),
        };
        match verdict {
            Ok(kept) => {
                world.known.learn_all(kept);
                return Ok((done, Ok(())));
            }
            Err(_) if began.elapsed() < patience && !guard.stopped() => server::pause(),
            Err(wrong) => return Ok((done, Err(wrong))),
        }
    }
}

fn once(world: &mut World<'_>, step: &Step, guard: &Guard) -> Result<Done> {
    let on = step.instance();
    match step.act().map_err(|what| anyhow::anyhow!(what))? {
        Act::Send(line) => send(world, step, line, guard),
        Act::Await(name) => Ok(awaited(world, name, guard)),
        Act::Signal(signal) => {
            if let Some(served) = world.instance(on) {
                served.signal(signal == Signal::Kill);
            }
            Ok(Done::new(words(signal), Observation::Done))
        }
        Act::Restart(signal) => restart(world, signal, on, guard),
        Act::Exits(_) => {
            let patience = Duration::from_millis(step.within_ms.unwrap_or(15_000));
            let code = match world.instance(on) {
                Some(served) => served.end_within(patience, || guard.stopped())?,
                None => None,
            };
            Ok(Done::new("waited for the backend's end", Observation::Ended(code)))
        }
        Act::Boot(boot) => {
            let boot = judge::boot(boot, &world.known);
            let (url, code, said) = world.boot(&boot, guard)?;
            Ok(Done::new(format!("a start with {boot}"), Observation::Booted { url, code, said }))
        }
        Act::Rows(name) => ask(world, step, name, true),
        Act::Exec(name) => ask(world, step, name, false),
        Act::Pipeline(asked) => pipeline::run(world, asked, guard),
        Act::Ship(asked) => ship::run(world, asked, guard),
        Act::Fault(asked) => Ok(fault::run(world, step, asked, guard)),
        Act::Sink(script) => Ok(sink::tell(world, script)),
        Act::Received(name) => Ok(sink::received(world, name)),
    }
}

/// What came of a request that was begun, or of all that were sent since then.
fn awaited(world: &mut World<'_>, name: &str, guard: &Guard) -> Done {
    let (sent, answers) = match (world.begun.remove(name), world.steady.remove(name)) {
        (Some(begun), _) => (format!("the answer of `{name}`"), vec![begun.answer()]),
        (_, Some((sent, steady))) => {
            (sent, steady.end(steady::LEAST, PATIENCE, || guard.stopped()))
        }
        (None, None) => return Done::wrong(name, "a request that was begun", "none"),
    };
    Done::new(sent, Observation::Replies { replies: replies(answers), statements: None })
}

fn replies(answers: Vec<(Result<Answer>, Duration)>) -> Vec<Reply> {
    let reply = |(answer, took): (Result<Answer>, _)| {
        let answer = answer.map_err(|error| format!("{error:#}"));
        Reply { answer, took }
    };
    answers.into_iter().map(reply).collect()
}

/// A question to the database, or a statement.
fn ask(world: &mut World<'_>, step: &Step, name: &str, rows: bool) -> Result<Done> {
    let args: Result<Vec<_>, String> = step.args.iter().map(|arg| world.known.value(arg)).collect();
    let args = match args {
        Ok(args) => args,
        Err(name) => {
            return Ok(Done::wrong(name, "a value for the question", "no earlier step brought it"));
        }
    };
    let Some(query) = world.ground.queries.get(name) else {
        return Ok(Done::wrong(name, "a question of `queries.toml`", "none of this name"));
    };
    let sql = query.of(world.ground.stack).to_string();
    let shown: Vec<String> = args.iter().map(ToString::to_string).collect();
    let sent = format!("{sql} [{}]", shown.join(", "));
    Ok(match world.ask(&sql, &args)? {
        Err(why) => Done::new(sent, Observation::Blind(why)),
        Ok(found) if rows => Done::new(sent, Observation::Rows(found)),
        Ok(_) => Done::new(sent, Observation::Done),
    })
}

fn send(world: &mut World<'_>, step: &Step, line: &str, guard: &Guard) -> Result<Done> {
    let mut urls = Vec::new();
    for on in step.instances() {
        match world.url(on, guard)? {
            Ok(url) => urls.push(url),
            Err(broken) => return Ok(Done::wrong(line, "a running backend", broken.what)),
        }
    }
    let clients: Vec<Client> = urls.iter().map(|url| Client::new(url)).collect();
    let proof = step.by.as_deref().and_then(|by| world.proof(by)).map(str::to_string);
    let copies = step.parallel.or(step.times).unwrap_or(1);
    world.known.learn("now", ground::now());
    let asks: Result<Vec<Ask>, String> = (0..copies)
        .map(|number| judge::ask(step, line, &numbered(&world.known, number), proof.as_deref()))
        .collect();
    let asks = match asks {
        Ok(asks) => asks,
        Err(name) => {
            let expected = format!("`<{name}>` to be known by now");
            return Ok(Done::wrong(line, &expected, "no earlier step brought it"));
        }
    };
    let Some(first) = asks.first() else { return Ok(Done::wrong(line, "a request", "none")) };
    let often = if copies > 1 { format!("{copies} x ") } else { String::new() };
    let sent = format!("{often}{}", curl::line(first, HERE));
    let in_turn = || asks.iter().zip(clients.iter().cycle());
    let pause = step.slow_ms.map(Duration::from_millis);
    if let (Some(name), Some(every)) = (&step.begin, step.every_ms) {
        let steady = Steady::begin(&urls[0], first, Duration::from_millis(every));
        let sent = format!("again and again, {sent}");
        world.steady.insert(name.clone(), (sent.clone(), steady));
        return Ok(Done::new(sent, Observation::Done));
    }
    if let Some(name) = &step.begin {
        world.begun.insert(name.clone(), clients[0].begin(first.clone(), pause));
        return Ok(Done::new(sent, Observation::Done));
    }
    let before = world.statements();
    let answers = match (step.parallel, pause) {
        (Some(_), _) => Client::send_together(&urls, &asks),
        (None, None) => in_turn().map(|(ask, to)| timed(|| to.send(ask))).collect(),
        (None, Some(pause)) => {
            in_turn().map(|(ask, to)| timed(|| to.send_slowly(ask, pause))).collect()
        }
    };
    let statements = before.zip(world.statements()).map(|(before, after)| after - before);
    let mut replies = replies(answers);
    explain(world, step.instance(), &mut replies)?;
    Ok(Done::new(sent, Observation::Replies { replies, statements }))
}

/// No answer because the backend has ended is told so, with its last words.
fn explain(world: &mut World<'_>, on: Instance, replies: &mut [Reply]) -> Result<()> {
    let lost = replies.iter_mut().find_map(|reply| reply.answer.as_mut().err());
    let (Some(lost), Some(served)) = (lost, world.instance(on)) else { return Ok(()) };
    // Its end may be a moment behind the broken connection.
    if let Some(code) = served.end_within(Duration::from_millis(300), || false)? {
        let last = served.last_lines().pop().unwrap_or_default();
        lost.push_str(&format!("; the backend ended with exit code {code}: {last}"));
    } else if served.floods() {
        lost.push_str("; the backend prints without end");
    }
    Ok(())
}

fn restart(world: &mut World<'_>, signal: Signal, on: Instance, guard: &Guard) -> Result<Done> {
    let sent = format!("{}, then a new start", words(signal));
    if let Some(served) = world.instance(on) {
        served.signal(signal == Signal::Kill);
        if served.end_within(Duration::from_secs(15), || guard.stopped())?.is_none() {
            return Ok(Done::wrong(sent, "the backend's end", "it runs on after 15 s"));
        }
    }
    world.forget(on);
    Ok(match world.url(on, guard)? {
        Ok(_) => Done::new(sent, Observation::Done),
        Err(broken) => Done::wrong(sent, "a backend that starts again", broken.what),
    })
}

fn numbered(known: &Known, number: usize) -> Known {
    let mut known = known.clone();
    known.learn("i", number as u64 + 1);
    known
}

fn words(signal: Signal) -> &'static str {
    match signal {
        Signal::Term => "SIGTERM",
        Signal::Kill => "SIGKILL",
    }
}

/// How long a steady stream may take until it was enough.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where a learner's own `cargo run` listens.
const HERE: &str = "http://127.0.0.1:3000";
