//! Transactions: several statements that take effect together, or not at all.

use std::sync::Arc;
use std::time::Duration;

use super::Db;
use super::connection::DEADLINE;
use super::error::{give_up, is_deadlock};
use super::pool::Loan;
use super::values::{Params, Row};
use crate::error::Result;
use crate::platform::database::{Trace, random_below};

/// Each statement sees what was committed before it began: after a wait for a lock it reads the
/// newest row.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// An open transaction, with the same verbs as `Db`. Dropped before its end, it is rolled back.
#[derive(Clone)]
pub struct Tx<'d> {
    loan: Arc<Loan<'d>>,
    trace: &'d Trace,
}

impl Tx<'_> {
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
        self.trace.statement(sql);
        self.loan.connection.rows(sql, params).await?.iter().map(read).collect()
    }

    /// How many rows it found.
    pub async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        self.trace.statement(sql);
        Ok(self.loan.connection.run(sql, params).await?)
    }
}

impl Db {
    /// Commits what `work` did, or nothing of it. `work` may be called again: when transactions
    /// wait for each other the server ends one of them, and that one has another try.
    pub async fn transaction<'d, T, F, W>(&'d self, work: F) -> Result<T>
    where
        F: Fn(Tx<'d>) -> W,
        W: Future<Output = Result<T>>,
    {
        let mut tries = Tries::default();
        loop {
            let done = self.attempt(&work).await;
            match tries.pause_after(&done) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return done.map_err(give_up),
            }
        }
    }

    async fn attempt<'d, T, F, W>(&'d self, work: &F) -> Result<T>
    where
        F: Fn(Tx<'d>) -> W,
        W: Future<Output = Result<T>>,
    {
        let loan = Arc::new(self.pool.acquire().await?);
        loan.connection.script(BEGIN, DEADLINE).await?;
        let done = work(Tx { loan: loan.clone(), trace: &self.trace }).await;
        // without an answer the connection is closed, and that is a rollback too
        let (end, patience) =
            if done.is_ok() { ("COMMIT", DEADLINE) } else { ("ROLLBACK", Duration::from_secs(1)) };
        match loan.connection.script(end, patience).await {
            Ok(()) => Arc::into_inner(loan).map_or((), Loan::give_back),
            Err(fault) if done.is_ok() => return Err(fault.into()),
            Err(_) => {}
        }
        done
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
