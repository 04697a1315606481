//! One connection: how it is opened, and how a statement is prepared, asked and answered in time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, Error as Cause, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::error::Fault;
use super::values::{Params, Row};
use crate::error::{Error, Result};

/// A little more than the server allows a statement: what is later comes from a server that hangs.
pub(super) const DEADLINE: Duration = Duration::from_secs(6);

/// Every wait has an end on the server too.
pub(super) const BOUNDED: &str = "SET lock_timeout = '2s'; SET statement_timeout = '5s';
    SET idle_in_transaction_session_timeout = '10s'; SET timezone = 'UTC';";

/// How connections are opened.
#[derive(Clone)]
pub(super) struct Link {
    pub config: Config,
    tls: MakeRustlsConnect,
    /// How long opening one may take.
    pub patience: Duration,
}

impl Link {
    pub(super) fn new(url: &SecretString, patience: Duration) -> Result<Self> {
        let address = Address::parse(url.expose_secret()).map_err(Error::internal)?;
        let tls = address.tls()?;
        let mut config = address.config;
        config
            .application_name(env!("CARGO_PKG_NAME"))
            .keepalives_idle(Duration::from_secs(30))
            .keepalives_interval(Duration::from_secs(10))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(10));
        Ok(Self { config, tls, patience })
    }

    /// `session` is sent first: settings for as long as the connection lives.
    pub(super) async fn open(&self, session: &str) -> Result<Connection, Fault> {
        in_time(self.patience, async {
            let (client, connection) = self.config.connect(self.tls.clone()).await?;
            let mut task = JoinSet::new();
            // what breaks it, the statements on it are told too
            task.spawn(async { drop(connection.await) });
            client.batch_execute(session).await?;
            Ok(Connection {
                client,
                prepared: Mutex::default(),
                opened: Instant::now(),
                _task: task,
            })
        })
        .await
    }
}

/// Dropped, it is closed at once, and the server undoes what was not committed.
pub(super) struct Connection {
    client: Client,
    prepared: Mutex<HashMap<String, Statement>>,
    opened: Instant,
    _task: JoinSet<()>,
}

impl Connection {
    /// Whether it is open, and not so old that a balancer could have forgotten it.
    pub(super) fn is_fit(&self) -> bool {
        !self.client.is_closed() && self.opened.elapsed() < Duration::from_secs(30 * 60)
    }

    pub(super) async fn rows(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Fault> {
        in_time(DEADLINE, async {
            let statement = self.prepared(sql).await?;
            let rows = self.client.query(&statement, params).await?;
            Ok(rows.into_iter().map(Row::from).collect())
        })
        .await
    }

    /// How many rows it found.
    pub(super) async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64, Fault> {
        in_time(DEADLINE, async {
            let statement = self.prepared(sql).await?;
            self.client.execute(&statement, params).await
        })
        .await
    }

    /// Statements without values, several at once if need be.
    pub(super) async fn script(&self, sql: &str, patience: Duration) -> Result<(), Fault> {
        in_time(patience, self.client.batch_execute(sql)).await
    }

    /// The server reads and plans a statement once for each connection.
    async fn prepared(&self, sql: &str) -> Result<Statement, Cause> {
        let known = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = known().get(sql).cloned() {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await?;
        known().insert(sql.to_string(), statement.clone());
        Ok(statement)
    }
}

async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Cause>>,
) -> Result<T, Fault> {
    let answer = timeout(patience, answer).await;
    answer.map_err(|_| Fault::Late(patience))?.map_err(Fault::Said)
}
