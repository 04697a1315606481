//! How the file is opened, and what its errors mean.

use std::fs::DirBuilder;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Error as Cause, ErrorCode, OpenFlags};
use secrecy::ExposeSecret;

use super::Db;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::platform::database::{self, patiently};
use crate::platform::env::Env;

const NO_OWNER: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;

#[derive(Clone)]
pub struct Settings(database::Settings);

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        Self(database::Settings::read(env, "sqlite:data/app.db", |url| path(url).map(|_| ())))
    }

    pub fn path(&self) -> PathBuf {
        path(self.url.expose_secret()).unwrap_or_default()
    }

    /// The same relative path is another file in another folder.
    pub fn identity(&self) -> String {
        let path = std::path::absolute(self.path()).unwrap_or_else(|_| self.path());
        path.display().to_string()
    }
}

impl Deref for Settings {
    type Target = database::Settings;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The file that `sqlite:data/app.db` names, starting at the working directory.
fn path(url: &str) -> Result<PathBuf, String> {
    let rest = url.strip_prefix("sqlite:").ok_or("must be like sqlite:data/app.db")?;
    let file = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    if file.is_empty() || file.contains(":memory:") {
        return Err("must name a file: each connection would see its own memory".to_string());
    }
    Ok(file.into())
}

/// Opens the file, made with its folder when it is not there.
pub async fn connect(settings: &Settings) -> Result<Db> {
    let open = || async { Writer::start(open(settings, true)?, settings.trace.clone()) };
    let writer = patiently(settings.connect_deadline, open).await.map_err(|error| {
        let (path, hint) = (settings.path(), "is its folder writable?");
        Error::Unavailable(format!("cannot open the database {}: {error}; {hint}", path.display()))
    })?;
    Ok(Db { settings: settings.clone(), readers: Arc::default(), writer: Arc::new(writer) })
}

/// A connection with the settings that make SQLite safe for a server.
pub(super) fn open(settings: &Settings, write: bool) -> Result<Connection> {
    let path = settings.path();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private(folder)?;
    }
    let conn = Connection::open_with_flags(path, OpenFlags::default())?;
    conn.busy_timeout(settings.acquire_timeout)?;
    conn.set_prepared_statement_cache_capacity(64);
    // WAL: readers do not wait for the writer. FULL: what was answered survives a power cut.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
    )?;
    // a statement is compiled once, and not again for each value that is bound to it
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "query_only", !write)?;
    Ok(conn)
}

fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// 503 where another try makes sense: busy, full, interrupted; else a mistake of ours.
impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        use ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OperationInterrupted, ReadOnly,
            SystemIoFailure,
        };
        // every row belongs to whoever asks: they have been deleted since they were identified
        if cause.sqlite_error().is_some_and(|error| error.extended_code == NO_OWNER) {
            return Self::Unauthenticated;
        }
        match cause.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked | DiskFull | OperationInterrupted) => {
                Self::Unavailable(cause.to_string())
            }
            Some(CannotOpen | ReadOnly | SystemIoFailure) => Self::Unavailable(cause.to_string()),
            _ => Self::internal(cause),
        }
    }
}

/// A row with this unique value was there already.
pub fn is_duplicate(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    let code = cause.downcast_ref::<Cause>().and_then(Cause::sqlite_error_code);
    code == Some(ErrorCode::ConstraintViolation)
}
