//! Migrations: the schema is brought up to date once, however many processes start together.

use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::error::{ErrorPosition, SqlState};

use super::Settings;
use super::connect::unreachable;
use super::connection::{Connection, Link};
use super::error::Fault;
use super::values::Row;
use crate::error::{Error, Result};
use crate::platform::migrations::{Migration, pending};

const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);

/// One process at a time, per database, until its connection ends.
const LOCK: &str = "SET lock_timeout = '60s';
    SELECT pg_advisory_lock(hashtext('schema_migrations'));
    SET lock_timeout = '10s'; SET timezone = 'UTC';";

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version    bigint      PRIMARY KEY,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)";

pub(super) const APPLIED: &str = "SELECT version, checksum FROM schema_migrations";

/// Applies what is missing and returns the names. A process that is at it already is waited for.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    let link = Link::new(&settings.migrate_url, settings.acquire_timeout)?;
    let late = |_| Error::internal("the migrations took longer than ten minutes");
    timeout(TEN_MINUTES, apply_missing(&link)).await.map_err(late)?
}

async fn apply_missing(link: &Link) -> Result<Vec<String>> {
    let connection = link.open("").await.map_err(|fault| unreachable(&link.config, &fault))?;
    connection.script(LOCK, TEN_MINUTES).await.map_err(busy)?;
    connection.script(TABLE, TEN_MINUTES).await?;
    let applied: Result<Vec<_>> =
        connection.rows(APPLIED, &[]).await?.iter().map(applied).collect();
    let mut names = Vec::new();
    for migration in pending(&applied?).map_err(Error::internal)? {
        apply(&connection, &migration).await?;
        names.push(migration.name.to_string());
    }
    Ok(names)
}

/// Version and checksum of a migration that is done.
pub(super) fn applied(row: &Row) -> Result<(i64, String)> {
    Ok((row.get("version")?, row.get("checksum")?))
}

/// A migration that breaks leaves nothing behind: tables are part of a transaction too.
async fn apply(connection: &Connection, migration: &Migration) -> Result<()> {
    connection.script("BEGIN", TEN_MINUTES).await?;
    let done = connection.script(migration.sql, TEN_MINUTES).await;
    done.map_err(|fault| broken(migration, &fault))?;
    let sql = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";
    let checksum = migration.checksum();
    connection.run(sql, &[&migration.version, &migration.name, &checksum]).await?;
    Ok(connection.script("COMMIT", TEN_MINUTES).await?)
}

fn busy(fault: Fault) -> Error {
    if fault.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) {
        return Error::internal("another process has been migrating for a minute");
    }
    fault.into()
}

fn broken(migration: &Migration, fault: &Fault) -> Error {
    let Migration { name, sql, .. } = migration;
    let line = match fault.position() {
        Some(ErrorPosition::Original(place)) => {
            let before = sql.chars().take(*place as usize);
            format!(", line {}", 1 + before.filter(|c| *c == '\n').count())
        }
        _ => String::new(),
    };
    Error::internal(format!(
        "migrations/{name}.sql{line}: {fault}\n\n\
         hint: nothing of it was applied; correct it and migrate again"
    ))
}
