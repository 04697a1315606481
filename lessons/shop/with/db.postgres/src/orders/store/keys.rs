//! Idempotency keys: the answer that is kept for a repeat, in the transaction that made it.

use uuid::Uuid;

use super::Order;
use crate::db::{Row, Tx, is_lock_timeout};
use crate::error::{Error, Result};
use crate::platform::idempotency::{Attempt, KEPT_SECS};

/// The order that an earlier attempt with this key made, if there is one; else the key now stands
/// for this order. A parallel repeat waits here, on the primary key, until the first has committed.
pub async fn earlier(
    tx: &Tx<'_>,
    owner: Uuid,
    order: &Order,
    attempt: &Attempt,
) -> Result<Option<Order>> {
    match keep(tx, owner, order, attempt).await {
        // the first took too long
        Err(error) if is_lock_timeout(&error) => return Err(Error::Conflict),
        Ok(1) => return Ok(None),
        kept => kept?,
    };
    let sql = "SELECT fingerprint, answer FROM idempotency_keys
               WHERE owner_id = $1 AND route = $2 AND key = $3";
    let first = |row: &Row| Ok((row.get("fingerprint")?, row.get("answer")?));
    let first = tx.one(sql, &[&owner, &attempt.route, &attempt.key.as_str()], first).await?;
    let (fingerprint, answer): (Vec<u8>, String) = first.ok_or(Error::Conflict)?;
    if fingerprint != attempt.fingerprint {
        return Err(Error::IdempotencyMismatch);
    }
    serde_json::from_str(&answer).map(Some).map_err(Error::internal)
}

/// Keeps this answer, unless there is one already: then no row is counted.
async fn keep(tx: &Tx<'_>, owner: Uuid, order: &Order, attempt: &Attempt) -> Result<u64> {
    let (route, key) = (attempt.route, attempt.key.as_str());
    let too_old = order.created_at.plus_secs(-KEPT_SECS);
    let answer = serde_json::to_string(order).map_err(Error::internal)?;
    tx.run(
        "DELETE FROM idempotency_keys
         WHERE owner_id = $1 AND route = $2 AND key = $3 AND created_at < $4",
        &[&owner, &route, &key, &too_old],
    )
    .await?;
    let fingerprint = attempt.fingerprint.as_slice();
    tx.run(
        "INSERT INTO idempotency_keys (owner_id, route, key, fingerprint, answer, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &[&owner, &route, &key, &fingerprint, &answer, &order.created_at],
    )
    .await
}
