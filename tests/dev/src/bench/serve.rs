//! Requests a second and latencies: release builds against floors that do the same work.

use std::path::Path;

use anyhow::{Context, Result};

use super::Bench;
use super::figure::{Figure, Goal, Report, median};
use super::load::Done;
use super::service::{Service, Work};
use super::stand::{self, Stand};
use crate::{servers, work};

/// The stacks that have a floor.
const STACKS: [&str; 4] = ["sqlite-none", "sqlite-session", "postgres-none", "postgres-session"];

/// Of what a server can do: there nobody waits in a queue that only grows.
const BUSY: f64 = 0.8;

pub fn measure(room: &Path, bench: &Bench, report: &mut Report) -> Result<()> {
    for key in STACKS {
        if bench.stacks.is_empty() || bench.stacks.iter().any(|wanted| wanted == key) {
            stack(room, bench, key, report).with_context(|| key.to_string())?;
        }
    }
    Ok(())
}

fn stack(room: &Path, bench: &Bench, key: &str, report: &mut Report) -> Result<()> {
    let (db, auth) = key.split_once('-').context("`db-auth`")?;
    let admin = match server(db)? {
        Ok(admin) => admin,
        Err(why) => {
            report.note(format!("{key}: left out, {why}"));
            return Ok(());
        }
    };
    let mut stands = vec![stand::ours(room, key)?, stand::floor(room, db)?];
    if db == "sqlite" {
        match stand::fastify(room)? {
            Ok(fastify) => stands.push(fastify),
            Err(why) => report.note(format!("{key}: Fastify was left out, {why}")),
        }
    }
    let start = |stand: &Stand| Service::start(stand, db, auth == "session", &admin);
    let services = stands.iter().map(start).collect::<Result<Vec<_>>>()?;
    for (what, work) in [("read", Work::Read), ("insert", Work::Insert)] {
        let rounds = turns(&services, work, bench)?;
        let middle =
            |index: usize, of: fn(&Turn) -> f64| median(rounds[index].iter().map(of).collect());
        for (index, stand) in stands.iter().enumerate().skip(1) {
            let goal = match (stand.name, work) {
                ("floor", _) => 0.75,
                (_, Work::Read) => 1.25,
                (_, Work::Insert) => 2.0,
            };
            let figure =
                Figure::new(format!("{key}: {what}"), middle(0, |turn| turn.done.per_second), "/s");
            let theirs = middle(index, |turn| turn.done.per_second);
            report.add(figure.against(stand.name, theirs).goal(Goal::RatioAtLeast(goal)));
            let p99 =
                Figure::new(format!("{key}: {what}, p99"), middle(0, |turn| turn.done.p99), "ms");
            report.add(p99.against(stand.name, middle(index, |turn| turn.done.p99)));
            let processor = Figure::new(
                format!("{key}: {what}, processor"),
                middle(0, |turn| turn.processor),
                "us",
            );
            report.add(processor.against(stand.name, middle(index, |turn| turn.processor)));
        }
        let rates = [0, 1].map(|index| middle(index, |turn| turn.done.per_second) * BUSY);
        let [ours, floor] = calm(&services, work, bench, rates)?;
        let name = format!("{key}: {what}, p99 at {BUSY} of that");
        let ours = Figure::new(name, ours.0, "ms").against("its median", ours.1);
        report.add(ours.goal(Goal::RatioAtMost(5.0)));
        let name = format!("{key}: {what}, p99 of the floor at {BUSY} of its own");
        report.add(Figure::new(name, floor.0, "ms").against("its median", floor.1));
    }
    rest(key, &stands, &services, report)
}

/// The p99 and the median, in milliseconds, of us and of the floor, each at its rate.
fn calm(
    services: &[Service],
    work: Work,
    bench: &Bench,
    rates: [f64; 2],
) -> Result<[(f64, f64); 2]> {
    let mut rounds: [Vec<Done>; 2] = Default::default();
    for _ in 0..bench.rounds {
        for ((service, rate), round) in services.iter().zip(rates).zip(&mut rounds) {
            round.push(service.load(work, seconds(bench), Some(rate))?);
        }
    }
    Ok(rounds.map(|round| {
        let of = |figure: fn(&Done) -> f64| median(round.iter().map(figure).collect());
        (of(|done| done.p99), of(|done| done.median))
    }))
}

/// Memory and start.
fn rest(key: &str, stands: &[Stand], services: &[Service], report: &mut Report) -> Result<()> {
    let (ours, floor) = (&services[0], &services[1]);
    report.add(
        Figure::new(format!("{key}: memory, idle"), ours.idle, "MiB")
            .against(stands[1].name, floor.idle)
            .goal(Goal::AtMost(12.0)),
    );
    report.add(
        Figure::new(format!("{key}: memory, after load"), ours.memory()?, "MiB")
            .against(stands[1].name, floor.memory()?),
    );
    report.add(
        Figure::new(format!("{key}: start"), ours.start, "ms").against(stands[1].name, floor.start),
    );
    Ok(())
}

/// One turn of load, and what an answer took of a processor, in microseconds.
struct Turn {
    done: Done,
    processor: f64,
}

/// Everybody has a turn, as often as there are rounds; before that one to get warm.
fn turns(services: &[Service], work: Work, bench: &Bench) -> Result<Vec<Vec<Turn>>> {
    for service in services {
        service.load(work, 1.0, None)?;
    }
    let mut rounds: Vec<Vec<Turn>> = services.iter().map(|_| Vec::new()).collect();
    for _ in 0..bench.rounds {
        for (service, round) in services.iter().zip(&mut rounds) {
            let before = service.processor()?;
            let done = service.load(work, seconds(bench), None)?;
            let processor = (service.processor()? - before) / done.answers;
            round.push(Turn { done, processor });
        }
    }
    Ok(rounds)
}

#[allow(clippy::cast_precision_loss)]
fn seconds(bench: &Bench) -> f64 {
    bench.seconds as f64
}

/// The URL of the server of a database; empty where none is needed.
fn server(db: &str) -> Result<std::result::Result<String, String>> {
    let catalog = work::catalog()?;
    let stack = backend_gen::Stack::choose(&catalog, [("db", db)])?;
    Ok(match servers::of(&catalog, &stack).into_iter().next() {
        None => Ok(String::new()),
        Some(server) if server.answers() => Ok(server.url),
        Some(server) => Err(format!("nothing answers at {}", server.variable)),
    })
}
