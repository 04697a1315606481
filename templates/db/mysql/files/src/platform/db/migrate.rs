//! Migrations: the schema is brought up to date once, however many processes start together.

use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, params};
use tokio::time::timeout;

use super::script::statements;
use super::{Settings, error::reason, pool};
use crate::error::{Error, Result};
use crate::platform::migrations::{Migration, pending};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version    BIGINT       NOT NULL PRIMARY KEY,
    name       VARCHAR(255) NOT NULL,
    checksum   CHAR(64)     NOT NULL,
    statements INT          NOT NULL COMMENT 'how many of them are done',
    applied_at DATETIME(6)  NULL     COMMENT 'when all of them were done'
) DEFAULT CHARACTER SET utf8mb4";

/// Applies what is missing and returns the names. A process that is at it already is waited for.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    let mut conn = pool::single(settings).await?;
    let work = async {
        lock(&mut conn).await?;
        conn.query_drop(TABLE).await?;
        let mut names = Vec::new();
        for migration in pending(&applied(&mut conn).await?).map_err(Error::internal)? {
            apply(&mut conn, &migration).await?;
            names.push(migration.name.to_string());
        }
        Ok(names)
    };
    let late = |_| Error::internal("the migrations took longer than ten minutes");
    let names = timeout(Duration::from_secs(10 * 60), work).await.map_err(late)?;
    // with its connection the lock is gone too
    let _ = timeout(Duration::from_secs(1), conn.disconnect()).await;
    names
}

/// One process at a time, per database.
async fn lock(conn: &mut Conn) -> Result<()> {
    let sql = "SELECT GET_LOCK(CONCAT('migrate ', MD5(DATABASE())), 60)";
    match conn.query_first(sql).await? {
        Some(Some(1)) => Ok(()),
        _ => Err(Error::internal("another process has been migrating for a minute")),
    }
}

/// Version and checksum of each migration that is done.
pub(super) async fn applied(conn: &mut Conn) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT version, checksum FROM schema_migrations WHERE applied_at IS NOT NULL";
    Ok(conn.query(sql).await?)
}

/// Each statement takes effect at once, and there is no way back: so they are counted, and a
/// migration that broke in the middle goes on at the statement that failed.
async fn apply(conn: &mut Conn, migration: &Migration) -> Result<()> {
    let sql = "SELECT statements FROM schema_migrations WHERE version = ?";
    let done: Option<usize> = conn.exec_first(sql, (migration.version,)).await?;
    let statements = statements(migration.sql);
    for (place, statement) in statements.iter().enumerate().skip(done.unwrap_or(0)) {
        let applied = conn.query_drop(*statement).await;
        applied.map_err(|error| broken(migration, place + 1, statements.len(), &error))?;
        record(conn, migration, place + 1).await?;
    }
    record(conn, migration, statements.len()).await?;
    let sql = "UPDATE schema_migrations SET applied_at = UTC_TIMESTAMP(6) WHERE version = ?";
    Ok(conn.exec_drop(sql, (migration.version,)).await?)
}

async fn record(conn: &mut Conn, migration: &Migration, done: usize) -> Result<()> {
    let sql = "REPLACE INTO schema_migrations (version, name, checksum, statements)
               VALUES (:version, :name, :checksum, :done)";
    let Migration { version, name, .. } = migration;
    let checksum = migration.checksum();
    Ok(conn.exec_drop(sql, params! { version, name, checksum, done }).await?)
}

fn broken(migration: &Migration, number: usize, all: usize, error: &mysql_async::Error) -> Error {
    let Migration { name, version, .. } = migration;
    let reason = reason(error);
    Error::internal(format!(
        "migrations/{name}.sql, statement {number} of {all}: {reason}

hint: the statements before it are done and cannot be rolled back.
correct this one and migrate again: it goes on here. Two other ways out:
- it is done already:
      UPDATE schema_migrations SET statements = {number} WHERE version = {version}
- begin the file anew:   undo by hand what is done, then
                         DELETE FROM schema_migrations WHERE version = {version}"
    ))
}
