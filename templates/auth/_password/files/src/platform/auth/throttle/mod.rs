//! Guessing passwords is slow here: failures are counted for each account and for each client.

mod store;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::platform::client::ClientIp;
use crate::platform::env::Env;
use crate::platform::secret::{hex, sha256};
use crate::platform::time::Timestamp;

pub use store::purge;

/// So many failures in a window that begins with the first.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    most: i32,
    pub window_secs: i64,
}

impl Limit {
    /// The limit of an account, and the one of a client.
    pub fn read(env: &mut Env) -> [Self; 2] {
        let account = Self {
            most: env.number("LOGIN_MAX_FAILURES", 5, 1..=100),
            window_secs: env.number("LOGIN_WINDOW_SECS", 900, 1..=86_400),
        };
        let client = Self {
            most: env.number("LOGIN_CLIENT_MAX_FAILURES", 10, 1..=100),
            window_secs: env.number("LOGIN_CLIENT_WINDOW_SECS", 180, 1..=86_400),
        };
        [account, client]
    }
}

#[derive(Clone, Debug)]
pub struct Counter {
    pub failures: i32,
    /// Guesses that are being checked just now. They count, or a hundred at once would all be free.
    pub pending: i32,
    /// By then a pending guess has been settled, or its process has died.
    pub pending_until: Timestamp,
    pub window_started_at: Timestamp,
    pub locked_until: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Now,
    /// Somebody else's guess is being checked, and may be right.
    Later,
    /// Seconds.
    Locked(i64),
}

impl Counter {
    fn turn(&mut self, limit: Limit, now: Timestamp) -> Turn {
        if now >= self.window_started_at.plus_secs(limit.window_secs) {
            (self.failures, self.locked_until) = (0, None);
        }
        if now >= self.pending_until {
            self.pending = 0;
        }
        match self.locked_until {
            Some(end) if now < end => Turn::Locked(now.secs_until(end).clamp(1, limit.window_secs)),
            Some(_) if self.pending == 0 => Turn::Now,
            None if self.failures + self.pending < limit.most => Turn::Now,
            _ => Turn::Later,
        }
    }

    fn fail(&mut self, limit: Limit, now: Timestamp) {
        if self.failures == 0 {
            self.window_started_at = now;
        }
        self.failures += 1;
        let over = self.failures - limit.most;
        if over >= 0 {
            // a second, doubled by each further failure, and never past the end of the window
            let lock = now.plus_secs(1 << over.min(20));
            self.locked_until = Some(lock.min(self.window_started_at.plus_secs(limit.window_secs)));
        }
    }
}

/// A guess that has its turn; it must be settled.
pub struct Guess {
    keys: [String; 2],
    limits: [Limit; 2],
}

/// Waits for a turn to check a password of this account, from this client.
pub async fn begin(db: &Db, limits: [Limit; 2], email: &str, client: ClientIp) -> Result<Guess> {
    let names = [format!("account:{email}"), format!("client:{}", client.network())];
    let keys = names.map(|name| hex(&sha256(name)));
    for _ in 0..120 {
        let now = Timestamp::now();
        let turn = store::update(db, keys.clone(), now, move |counters| {
            let turns = [counters[0].turn(limits[0], now), counters[1].turn(limits[1], now)];
            if turns == [Turn::Now; 2] {
                for counter in counters {
                    (counter.pending, counter.pending_until) =
                        (counter.pending + 1, now.plus_secs(30));
                }
            }
            turns[0].max(turns[1])
        });
        match turn.await? {
            Turn::Now => return Ok(Guess { keys, limits }),
            Turn::Later => tokio::time::sleep(std::time::Duration::from_millis(25)).await,
            Turn::Locked(seconds) => return Err(locked(seconds)),
        }
    }
    Err(locked(1))
}

fn locked(seconds: i64) -> Error {
    tracing::warn!(event = "login_throttled");
    Error::RateLimited { retry_after: seconds.unsigned_abs() }
}

impl Guess {
    /// `None` when the check itself could not be made: then nothing is counted.
    pub async fn settle(self, db: &Db, right: Option<bool>) -> Result<()> {
        let (now, limits) = (Timestamp::now(), self.limits);
        store::update(db, self.keys, now, move |counters| {
            for (counter, limit) in counters.iter_mut().zip(limits) {
                counter.pending = (counter.pending - 1).max(0);
                if right == Some(false) {
                    counter.fail(limit, now);
                }
            }
            if right == Some(true) {
                (counters[0].failures, counters[0].locked_until) = (0, None);
            }
        })
        .await
    }
}
