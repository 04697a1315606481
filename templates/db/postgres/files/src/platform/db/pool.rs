//! The pool, for everything that writes: connections that are used by one at a time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::connection::{BOUNDED, Connection, Link};
use crate::error::{Error, Result};

pub(super) struct Pool {
    link: Link,
    idle: Mutex<Vec<Connection>>,
    /// As many as there may be connections; who waits longest gets the next one.
    places: Semaphore,
    patience: Duration,
}

/// A connection on loan. Dropped in the middle of something, because the client went away or a
/// deadline passed, it is closed: only `give_back` returns it to the others.
pub(super) struct Loan<'p> {
    pub connection: Connection,
    pool: &'p Pool,
    _place: SemaphorePermit<'p>,
}

impl Pool {
    pub(super) fn new(link: Link, size: u32, patience: Duration) -> Self {
        let places = Semaphore::new(size as usize);
        Self { link, idle: Mutex::default(), places, patience }
    }

    /// A connection, or 503: whatever stands in the way, it is not the fault of the request.
    pub(super) async fn acquire(&self) -> Result<Loan<'_>> {
        let place = match timeout(self.patience, self.places.acquire()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(Error::Unavailable("the pool is closed".to_string())),
            Err(_) => {
                let reason = format!("no free connection within {:?}", self.patience);
                return Err(Error::Unavailable(reason));
            }
        };
        let connection = match self.idle() {
            Some(connection) => connection,
            None => self
                .link
                .open(BOUNDED)
                .await
                .map_err(|fault| Error::Unavailable(format!("no connection: {fault}")))?,
        };
        Ok(Loan { connection, pool: self, _place: place })
    }

    /// The one that was used last, so that the others may grow old.
    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(Connection::is_fit);
        idle.pop()
    }

    pub(super) fn close(&self) {
        self.places.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Loan<'_> {
    pub(super) fn give_back(self) {
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(self.connection);
    }
}
