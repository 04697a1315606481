//! A cache in this process: answers of the last minute, bounded in number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache as Bounded;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db;
use crate::error::{Error, Result};
use crate::platform::env::Env;
use crate::platform::rate_limit::{Caller, Count};

const KEPT: Duration = Duration::from_secs(60);
const MOST: u64 = 10_000;

#[derive(Clone)]
pub struct Settings;

impl Settings {
    pub fn read(_: &mut Env, _: &db::Settings) -> Self {
        Self
    }
}

/// Answers as JSON under (owner, generation, name): a write makes a new generation, and the
/// answer of a reader that began before it stays behind under the old one.
#[derive(Clone)]
pub struct Cache {
    answers: Bounded<(Uuid, u64, &'static str), Arc<str>>,
    generations: Bounded<Uuid, u64>,
    last: Arc<AtomicU64>,
}

impl Cache {
    pub async fn connect(_: &Settings) -> Self {
        Self {
            answers: Bounded::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            generations: Bounded::new(MOST),
            last: Arc::default(),
        }
    }

    /// The answer that is kept, or what `load` gives; many who miss at once wait for one load.
    pub async fn read_through<T, F>(&self, owner: Uuid, name: &'static str, load: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
    {
        // a generation that was pushed out gets a number that was never used
        let generation = self.generations.get_with(owner, async { self.next() }).await;
        let load = async {
            let answer = serde_json::to_string(&load.await?).map_err(Error::internal)?;
            Ok(Arc::from(answer))
        };
        let answer = self.answers.try_get_with((owner, generation, name), load).await;
        let answer = answer.map_err(|error: Arc<Error>| {
            // the one that loaded gets the error itself, those who waited its reason
            Arc::try_unwrap(error).unwrap_or_else(|shared| Error::Unavailable(shared.to_string()))
        })?;
        serde_json::from_str(&answer).map_err(Error::internal)
    }

    /// After a commit: what was kept for this owner is not asked for again.
    pub async fn raise(&self, owner: Uuid) {
        self.generations.insert(owner, self.next()).await;
    }

    /// No counter is shared between processes.
    pub async fn count(&self, _: Caller, _: Duration) -> Option<Count> {
        None
    }

    pub async fn status(&self) -> Option<&'static str> {
        None
    }

    fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed)
    }
}
