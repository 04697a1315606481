//! Work that is done to its end, also when the client does not wait for it.

use tracing::Instrument;

use crate::error::{Error, Result};

/// A request that ends early is dropped where it waits, and what comes after a commit would be
/// left out. In a task of its own the work goes on.
pub async fn done<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?
}
