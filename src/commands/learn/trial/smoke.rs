//! What every backend of a stack can do, the lesson aside: it must still be so when all rules hold.

use anyhow::Result;

use crate::check::{Verdict, Walk};
use crate::commands::check::one;
use crate::commands::learn::trial::ground::Ground;
use crate::commands::learn::trial::sink;
use crate::commands::learn::trial::world::World;
use crate::io::http::Client;
use crate::io::interrupt::Guard;
use crate::judge;
use crate::judge::report::Broken;
use crate::lesson::probe::Probes;
use crate::lesson::step::Instance;

/// Walks through a fresh backend, and says what it cannot do any more.
pub fn run(ground: &Ground<'_>, probes: &Probes, guard: &Guard) -> Result<Option<Broken>> {
    let mut known = ground.known(probes)?;
    let sinks = sink::open(&probes.sinks, &mut known)?;
    let mut world = World::new(ground, &judge::variables(&probes.env, &known))?;
    world.sinks = sinks;
    let url = match world.url(Instance::Number(1), guard)? {
        Ok(url) => url,
        Err(broken) => return Ok(Some(broken)),
    };
    let random = ground.seed.to_string();
    let given = [("scratch", ""), ("random", random.as_str())];
    let mut walk = Walk::of(ground.catalog, ground.stack, &given)?;
    let client = Client::new(&url);
    for step in walk.steps.clone() {
        if guard.stopped() {
            break;
        }
        if let Verdict::Wrong { sent, expected, got } = one(&client, &step, &mut walk).0 {
            let what = format!("every rule holds, and something else broke: {}", step.title);
            let told = [("sent", sent), ("expected", expected), ("got", got)];
            let lines = told.into_iter().flat_map(|(label, text)| {
                let labels = [label].into_iter().chain(std::iter::repeat(""));
                let lines = text.lines().map(str::to_string).collect::<Vec<_>>();
                labels.zip(lines).map(|(label, line)| format!("{label:<9} {line}"))
            });
            return Ok(Some(Broken::new("regression", what, HINT).saying(lines.collect())));
        }
    }
    Ok(None)
}

const HINT: &str = "look at what you changed besides what the rules ask for: \
                    `backend-gen learn solution --give-up` compares it with one right answer";
