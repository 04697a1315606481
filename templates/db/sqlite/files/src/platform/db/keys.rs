//! Idempotency keys: the answer that is kept for a repeat, in the transaction that made it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Db, Row, Tx};
use crate::error::{Error, Result};
use crate::platform::idempotency::{Attempt, KEPT_SECS};
use crate::platform::time::Timestamp;

/// What an attempt with this key was answered before; else the key now stands for this answer.
pub fn earlier<T: Serialize + DeserializeOwned>(
    tx: &Tx,
    owner: Uuid,
    attempt: &Attempt,
    now: Timestamp,
    answer: &T,
) -> Result<Option<T>> {
    let (route, key) = (attempt.route, attempt.key.as_str());
    tx.run(
        "DELETE FROM idempotency_keys
         WHERE owner_id = ? AND route = ? AND key = ? AND created_at < ?",
        &[&owner, &route, &key, &now.plus_secs(-KEPT_SECS)],
    )?;
    let answer = serde_json::to_string(answer).map_err(Error::internal)?;
    let new = tx.run(
        "INSERT INTO idempotency_keys (owner_id, route, key, fingerprint, answer, created_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        &[&owner, &route, &key, &attempt.fingerprint, &answer, &now],
    )?;
    if new == 1 {
        return Ok(None);
    }
    let sql = "SELECT fingerprint, answer FROM idempotency_keys
               WHERE owner_id = ? AND route = ? AND key = ?";
    let first = |row: &Row| Ok((row.get::<[u8; 32]>("fingerprint")?, row.get::<String>("answer")?));
    match tx.one(sql, &[&owner, &route, &key], first)? {
        Some((fingerprint, answer)) if fingerprint == attempt.fingerprint => {
            serde_json::from_str(&answer).map(Some).map_err(Error::internal)
        }
        _ => Err(Error::IdempotencyMismatch),
    }
}

pub async fn purge(db: &Db, older_than: Timestamp) -> Result<()> {
    db.run("DELETE FROM idempotency_keys WHERE created_at < ?", &[&older_than]).await?;
    Ok(())
}
