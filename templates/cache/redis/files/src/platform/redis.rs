//! The line to Redis: a deadline for each question, and a rest after a failure.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{FromRedisValue, Pipeline, RedisError};
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_millis(200);
const REST: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub struct Line {
    redis: Option<ConnectionManager>,
    start: Instant,
    /// Milliseconds after `start` until which Redis is left alone.
    resting_until: Arc<AtomicU64>,
}

impl Line {
    /// Never fails: the first question connects, and a Redis that is away is only missed.
    pub fn to(url: &str) -> Self {
        let limits = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_number_of_retries(0);
        let client = redis::Client::open(url).ok();
        let redis =
            client.and_then(|client| ConnectionManager::new_lazy_with_config(client, limits).ok());
        Self { redis, start: Instant::now(), resting_until: Arc::default() }
    }

    /// Several commands at once.
    pub async fn run<T: FromRedisValue>(&self, steps: Pipeline) -> Option<T> {
        self.ask(|mut redis| async move { steps.query_async(&mut redis).await }).await
    }

    /// Asks within the deadline; after a failure Redis is left alone for a second.
    pub async fn ask<T, F>(&self, question: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let resting = self.resting_until.load(Ordering::Relaxed);
        if u128::from(resting) > self.start.elapsed().as_millis() {
            return None;
        }
        let question = question(self.redis.clone()?);
        let reason = match tokio::time::timeout(DEADLINE, question).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_string(),
        };
        tracing::warn!(event = "cache_down", reason);
        let until = (self.start.elapsed() + REST).as_millis();
        self.resting_until.store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Relaxed);
        None
    }
}

/// Owners whose answers could not be made old, because Redis was away.
#[derive(Clone, Default)]
pub struct Owed(Arc<Mutex<HashSet<Uuid>>>);

impl Owed {
    /// `true` for the first one: then somebody has to begin to pay.
    pub fn add(&self, owner: Uuid) -> bool {
        let mut owners = self.owners();
        owners.insert(owner) && owners.len() == 1
    }

    pub fn has(&self, owner: Uuid) -> bool {
        self.owners().contains(&owner)
    }

    pub fn any(&self) -> Option<Uuid> {
        self.owners().iter().next().copied()
    }

    pub fn remove(&self, owner: Uuid) {
        self.owners().remove(&owner);
    }

    fn owners(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
