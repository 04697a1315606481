//! Transactions: several statements that take effect together, or not at all.

use std::pin::Pin;
use std::time::Duration;

use mysql_async::{Transaction, TxOpts};

use super::Db;
use super::error::{give_up, is_deadlock};
use super::pool::{acquired, in_time};
use super::statement::{self, DEADLINE};
use super::values::{Params, Row};
use crate::error::Result;
use crate::platform::database::{Trace, random_below};

/// What a transaction does: a future in a box, because it borrows the transaction.
pub type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// An open transaction, with the same verbs as `Db`. Dropped before its end, it is rolled back.
pub struct Tx<'c> {
    inner: Transaction<'c>,
    trace: Trace,
}

impl Tx<'_> {
    /// The first row, if there is one.
    pub async fn one<T, F>(&mut self, sql: &str, params: Params<'_>, read: F) -> Result<Option<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        Ok(self.all(sql, params, read).await?.into_iter().next())
    }

    /// Every row.
    pub async fn all<T, F>(&mut self, sql: &str, params: Params<'_>, read: F) -> Result<Vec<T>>
    where
        F: Fn(&Row) -> Result<T>,
    {
        statement::rows(&mut self.inner, &self.trace, sql, params).await?.iter().map(read).collect()
    }

    /// How many rows it found.
    pub async fn run(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        statement::run(&mut self.inner, &self.trace, sql, params).await
    }
}

impl Db {
    /// Commits what `work` did, or nothing of it. `work` may be called again: when transactions
    /// wait for each other the server ends one of them, and that one has another try.
    pub async fn transaction<'c, T>(
        &self,
        work: impl for<'t> Fn(&'t mut Tx<'c>) -> Work<'t, T>,
    ) -> Result<T> {
        let mut tries = Tries::default();
        loop {
            let done = self.attempt(&work).await;
            match tries.pause_after(&done) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return done.map_err(give_up),
            }
        }
    }

    async fn attempt<'c, T>(
        &self,
        work: impl for<'t> Fn(&'t mut Tx<'c>) -> Work<'t, T>,
    ) -> Result<T> {
        let begin = self.pool.start_transaction(TxOpts::default());
        let inner = acquired(self.acquire_timeout, begin).await?;
        let mut tx = Tx { inner, trace: self.trace.clone() };
        match work(&mut tx).await {
            Ok(value) => Ok(in_time(DEADLINE, tx.inner.commit()).await.map(|()| value)?),
            Err(error) => {
                // a connection that is gone has taken its transaction with it
                let _ = in_time(DEADLINE, tx.inner.rollback()).await;
                Err(error)
            }
        }
    }
}

/// How often something was tried that can meet a deadlock.
#[derive(Default)]
pub(super) struct Tries(u8);

impl Tries {
    /// How long to wait before another try, if there is one. At random, so that those who met do
    /// not meet again.
    pub(super) fn pause_after<T>(&mut self, done: &Result<T>) -> Option<Duration> {
        self.0 += 1;
        let again = matches!(done, Err(error) if is_deadlock(error)) && self.0 < 3;
        again.then(|| Duration::from_millis(10 + random_below(191)))
    }
}
