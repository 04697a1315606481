//! How often one client may ask: a window of a minute that begins with its first request.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use uuid::Uuid;

use super::problem::Problem;

pub const WINDOW: Duration = Duration::from_secs(60);

/// Beyond so many clients the oldest windows are forgotten: memory has an end.
const MOST_CLIENTS: usize = 100_000;

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    User(Uuid),
    /// Everybody at one address who is not logged in.
    Network(Option<IpAddr>),
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Network(Some(address)) => write!(f, "client:{address}"),
            Self::Network(None) => f.write_str("client:"),
        }
    }
}

/// How often a client has asked in its window, and when the window ends.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    pub hits: u64,
    pub resets_in: Duration,
}

/// Counters of this process, by client.
#[derive(Default)]
pub struct Counters(Mutex<HashMap<Caller, (Instant, u64)>>);

impl Counters {
    /// Counts one more.
    pub fn count(&self, caller: Caller, window: Duration) -> Count {
        let now = Instant::now();
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MOST_CLIENTS && !clients.contains_key(&caller) {
            clients.retain(|_, (ends, _)| *ends > now);
            if clients.len() >= MOST_CLIENTS {
                clients.clear();
            }
        }
        let counter = clients.entry(caller).or_insert((now + window, 0));
        if counter.0 <= now {
            *counter = (now + window, 0);
        }
        counter.1 += 1;
        Count { hits: counter.1, resets_in: counter.0 - now }
    }

    /// Forgets the windows that are over.
    pub fn clean_up(&self) {
        let now = Instant::now();
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|_, (ends, _)| *ends > now);
    }
}

/// # Errors
/// 429 with the seconds until the window ends.
pub fn allow(limit: u32, count: Count) -> Result<(), Problem> {
    if count.hits <= u64::from(limit) {
        return Ok(());
    }
    let seconds = count.resets_in.as_millis().div_ceil(1000).max(1);
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited");
    Err(problem.retry_after(u64::try_from(seconds).unwrap_or(60)))
}
