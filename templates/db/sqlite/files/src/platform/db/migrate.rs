//! Brings the file up to date; of several processes that start at once, one does it.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::open::{Settings, open};
use crate::error::{Error, Result};
use crate::platform::migrations::{Migration, pending};
use crate::platform::time::Timestamp;

const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Applies what is missing, each file in a transaction, and names it.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    let settings = settings.clone();
    tokio::task::spawn_blocking(move || apply(&settings)).await.map_err(Error::internal)?
}

fn apply(settings: &Settings) -> Result<Vec<String>> {
    let conn = open(settings, true)?;
    let _lock = lock(settings)?;
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version INTEGER PRIMARY KEY, name TEXT NOT NULL,
             checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT",
    )?;
    let missing = pending(&applied(&conn)?).map_err(Error::Unavailable)?;
    for migration in &missing {
        if let Err(error) = apply_one(&conn, migration) {
            let _ = conn.execute_batch("ROLLBACK");
            let name = migration.name;
            return Err(Error::Unavailable(format!("migrations/{name}.sql failed: {error}")));
        }
    }
    Ok(missing.iter().map(|migration| migration.name.to_string()).collect())
}

fn apply_one(conn: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    conn.execute_batch(migration.sql)?;
    conn.execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
        params![
            migration.version,
            migration.name,
            migration.checksum(),
            Timestamp::now().to_string()
        ],
    )?;
    conn.execute_batch("COMMIT")
}

/// Version and checksum of each migration that the file has.
pub(super) fn applied(conn: &Connection) -> Result<Vec<(i64, String)>> {
    let is_new = "SELECT count(*) = 0 FROM sqlite_schema WHERE name = 'schema_migrations'";
    if conn.query_row(is_new, [], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare("SELECT version, checksum FROM schema_migrations")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// SQLite has no lock that outlives a transaction: a file beside the database is one.
fn lock(settings: &Settings) -> Result<File> {
    let mut path = settings.path().into_os_string();
    path.push(".migrate.lock");
    let (file, start) = (File::create(path)?, Instant::now());
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if start.elapsed() > LONGEST_WAIT => {
                return Err(Error::Unavailable(
                    "another process is migrating for too long".to_string(),
                ));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
