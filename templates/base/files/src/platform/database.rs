//! What every database needs besides itself: settings, patience at the start, a trace for tests.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use super::env::{AppEnv, Env};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Settings {
    pub url: SecretString,
    /// A role that may change the schema.
    pub migrate_url: SecretString,
    pub max_connections: u32,
    /// How many processes like this one there may be at once.
    pub instances: u32,
    /// How long a request waits for its turn.
    pub acquire_timeout: Duration,
    /// How long the start waits for the database.
    pub connect_deadline: Duration,
    pub migrate_on_start: bool,
    pub trace: Trace,
}

impl Settings {
    /// `check` says what is wrong with a URL, if anything.
    pub fn read(env: &mut Env, default_url: &str, check: fn(&str) -> Result<(), String>) -> Self {
        let production = env.production();
        let url = env.text("DATABASE_URL", default_url);
        let migrate_url = env.text("MIGRATE_DATABASE_URL", &url);
        if let Err(why) = check(&url) {
            env.problem("DATABASE_URL", why);
        }
        // where it is not set it is the same, and one mistake is reported once
        if env.optional("MIGRATE_DATABASE_URL").is_some()
            && let Err(why) = check(&migrate_url)
        {
            env.problem("MIGRATE_DATABASE_URL", why);
        }
        let patience = if production { 60_000 } else { 1_000 };
        Self {
            url: url.into(),
            migrate_url: migrate_url.into(),
            max_connections: env.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1_000),
            instances: env.number("INSTANCES", 1, 1..=1_000),
            acquire_timeout: millis(env, "DATABASE_ACQUIRE_TIMEOUT_MS", 3_000),
            connect_deadline: millis(env, "DATABASE_CONNECT_DEADLINE_MS", patience),
            migrate_on_start: env.flag("MIGRATE_ON_START", !production),
            trace: Trace::read(env),
        }
    }

    /// What tells this database apart from all others: where it is.
    pub fn identity(&self) -> String {
        self.url.expose_secret().to_string()
    }
}

fn millis(env: &mut Env, name: &'static str, default: u64) -> Duration {
    Duration::from_millis(env.number(name, default, 10..=600_000))
}

/// `SQL_TRACE`: a file that gets one line for each statement. Tests and lessons count them.
#[derive(Clone, Debug, Default)]
pub struct Trace(Option<Arc<Mutex<File>>>);

impl Trace {
    fn read(env: &mut Env) -> Self {
        let Some(path) = env.optional("SQL_TRACE") else { return Self(None) };
        if env.app_env() == AppEnv::Production {
            env.problem("SQL_TRACE", "is for development and test only");
            return Self(None);
        }
        match OpenOptions::new().create(true).append(true).open(path) {
            Ok(file) => Self(Some(Arc::new(Mutex::new(file)))),
            Err(error) => {
                env.problem("SQL_TRACE", format!("cannot be written: {error}"));
                Self(None)
            }
        }
    }

    pub fn statement(&self, sql: &str) {
        let Some(file) = &self.0 else { return };
        let line = sql.split_whitespace().collect::<Vec<_>>().join(" ") + "\n";
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // a trace that cannot be written must not fail the request
        let _ = file.write_all(line.as_bytes());
    }
}

/// Tries until it works or the deadline is over, with a line in the log each second.
pub async fn patiently<T, E, F>(deadline: Duration, mut connect: impl FnMut() -> F) -> Result<T, E>
where
    E: std::fmt::Display,
    F: Future<Output = Result<T, E>>,
{
    let (start, mut said, mut longest) = (Instant::now(), None::<Instant>, 100_u64);
    let mut say = |error: &E| {
        if said.is_none_or(|at| at.elapsed() >= SECOND) {
            tracing::warn!(event = "database_wait", %error);
            said = Some(Instant::now());
        }
    };
    loop {
        let error = match connect().await {
            Ok(connected) => return Ok(connected),
            Err(error) => error,
        };
        let left = deadline.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(error);
        }
        // full jitter: instances that start together do not knock together
        let next = Instant::now() + Duration::from_millis(10 + random_below(longest)).min(left);
        while Instant::now() < next {
            say(&error);
            tokio::time::sleep(SECOND.min(next - Instant::now())).await;
        }
        longest = (longest * 2).min(5_000);
    }
}

/// Whether a server that takes `limit` connections has room for all instances: each writes on as
/// many as its pool holds, and needs `more`.
///
/// # Errors
/// A sentence with the sum, and what to do.
pub fn room(settings: &Settings, more: u32, limit: u32) -> Result<(), String> {
    let (instances, each) = (settings.instances, settings.max_connections + more);
    let wanted = instances * each;
    if wanted <= limit {
        return Ok(());
    }
    Err(format!(
        "{instances} x {each} connections are {wanted}, and the database takes {limit}: lower \
         DATABASE_MAX_CONNECTIONS or INSTANCES, or let the database take more"
    ))
}

/// A number from 0 up to, not including, `limit`: for pauses, not for secrets.
pub fn random_below(limit: u64) -> u64 {
    getrandom::u64().unwrap_or_default() % limit.max(1)
}
