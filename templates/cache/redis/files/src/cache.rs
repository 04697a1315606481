//! Redis: answers of the last minute and counters, shared by every instance of this service.

use std::sync::Arc;
use std::time::Duration;

use redis::AsyncCommands;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db;
use crate::error::Result;
use crate::platform::env::Env;
use crate::platform::rate_limit::{Caller, Count};
use crate::platform::redis::{Line, Owed};
use crate::platform::secret::{hex, sha256};

const KEPT: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_millis(200);

#[derive(Clone)]
pub struct Settings {
    url: SecretString,
    /// Instances of one service share a database, and so they share this prefix.
    prefix: String,
}

impl Settings {
    pub fn read(env: &mut Env, db: &db::Settings) -> Self {
        let url = env.text("REDIS_URL", "redis://127.0.0.1:6379");
        if redis::Client::open(url.as_str()).is_err() {
            env.problem("REDIS_URL", "must be a URL such as redis://127.0.0.1:6379");
        }
        let prefix = format!("{}:{}", env!("CARGO_PKG_NAME"), hex(&sha256(db.identity())[..4]));
        Self { url: url.into(), prefix }
    }
}

#[derive(Clone)]
pub struct Cache {
    line: Line,
    prefix: Arc<str>,
    /// Owners whose mark could not be raised: what is kept for them is not true.
    owed: Owed,
}

impl Cache {
    /// Never fails: the first question connects, and a Redis that is away is only missed.
    pub async fn connect(settings: &Settings) -> Self {
        let line = Line::to(settings.url.expose_secret());
        Self { line, prefix: settings.prefix.as_str().into(), owed: Owed::default() }
    }

    /// The answer that is kept, or what `load` gives.
    pub async fn read_through<T, F>(&self, owner: Uuid, name: &'static str, load: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
    {
        let generation = if self.owed.has(owner) { None } else { self.generation(owner).await };
        let Some(generation) = generation else {
            return load.await;
        };
        let key = format!("{}:answer:{owner}:{generation}:{name}", self.prefix);
        let kept: Option<String> =
            self.line.ask(|mut redis| async move { redis.get(&key).await }).await.flatten();
        if let Some(answer) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(answer);
        }
        let answer = load.await?;
        if let Ok(text) = serde_json::to_string(&answer) {
            let key = format!("{}:answer:{owner}:{generation}:{name}", self.prefix);
            self.line
                .ask(|mut redis| async move {
                    redis.set_ex::<_, _, ()>(key, text, KEPT.as_secs()).await
                })
                .await;
        }
        Ok(answer)
    }

    /// After a commit: a new mark, so that what was kept for this owner is not asked for again.
    pub async fn raise(&self, owner: Uuid) {
        if !self.mark(owner).await && self.owed.add(owner) {
            tokio::spawn(self.clone().pay());
        }
    }

    /// When Redis is back the other instances still trust the old marks: not for long.
    async fn pay(self) {
        while let Some(owner) = self.owed.any() {
            if self.mark(owner).await {
                self.owed.remove(owner);
            } else {
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    /// `false` while Redis is away.
    async fn mark(&self, owner: Uuid) -> bool {
        let (key, mark) = (self.generation_key(owner), Uuid::now_v7().to_string());
        let set = self
            .line
            .ask(|mut redis| async move { redis.set_ex::<_, _, ()>(key, mark, 86_400).await });
        set.await.is_some()
    }

    /// Counts a hit in a window that began with the first; `None` while Redis is away.
    pub async fn count(&self, caller: Caller, window: Duration) -> Option<Count> {
        let key = format!("{}:count:{caller}", self.prefix);
        let mut steps = redis::pipe();
        let millis = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        steps.atomic().cmd("SET").arg(&key).arg(0).arg("PX").arg(millis).arg("NX").ignore();
        steps.incr(&key, 1).cmd("PTTL").arg(&key);
        let (hits, left): (u64, i64) = self.line.run(steps).await?;
        let resets_in = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        Some(Count { hits, resets_in })
    }

    pub async fn status(&self) -> Option<&'static str> {
        let mut ping = redis::pipe();
        ping.cmd("PING");
        let pong: Option<(String,)> = self.line.run(ping).await;
        Some(if pong.is_some() { "up" } else { "down" })
    }

    fn generation_key(&self, owner: Uuid) -> String {
        format!("{}:generation:{owner}", self.prefix)
    }

    /// The mark of this owner's answers, made when there is none.
    async fn generation(&self, owner: Uuid) -> Option<String> {
        let key = self.generation_key(owner);
        let mut steps = redis::pipe();
        steps.atomic().cmd("SET").arg(&key).arg(Uuid::now_v7().to_string());
        steps.arg("EX").arg(86_400).arg("NX").ignore().get(&key);
        self.line.run::<(Option<String>,)>(steps).await?.0
    }
}
