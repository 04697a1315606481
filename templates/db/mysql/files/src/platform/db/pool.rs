//! The pool: how a connection is opened, set up, waited for and handed out.

use std::io::{Error as IoError, ErrorKind};
use std::time::Duration;

use mysql_async::{Conn, Error as Cause, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::{Db, Settings, error::reason};
use crate::error::{Error, Result};
use crate::platform::database::patiently;

/// Errors instead of cut values, UTC, and a bounded wait for locks.
const STRICT: &str = "SET sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY', time_zone = '+00:00',
    innodb_lock_wait_timeout = 2, lock_wait_timeout = 10";

/// Each statement sees what was committed before it began: after a wait for a lock it reads the
/// newest row. And far fewer gaps between rows are locked than with the default.
const ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// No statement runs for longer than 5 s. MariaDB reads the first comment, MySQL the second.
const BOUNDED: &str = "SET /*M! max_statement_time = 5 */ /*!80000 max_execution_time = 5000 */";

/// Waits for the server until the deadline, then says what to do.
pub async fn connect(settings: &Settings) -> Result<Db> {
    let constraints = PoolConstraints::new(0, settings.max_connections as usize);
    let limits = PoolOpts::new()
        .with_constraints(constraints.unwrap_or_default())
        .with_inactive_connection_ttl(Duration::from_secs(10 * 60))
        .with_abs_conn_ttl(Some(Duration::from_secs(30 * 60)))
        .with_abs_conn_ttl_jitter(Some(Duration::from_secs(5 * 60)))
        // nothing here changes a session: it needs no reset and keeps its prepared statements
        .with_reset_connection(false);
    let opts = opts(&settings.url)?.init(vec![BOUNDED, ISOLATION, STRICT]).pool_opts(limits);
    let pool = Pool::new(opts);
    let patience = settings.acquire_timeout.min(settings.connect_deadline);
    let first = patiently(settings.connect_deadline, || in_time(patience, pool.get_conn())).await;
    first.map_err(|cause| unreachable(settings, &cause))?;
    let (acquire_timeout, trace) = (settings.acquire_timeout, settings.trace.clone());
    Ok(Db { pool, acquire_timeout, trace })
}

/// A connection of its own, for changes of the schema: they may take their time.
pub(super) async fn single(settings: &Settings) -> Result<Conn> {
    let opts = opts(&settings.migrate_url)?.init(vec![ISOLATION, STRICT]);
    acquired(settings.acquire_timeout, Conn::new(opts)).await
}

/// A connection, or 503: whatever stands in the way, it is not the fault of the request.
pub(super) async fn acquired<T>(
    patience: Duration,
    conn: impl Future<Output = Result<T, Cause>>,
) -> Result<T> {
    let conn = in_time(patience, conn).await;
    conn.map_err(|cause| Error::Unavailable(format!("no connection: {}", reason(&cause))))
}

/// The answer, or an error when it takes too long. What is given up in the middle of a statement
/// is closed by the driver; the server undoes its open transaction.
pub(super) async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Cause>>,
) -> Result<T, Cause> {
    let late = || IoError::new(ErrorKind::TimedOut, format!("no answer within {patience:?}"));
    timeout(patience, answer).await.unwrap_or_else(|_| Err(Cause::from(late())))
}

/// What is wrong with a URL, if anything.
pub(super) fn check(url: &str) -> Result<(), String> {
    match Opts::from_url(url) {
        Ok(opts) if opts.db_name().is_some() => Ok(()),
        _ => Err("must be like mysql://user:password@host:3306/name".to_string()),
    }
}

fn opts(url: &SecretString) -> Result<OptsBuilder> {
    let opts = Opts::from_url(url.expose_secret()).map_err(Error::internal)?;
    Ok(OptsBuilder::from_opts(opts)
        // an UPDATE counts the rows it found, also those that had the new values already
        .client_found_rows(true)
        // the address in the URL, not a socket that may belong to another server
        .prefer_socket(false)
        .tcp_keepalive(Some(Duration::from_secs(30))))
}

fn unreachable(settings: &Settings, cause: &Cause) -> Error {
    let code = if let Cause::Server(error) = cause { error.code } else { 0 };
    let hint = match code {
        1044 | 1045 | 1698 => "the server runs: check user and password in DATABASE_URL",
        1049 => "the server runs: make the database of DATABASE_URL with `CREATE DATABASE`",
        _ => "start MySQL or MariaDB, or set DATABASE_URL to a server that runs",
    };
    let opts = Opts::from_url(settings.url.expose_secret()).unwrap_or_default();
    let (host, port) = (opts.ip_or_hostname(), opts.tcp_port());
    let reason = reason(cause);
    Error::Unavailable(format!("no database at {host}:{port}: {reason}\n\nhint: {hint}"))
}
