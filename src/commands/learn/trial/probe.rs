//! How rules are tried: what comes before them all, and the steps of one probe.

use anyhow::Result;

use crate::commands::learn::trial::world::World;
use crate::commands::learn::trial::{Done, Ruled, step};
use crate::io::interrupt::Guard;
use crate::judge::Observation;
use crate::judge::report::Broken;
use crate::lesson::probe::{Probe, Probes};
use crate::lesson::spec::Rule;
use crate::lesson::step::Instance;

/// Starts the first instance, signs people up, and does what comes before all rules.
pub fn furnish(
    world: &mut World<'_>,
    probes: &Probes,
    guard: &Guard,
) -> Result<Result<(), Broken>> {
    if let Err(broken) = world.url(Instance::Number(1), guard)? {
        return Ok(Err(broken));
    }
    for name in &probes.people {
        if let Err(why) = world.enter(name, guard)? {
            return Ok(Err(not_set_up(&why)));
        }
    }
    for step in &probes.prepare {
        let (done, verdict) = step::run(world, step, guard)?;
        if let Err(wrong) = verdict {
            let what = format!("`{}`: expected {}, got {}", done.sent, wrong.expected, wrong.got);
            return Ok(Err(not_set_up(&what)));
        }
    }
    Ok(Ok(()))
}

fn not_set_up(why: &str) -> Broken {
    let hint = "something that the lesson builds upon does not work any more: \
                `backend-gen learn reset` brings the start back, and keeps a copy";
    Broken::new("set-up", format!("the lesson could not be set up: {why}"), hint)
}

/// Every step of a probe, for each of its combinations.
pub fn walk(
    world: &mut World<'_>,
    rule: &Rule,
    probe: &Probe,
    guard: &Guard,
    tell: &mut dyn FnMut(&str, &Done),
) -> Result<Ruled> {
    for each in probe.combinations() {
        for (name, value) in each {
            world.known.learn(name, value);
        }
        for step in &probe.step {
            if guard.stopped() {
                return Ok(Ruled::Holds);
            }
            let (done, verdict) = step::run(world, step, guard)?;
            tell(&rule.id, &done);
            if let Err(wrong) = verdict {
                let fill = |note: &String| world.known.text(note).unwrap_or_else(|_| note.clone());
                let note = step.note.as_ref().map(fill);
                return Ok(Ruled::Wrong(Box::new((done, wrong, note))));
            }
            if let Ok(Observation::Blind(why)) = done.seen {
                return Ok(Ruled::Blind(why));
            }
        }
    }
    world.booted = None;
    Ok(Ruled::Holds)
}
