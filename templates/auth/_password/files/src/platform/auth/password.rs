//! Passwords: hashed slowly on purpose, away from the threads that answer requests.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::throttle::Limit;
use crate::error::{Error, Result};
use crate::platform::env::Env;
use crate::platform::secret::random_token;

/// How many may wait for their turn, for each processor: beyond it the answer is 503 at once.
const WAITING: usize = 32;

/// What can be set about passwords.
#[derive(Clone)]
pub struct Settings {
    pub shortest: usize,
    pub limits: [Limit; 2],
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        Self { shortest: env.number("PASSWORD_MIN_LENGTH", 12, 8..=64), limits: Limit::read(env) }
    }

    /// Counters that are older have nothing to say.
    pub fn longest_window(&self) -> i64 {
        self.limits[0].window_secs.max(self.limits[1].window_secs)
    }
}

/// Cheap to clone. A hash takes 19 MiB and some 20 ms, so only so many are made at once.
#[derive(Clone)]
pub struct Passwords {
    pub shortest: usize,
    pub limits: [Limit; 2],
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Checked in place of a hash that does not exist.
    nobody: Arc<str>,
}

impl Passwords {
    pub fn new(settings: &Settings) -> Result<Self> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let nobody = hash(&random_token())?;
        let (turns, queue) = (Semaphore::new(processors), Semaphore::new(processors * WAITING));
        Ok(Self {
            shortest: settings.shortest,
            limits: settings.limits,
            turns: Arc::new(turns),
            queue: Arc::new(queue),
            nobody: nobody.into(),
        })
    }

    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.in_turn(move || hash(password.expose_secret())).await?
    }

    /// The same work when there is no hash, so that time does not tell who has an account.
    pub async fn verify(&self, password: SecretString, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_string();
        let matches = self.in_turn(move || {
            let stored = PasswordHash::new(&stored).map_err(Error::internal)?;
            let password = password.expose_secret().as_bytes();
            Ok::<_, Error>(Argon2::default().verify_password(password, &stored).is_ok())
        });
        Ok(matches.await?? && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(Error::internal)
    }
}

/// Argon2id with the parameters that OWASP asks for at least, and a salt of its own.
fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether a hash was made with less work than today's: then the next login makes it anew.
pub fn is_weak(stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else { return true };
    let cost = |params: &Params| (params.m_cost(), params.t_cost());
    let today = cost(&Params::default());
    Params::try_from(&stored).map_or(true, |params| {
        let (memory, time) = cost(&params);
        memory < today.0 || time < today.1
    })
}
