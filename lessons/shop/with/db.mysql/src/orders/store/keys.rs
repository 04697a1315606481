//! Idempotency keys: the answer that is kept for a repeat, in the transaction that made it.

use uuid::Uuid;

use super::Order;
use crate::db::{Row, Tx, is_lock_timeout};
use crate::error::{Error, Result};
use crate::platform::idempotency::{Attempt, KEPT_SECS};

/// The order that an earlier attempt with this key made, if there is one; else the key now stands
/// for this order. A parallel repeat waits here, on the primary key, until the first has committed.
pub async fn earlier(
    tx: &mut Tx<'_>,
    owner: Uuid,
    order: &Order,
    attempt: Option<&Attempt>,
) -> Result<Option<Order>> {
    let Some(attempt) = attempt else { return Ok(None) };
    let (fingerprint, answer) = match keep(tx, owner, order, attempt).await {
        // the first took too long
        Err(error) if is_lock_timeout(&error) => return Err(Error::Conflict),
        kept => kept?,
    };
    if fingerprint != attempt.fingerprint {
        return Err(Error::IdempotencyMismatch);
    }
    let first: Order = serde_json::from_str(&answer).map_err(Error::internal)?;
    Ok((first.id != order.id).then_some(first))
}

/// Keeps this answer, unless there is one already; fingerprint and answer are those of the first.
async fn keep(
    tx: &mut Tx<'_>,
    owner: Uuid,
    order: &Order,
    attempt: &Attempt,
) -> Result<([u8; 32], String)> {
    let (route, key) = (attempt.route, attempt.key.as_str());
    let too_old = order.created_at.plus_secs(-KEPT_SECS);
    let answer = serde_json::to_string(order).map_err(Error::internal)?;
    tx.run(
        "DELETE FROM idempotency_keys
         WHERE owner_id = ? AND route = ? AND `key` = ? AND created_at < ?",
        &[&owner, &route, &key, &too_old],
    )
    .await?;
    tx.run(
        "INSERT INTO idempotency_keys (owner_id, route, `key`, fingerprint, answer, created_at)
         VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `key` = `key`",
        &[&owner, &route, &key, &attempt.fingerprint, &answer, &order.created_at],
    )
    .await?;
    let sql = "SELECT fingerprint, answer FROM idempotency_keys
               WHERE owner_id = ? AND route = ? AND `key` = ?";
    let first = |row: &Row| Ok((row.get("fingerprint")?, row.get("answer")?));
    tx.one(sql, &[&owner, &route, &key], first).await?.ok_or(Error::Conflict)
}
