//! A load: many clients at once, and as many requests as there is time for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::check::Ask;
use crate::io::http::Client;
use crate::scale::balancer::SERVED_BY;
use crate::scale::report::Shot;

/// What is asked, and the bounds of it.
pub struct Load<'a> {
    pub url: &'a str,
    pub asks: &'a [Ask],
    pub clients: usize,
    /// The most requests of all clients together.
    pub most: usize,
    pub limit: Duration,
}

impl Load<'_> {
    /// Asks until the time is over, the count is reached, or somebody stops it.
    pub fn run(&self, stopped: impl Fn() -> bool + Sync) -> Vec<Shot> {
        let (begun, next) = (Instant::now(), AtomicUsize::new(0));
        let over = || begun.elapsed() >= self.limit || stopped();
        thread::scope(|scope| {
            let client = || self.client(&next, over);
            let clients: Vec<_> = (0..self.clients).map(|_| scope.spawn(client)).collect();
            clients.into_iter().flat_map(|it| it.join().unwrap_or_default()).collect()
        })
    }

    fn client(&self, next: &AtomicUsize, over: impl Fn() -> bool) -> Vec<Shot> {
        let client = Client::new(self.url);
        let mut shots = Vec::new();
        while !over() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(ask) = self.asks.get(number % self.asks.len().max(1)) else { break };
            if number >= self.most {
                break;
            }
            let begun = Instant::now();
            let answer = client.send(ask).ok();
            let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
            let by = answer.as_ref().and_then(|answer| answer.header(SERVED_BY));
            shots.push(Shot { by, status: answer.map(|answer| answer.status), micros });
        }
        shots
    }
}
