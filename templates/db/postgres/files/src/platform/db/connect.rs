//! The start: wait for the server, or say what to do.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::address::Address;
use super::connection::{Connection, DEADLINE, Link};
use super::error::Fault;
use super::pool::Pool;
use super::reader::Reader;
use super::{Db, Settings};
use crate::error::{Error, Result};
use crate::platform::database::patiently;

/// Waits for the server until the deadline, then says what to do.
pub async fn connect(settings: &Settings) -> Result<Db> {
    let patience = settings.acquire_timeout.min(settings.connect_deadline);
    let link = Link::new(&settings.url, patience)?;
    let reader = Reader::new(link.clone());
    let first = patiently(settings.connect_deadline, || reader.connection()).await;
    first.map_err(|fault| unreachable(&link.config, &fault))?;
    let pool = Pool::new(link, settings.max_connections, settings.acquire_timeout);
    refuse_a_lender(&reader, &pool).await?;
    Ok(Db { reader: Arc::new(reader), pool: Arc::new(pool), trace: settings.trace.clone() })
}

/// Behind a pooler in the mode *transaction* two connections of ours share those of the server:
/// what one sets (a timeout, read-only) or prepares, the other meets, or misses.
async fn refuse_a_lender(reader: &Reader, pool: &Pool) -> Result<()> {
    let reading = reader.connection().await?;
    let loan = pool.acquire().await?;
    let (first, second) = (backend(&reading).await?, backend(&reading).await?);
    // from here on a pooler has one connection less to lend
    loan.connection.script("BEGIN", DEADLINE).await?;
    let third = backend(&reading).await;
    loan.connection.script("ROLLBACK", DEADLINE).await?;
    loan.give_back();
    if first == second && third.is_ok_and(|third| third == first) {
        return Ok(());
    }
    let why = "DATABASE_URL leads to a pooler that lends a connection for one transaction only";
    let hint = "take the address of the server itself, or the mode `session` of the pooler";
    Err(Error::Unavailable(format!("{why}\n\nhint: {hint}")))
}

/// The process of the server that answers.
async fn backend(connection: &Connection) -> Result<Option<i32>> {
    let rows = connection.rows("SELECT pg_backend_pid() AS pid", &[]).await?;
    rows.first().map(|row| row.get("pid")).transpose()
}

/// Runs a script on a connection of its own: what cannot be done from within the database.
pub async fn script(url: &SecretString, patience: Duration, sql: &str) -> Result<()> {
    let link = Link::new(url, patience)?;
    let connection = link.open("").await.map_err(|fault| unreachable(&link.config, &fault))?;
    Ok(connection.script(sql, 10 * patience).await?)
}

/// What is wrong with a URL, if anything.
pub(super) fn check(url: &str) -> Result<(), String> {
    Address::parse(url).map(|_| ())
}

pub(super) fn unreachable(config: &Config, fault: &Fault) -> Error {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        _ => "localhost".to_string(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let (user, name) = (config.get_user(), config.get_dbname());
    let (user, name) = (user.unwrap_or_default(), name.unwrap_or_default());
    let reason = fault.to_string();
    let hint = match fault.code().map_or("", |code| code.code()) {
        "28P01" | "28000" => "the server runs: check user and password in DATABASE_URL",
        "3D000" => &format!(
            "the server runs: createdb --host {host} --port {port} --username {user} {name}"
        ),
        "" if reason.contains("password") => "the server runs: DATABASE_URL needs a password",
        "" if reason.contains("certificate") => {
            "the server runs: name the authority of its certificate with &sslrootcert=FILE.pem"
        }
        _ => "start PostgreSQL, or set DATABASE_URL to a server that runs",
    };
    Error::Unavailable(format!("no database at {host}:{port}: {reason}\n\nhint: {hint}"))
}
