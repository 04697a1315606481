//! The one writer: a thread that gathers what waits into one commit.
//!
//! A commit waits for the disk, so sixty waiting writes in one commit are nearly as fast as one.
//! One that fails is undone alone. Nobody hears of a success before it is on the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Tx;
use crate::error::{Error, Result};
use crate::platform::database::Trace;

const LARGEST_GROUP: usize = 64;

pub struct Writer(Sender<Box<dyn Job>>);

/// What is undone together when it fails.
#[derive(Clone, Copy, PartialEq)]
pub enum Scope {
    /// SQLite undoes a statement by itself.
    Statement,
    /// Several statements need a savepoint before the first.
    Transaction,
}

/// A piece of work in the queue.
trait Job: Send {
    fn scope(&self) -> Scope;
    /// Whether what it wrote is to be kept.
    fn run(&mut self, tx: &Tx) -> bool;
    /// Answers the one who waits, after the commit.
    fn answer(self: Box<Self>, commit: Result<(), String>);
}

impl Writer {
    pub fn start(conn: Connection, trace: Trace) -> Result<Self> {
        let (send, receive) = channel();
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || write(&conn, &trace, &receive))?;
        Ok(Self(send))
    }

    /// Waits for a turn for so long; what has begun is waited for to its end.
    pub async fn run<T, F>(&self, scope: Scope, patience: Duration, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let taken = Arc::new(AtomicBool::new(false));
        let (work, result) = (Some(work), None);
        let job = Waiting { scope, work, result, reply, taken: Arc::clone(&taken) };
        let gone = || Error::Unavailable("the writer has ended".to_string());
        self.0.send(Box::new(job)).map_err(|_| gone())?;
        match tokio::time::timeout(patience, &mut answer).await {
            Ok(answer) => answer.map_err(|_| gone())?,
            // whoever sets the mark first has it: we, or the writer
            Err(_) if !taken.swap(true, Ordering::AcqRel) => {
                Err(Error::Unavailable("the writer is busy".to_string()))
            }
            Err(_) => answer.await.map_err(|_| gone())?,
        }
    }
}

struct Waiting<T, F> {
    scope: Scope,
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    taken: Arc<AtomicBool>,
}

impl<T: Send, F: FnOnce(&Tx) -> Result<T> + Send> Job for Waiting<T, F> {
    fn scope(&self) -> Scope {
        self.scope
    }

    fn run(&mut self, tx: &Tx) -> bool {
        // nobody waits any more: the request ended, or its patience did
        if self.reply.is_closed() || self.taken.swap(true, Ordering::AcqRel) {
            return false;
        }
        let Some(work) = self.work.take() else { return false };
        let done = catch_unwind(AssertUnwindSafe(|| work(tx)));
        let result = done.unwrap_or_else(|_| Err(Error::internal("a transaction panicked")));
        self.result.insert(result).is_ok()
    }

    fn answer(self: Box<Self>, commit: Result<(), String>) {
        let result = match (self.result, commit) {
            (Some(Ok(_)) | None, Err(reason)) => Err(Error::Unavailable(reason)),
            (Some(result), _) => result,
            (None, Ok(())) => return,
        };
        let _ = self.reply.send(result);
    }
}

/// The life of the thread: it ends when the last `Db` is gone.
fn write(conn: &Connection, trace: &Trace, jobs: &Receiver<Box<dyn Job>>) {
    let tx = Tx { conn, trace };
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(LARGEST_GROUP - 1));
        let committed = commit(&tx, &mut group).map_err(|error| error.to_string());
        if !conn.is_autocommit() {
            // the commit failed: nothing of it may stay behind
            let _ = conn.execute_batch("ROLLBACK");
        }
        for job in group {
            job.answer(committed.clone());
        }
    }
}

fn commit(tx: &Tx, group: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    // prepared once and kept, for they run with every write
    let prepare = |sql| tx.conn.prepare_cached(sql);
    prepare("BEGIN IMMEDIATE")?.execute([])?;
    let (mut begin, mut end) = (prepare("SAVEPOINT job")?, prepare("RELEASE job")?);
    for job in group {
        if job.scope() == Scope::Statement {
            job.run(tx);
            continue;
        }
        begin.execute([])?;
        if !job.run(tx) {
            prepare("ROLLBACK TO job")?.execute([])?;
        }
        end.execute([])?;
    }
    prepare("COMMIT")?.execute([])?;
    Ok(())
}
