//! What a step does to the connection between the backend and its database.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::commands::learn::trial::step::Done;
use crate::commands::learn::trial::world::World;
use crate::io::interrupt::Guard;
use crate::io::proxy::orders::Mode;
use crate::io::server;
use crate::judge::Observation;
use crate::lesson::fault::Fault;
use crate::lesson::step::Step;

/// Tells it, or waits for what was told.
pub fn run(world: &mut World<'_>, step: &Step, fault: &Fault, guard: &Guard) -> Done {
    let (mode, sent) = match told(world, fault) {
        Ok(Some(told)) => told,
        Ok(None) => return awaited(world, step, guard),
        Err(name) => return Done::wrong("a stall", &format!("a number as `{name}`"), "none"),
    };
    let seen = match world.passage() {
        Ok(passage) => {
            passage.tell(mode);
            Observation::Done
        }
        Err(why) => Observation::Blind(why.to_string()),
    };
    Done::new(sent, seen)
}

/// What a passage is told, with its words; nothing when it is only waited for.
fn told(world: &World<'_>, fault: &Fault) -> Result<Option<(Mode, String)>, String> {
    Ok(Some(match fault {
        Fault::Await => return Ok(None),
        Fault::Pass => (Mode::Pass, "the database answers again".to_string()),
        Fault::Stall => (Mode::Stall, "the database answers nothing more".to_string()),
        Fault::Cut => (Mode::Cut, "the database cannot be reached any more".to_string()),
        Fault::DelayMs(millis) => {
            let sent = format!("the way to the database takes {millis} ms, each way");
            (Mode::Delay(Duration::from_millis(*millis)), sent)
        }
        Fault::StallAfter(count) => {
            let known = world.known.value(count)?;
            let count = known.as_u64().ok_or_else(|| count.to_string())?;
            (Mode::StallAfter(count), format!("the database answers {count} statements more"))
        }
    }))
}

/// Until it has stalled, or nothing is under way any more.
fn awaited(world: &mut World<'_>, step: &Step, guard: &Guard) -> Done {
    let sent = "waited for the moment at which the database stops answering";
    let patience = step.within_ms.map_or(PATIENCE, Duration::from_millis);
    let began = Instant::now();
    loop {
        let stalled = match world.passage() {
            Ok(passage) => passage.stalled(),
            Err(why) => return Done::new(sent, Observation::Blind(why.to_string())),
        };
        let over = world.begun.values().all(|it| it.is_over());
        if stalled.is_some() || over {
            let fault = stalled.map_or(ANSWERED.to_string(), |count| {
                format!("the database stopped answering after statement {count}")
            });
            world.known.learn("fault", Value::from(fault));
            return Done::new(sent, Observation::Done);
        }
        if began.elapsed() >= patience || guard.stopped() {
            let got = format!("neither after {} ms", patience.as_millis());
            return Done::wrong(sent, "that moment, or the answer to the request", got);
        }
        server::pause();
    }
}

/// When there were fewer statements.
const ANSWERED: &str = "the database answered every statement";
/// Longer than a backend waits for one statement.
const PATIENCE: Duration = Duration::from_secs(10);
