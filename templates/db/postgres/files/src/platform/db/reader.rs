//! One connection for everything that only reads: all requests share it, and the server answers
//! them one after the other, without a wait between two. Nothing there takes long or needs a lock.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::timeout;

use super::connection::{BOUNDED, Connection, Link};
use super::error::Fault;
use super::values::{Params, Row};

pub(super) struct Reader {
    link: Link,
    current: Mutex<Option<Arc<Connection>>>,
    opening: tokio::sync::Mutex<()>,
}

impl Reader {
    pub(super) fn new(link: Link) -> Self {
        Self { link, current: Mutex::default(), opening: Default::default() }
    }

    /// A question does no harm: when the connection is gone it is asked again, on a new one.
    pub(super) async fn rows(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Fault> {
        let connection = self.connection().await?;
        match connection.rows(sql, params).await {
            Err(fault) if fault.is_gone() => {
                self.forget(&connection);
                self.connection().await?.rows(sql, params).await
            }
            Err(Fault::Late(patience)) => {
                // the questions behind this one would wait as long
                self.forget(&connection);
                Err(Fault::Late(patience))
            }
            answer => answer,
        }
    }

    /// The current connection; a new one when there is none.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        match self.current() {
            Some(connection) => Ok(connection),
            None => {
                let patience = self.link.patience;
                let opened = timeout(patience, self.open()).await;
                opened.unwrap_or(Err(Fault::Late(patience)))
            }
        }
    }

    /// One request opens it, the others wait for it.
    async fn open(&self) -> Result<Arc<Connection>, Fault> {
        let _turn = self.opening.lock().await;
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        // a write would hold up everybody: the server refuses it here
        let session = format!("{BOUNDED} SET default_transaction_read_only = on");
        let connection = Arc::new(self.link.open(&session).await?);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection.clone());
        Ok(connection)
    }

    fn current(&self) -> Option<Arc<Connection>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone().filter(|connection| connection.is_fit())
    }

    fn forget(&self, broken: &Arc<Connection>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|connection| Arc::ptr_eq(connection, broken));
    }

    pub(super) fn close(&self) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
