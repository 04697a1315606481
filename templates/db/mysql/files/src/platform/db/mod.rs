//! The database: a pool of connections, and four verbs. Next: `transaction.rs`, `migrate.rs`.

mod error;
mod migrate;
mod pool;
mod script;
mod statement;
mod transaction;
mod values;

use std::ops::Deref;
use std::time::Duration;

use mysql_async::{Conn, Pool};
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::platform::database::{self, Trace};
use crate::platform::env::Env;
use crate::platform::migrations::complete;
use error::give_up;
use transaction::Tries;

pub use error::{is_duplicate, is_lock_timeout};
pub use migrate::migrate;
pub use pool::connect;
pub use transaction::{Tx, Work};
pub use values::{Param, Params, Row};

#[derive(Clone)]
pub struct Settings(database::Settings);

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        Self(database::Settings::read(env, "mysql://root@127.0.0.1:3306/test", pool::check))
    }
}

impl Deref for Settings {
    type Target = database::Settings;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Cheap to clone: all clones share one pool.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    acquire_timeout: Duration,
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
        let mut conn = self.conn().await?;
        let rows = statement::rows(&mut conn, &self.trace, sql, params).await;
        rows.map_err(give_up)?.iter().map(read).collect()
    }

    /// How many rows it found. Like a transaction, it has another try after a deadlock.
    pub async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let mut tries = Tries::default();
        loop {
            let mut conn = self.conn().await?;
            let done = statement::run(&mut conn, &self.trace, sql, params).await;
            drop(conn);
            match tries.pause_after(&done) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return done.map_err(give_up),
            }
        }
    }

    /// `Ok` when the server answers within a second and has exactly the migrations of this program.
    pub async fn ready(&self) -> Result<()> {
        let applied = async { migrate::applied(&mut self.conn().await?).await };
        let late = |_| Error::Unavailable("no answer within a second".to_string());
        let applied = timeout(Duration::from_secs(1), applied).await.map_err(late)??;
        complete(&applied).map_err(Error::Unavailable)
    }

    /// Whether the server takes the connections of all instances.
    pub async fn room(&self, settings: &Settings) -> Result<(), String> {
        let limit = "SELECT @@max_connections AS most";
        let limit = self.one(limit, &[], |row| row.get::<i64>("most")).await;
        let limit = limit.map_err(|error| error.to_string())?.unwrap_or_default();
        database::room(settings, 0, u32::try_from(limit).unwrap_or_default())
    }

    /// Says goodbye to the server, once every statement has its answer.
    pub async fn close(&self) {
        let _ = timeout(Duration::from_secs(2), self.pool.clone().disconnect()).await;
    }

    async fn conn(&self) -> Result<Conn> {
        pool::acquired(self.acquire_timeout, self.pool.get_conn()).await
    }
}
