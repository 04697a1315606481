//! The database: four verbs, on a shared connection for reads and a pool for writes. Next:
//! `transaction.rs`, `reader.rs`, `migrate.rs`.

mod address;
mod connect;
mod connection;
mod error;
mod migrate;
mod pool;
mod reader;
mod transaction;
mod values;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::platform::database::{self, Trace};
use crate::platform::env::Env;
use crate::platform::migrations::complete;
use error::{Fault, give_up};
use pool::Pool;
use reader::Reader;
use transaction::Tries;

pub use connect::{connect, script};
pub use error::{is_duplicate, is_lock_timeout};
pub use migrate::migrate;
pub use transaction::Tx;
pub use values::{Param, Params, Row};

/// How many connections the server, or this database of it, takes from everybody but its owner.
const LIMIT: &str = "SELECT
    LEAST(NULLIF(datconnlimit, -1), current_setting('max_connections')::int)
    - current_setting('superuser_reserved_connections')::int AS most
    FROM pg_database WHERE datname = current_database()";

#[derive(Clone)]
pub struct Settings(database::Settings);

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        let default = "postgres://postgres:postgres@127.0.0.1:5432/postgres";
        Self(database::Settings::read(env, default, connect::check))
    }
}

impl Deref for Settings {
    type Target = database::Settings;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Cheap to clone: all clones share the same connections.
#[derive(Clone)]
pub struct Db {
    reader: Arc<Reader>,
    pool: Arc<Pool>,
    trace: Trace,
}

impl Db {
    /// The first row, if there is one.
    pub async fn one<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Option<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        Ok(self.all(sql, params, read).await?.into_iter().next())
    }

    /// Every row.
    pub async fn all<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Vec<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        self.trace.statement(sql);
        let rows = self.reader.rows(sql, params).await;
        rows.map_err(|fault| give_up(fault.into()))?.iter().map(read).collect()
    }

    /// How many rows it found. Like a transaction, it has another try after a deadlock.
    pub async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let mut tries = Tries::default();
        loop {
            self.trace.statement(sql);
            let loan = self.pool.acquire().await?;
            let done = loan.connection.run(sql, params).await;
            if !matches!(done, Err(Fault::Late(_))) {
                loan.give_back();
            }
            let done = done.map_err(Error::from);
            match tries.pause_after(&done) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return done.map_err(give_up),
            }
        }
    }

    /// `Ok` when the server answers within a second and has exactly the migrations of this program.
    pub async fn ready(&self) -> Result<()> {
        let late = |_| Error::Unavailable("no answer within a second".to_string());
        let rows = self.reader.rows(migrate::APPLIED, &[]);
        let rows = timeout(Duration::from_secs(1), rows).await.map_err(late)??;
        let applied: Result<Vec<_>> = rows.iter().map(migrate::applied).collect();
        complete(&applied?).map_err(Error::Unavailable)
    }

    /// Whether the server takes the connections of all instances.
    pub async fn room(&self, settings: &Settings) -> Result<(), String> {
        let limit = self.one(LIMIT, &[], |row| row.get::<i32>("most")).await;
        let limit = limit.map_err(|error| error.to_string())?.unwrap_or_default();
        database::room(settings, 1, u32::try_from(limit).unwrap_or_default())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.reader.close();
        self.pool.close();
    }
}
