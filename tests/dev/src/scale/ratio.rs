//! Instances whose work waits: two serve nearly twice as much as one, three nearly three times.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::scale::client::Client;
use crate::scale::front::FRONTS;
use crate::scale::stand::Stand;
use crate::scale::{slow, verdict};

pub fn run(stand: &Stand) -> Result<bool> {
    println!("a pool of 1, and 20 ms before the database");
    let one = rate(stand, 1)?;
    let (two, three) = (rate(stand, 2)?, rate(stand, 3)?);
    println!("  one {one:.1}, two {two:.1}, three {three:.1} writes a second");
    let (double, triple) = (two / one, three / one);
    let two = verdict(double >= 1.8, &format!("two serve {double:.2} x one (at least 1.8)"));
    let three = verdict(triple >= 2.6, &format!("three serve {triple:.2} x one (at least 2.6)"));
    Ok(two && three)
}

/// Writes a second through a balancer, when there is one, else in turns.
fn rate(stand: &Stand, count: usize) -> Result<f64> {
    let slow = slow::way_to(stand.admin(), Duration::from_millis(20))?;
    let place = slow.rsplit('@').next().and_then(|it| it.split(['/', '?']).next());
    let place = place.context("no URL")?;
    let settings = [("DATABASE_MAX_CONNECTIONS", "1"), ("DATABASE_ACQUIRE_TIMEOUT_MS", "10000")];
    let instances = stand.start_by(place, count, &settings)?;
    let owner = Client::new(&instances.url(0)).enter("owner")?;
    let home = TempDir::new()?;
    let front = FRONTS.iter().find_map(|front| Some((front, front.find()?)));
    // the generated files name three instances
    let running = match front.filter(|_| count == 3) {
        Some((front, program)) => {
            Some(front.start(&program, stand, &instances.ports, home.path())?)
        }
        None => None,
    };
    let (done, begun) = (AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let url = running.as_ref().map(|it| it.url.clone());
            let client = owner.at(&url.unwrap_or_else(|| instances.url(number % count)));
            let done = &done;
            scope.spawn(move || {
                for turn in 0.. {
                    if begun.elapsed() > TIME {
                        break;
                    }
                    let made = client.make("Wait", &format!("{number}-{turn}"));
                    done.fetch_add(usize::from(made.status == Some(201)), Ordering::Relaxed);
                }
            });
        }
    });
    Ok(done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

const CLIENTS: usize = 18;
const TIME: Duration = Duration::from_secs(8);
