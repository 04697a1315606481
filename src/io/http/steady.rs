//! A steady stream: a few readers ask the same again and again, while something else happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::check::{Answer, Ask};
use crate::io::http::{Client, timed};

/// It flows until it is ended, or goes away.
pub struct Steady {
    shared: Arc<Shared>,
    readers: Vec<JoinHandle<Vec<Timed>>>,
}

#[derive(Default)]
struct Shared {
    ended: AtomicBool,
    answered: AtomicUsize,
}

/// What came back, or why nothing did, and how long it took.
type Timed = (Result<Answer>, Duration);

impl Steady {
    /// Each reader asks, pauses, and asks again.
    pub fn begin(url: &str, ask: &Ask, pause: Duration) -> Steady {
        let shared = Arc::new(Shared::default());
        let reader = |_| {
            let (client, ask, shared) = (Client::new(url), ask.clone(), shared.clone());
            thread::spawn(move || shared.read(&client, &ask, pause))
        };
        let readers = (0..READERS).map(reader).collect();
        Steady { shared, readers }
    }

    /// Lets it flow until so many requests have ended, within a limit, and ends it.
    pub fn end(mut self, least: usize, limit: Duration, stopped: impl Fn() -> bool) -> Vec<Timed> {
        let began = Instant::now();
        let enough = || self.shared.answered.load(Ordering::Relaxed) >= least;
        while !enough() && began.elapsed() < limit && !stopped() {
            thread::sleep(TICK);
        }
        self.shared.ended.store(true, Ordering::Relaxed);
        let readers = std::mem::take(&mut self.readers);
        readers.into_iter().flat_map(|reader| reader.join().unwrap_or_default()).collect()
    }
}

impl Drop for Steady {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn read(&self, client: &Client, ask: &Ask, pause: Duration) -> Vec<Timed> {
        let mut answers = Vec::new();
        while !self.ended.load(Ordering::Relaxed) && answers.len() < MOST {
            answers.push(timed(|| client.send(ask)));
            self.answered.fetch_add(1, Ordering::Relaxed);
            thread::sleep(pause);
        }
        answers
    }
}

const READERS: usize = 2;
/// Of one reader; more tell nothing new.
const MOST: usize = 20_000;
const TICK: Duration = Duration::from_millis(10);
