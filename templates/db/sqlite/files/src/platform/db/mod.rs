//! The database: a file, many readers, one writer, and four verbs. Next: `writer.rs`.

pub mod keys;
mod migrate;
mod open;
mod reader;
mod values;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::params_from_iter;

use crate::error::{Error, Result};
use crate::platform::database::Trace;
use crate::platform::migrations::complete;
use reader::Reader;
use values::{Bound, owned};
use writer::{Scope, Writer};

pub use migrate::migrate;
pub use open::{Settings, connect, is_duplicate};
pub use values::{Param, Params, Row};

/// Cheap to clone: all clones share the readers and the writer.
#[derive(Clone)]
pub struct Db {
    settings: Settings,
    readers: Arc<Mutex<Vec<Reader>>>,
    writer: Arc<Writer>,
}

impl Db {
    /// The first row, if there is one.
    pub async fn one<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Option<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        self.read(|tx| tx.one(sql, params, read))
    }

    /// Every row.
    pub async fn all<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Vec<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        self.read(|tx| tx.all(sql, params, read))
    }

    /// How many rows it changed.
    pub async fn run(&self, sql: &'static str, params: Params<'_>) -> Result<usize> {
        let values: Vec<_> = params.iter().map(|param| owned(*param)).collect();
        let work = move |tx: &Tx| {
            let params: Vec<&dyn Param> = values.iter().map(|value| value as &dyn Param).collect();
            tx.run(sql, &params)
        };
        self.writer.run(Scope::Statement, self.settings.acquire_timeout, work).await
    }

    /// All or nothing: what `work` wrote is kept when it returns `Ok`, and undone otherwise.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        self.writer.run(Scope::Transaction, self.settings.acquire_timeout, work).await
    }

    /// `Ok` when the file answers and has exactly the migrations of this program.
    pub async fn ready(&self) -> Result<()> {
        let applied = self.read(|tx| migrate::applied(tx.conn))?;
        complete(&applied).map_err(Error::Unavailable)
    }

    /// Whether this is a database for so many instances.
    pub async fn room(&self, settings: &Settings) -> Result<(), String> {
        match settings.instances {
            1 => Ok(()),
            many => Err(format!("{many} instances: a file is for the processes of one machine")),
        }
    }

    /// Waits until everything that was asked before is written.
    pub async fn close(&self) {
        let _ = self.transaction(|_| Ok(())).await;
    }

    /// A read takes microseconds, so it runs right here, on a connection nobody else uses.
    fn read<T>(&self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        let free = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match free {
            Some(reader) => reader,
            None => Reader::open(&self.settings)?,
        };
        reader.start_clock();
        let done = work(&Tx { conn: &reader.conn, trace: &self.settings.trace });
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        done
    }
}

/// The statements of one piece of work, on one connection.
pub struct Tx<'a> {
    conn: &'a rusqlite::Connection,
    trace: &'a Trace,
}

impl Tx<'_> {
    pub fn one<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Option<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        self.trace.statement(sql);
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(params.iter().map(|p| Bound(*p))))?;
        rows.next()?.map(|row| read(&Row::new(row))).transpose()
    }

    pub fn all<T, F>(&self, sql: &str, params: Params<'_>, read: F) -> Result<Vec<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        self.trace.statement(sql);
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(params.iter().map(|p| Bound(*p))))?;
        let mut read_rows = Vec::new();
        while let Some(row) = rows.next()? {
            read_rows.push(read(&Row::new(row))?);
        }
        Ok(read_rows)
    }

    /// How many rows it changed.
    pub fn run(&self, sql: &str, params: Params<'_>) -> Result<usize> {
        self.trace.statement(sql);
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.execute(params_from_iter(params.iter().map(|p| Bound(*p))))?)
    }
}
