//! The counters in the database: shared by all processes, and still there after a restart.

use super::Counter;
use crate::db::{Db, Row, Tx};
use crate::error::{Error, Result};
use crate::platform::time::Timestamp;

/// Changes both counters at once. Rows are made when they are missing and locked in the order of
/// their keys, so that two logins never wait for each other.
pub async fn update<R, F>(db: &Db, keys: [String; 2], now: Timestamp, change: F) -> Result<R>
where
    F: Fn(&mut [Counter; 2]) -> R + Send + Sync + 'static,
    R: Send + 'static,
{
    let (keys, change) = (&keys, &change);
    db.transaction(|tx| {
        Box::pin(async move {
            let mut counters = locked(tx, keys, now).await?;
            let answer = change(&mut counters);
            for (key, counter) in keys.iter().zip(&counters) {
                save(tx, key, counter).await?;
            }
            Ok(answer)
        })
    })
    .await
}

async fn locked(tx: &mut Tx<'_>, keys: &[String; 2], now: Timestamp) -> Result<[Counter; 2]> {
    let (low, high) = if keys[0] < keys[1] { (&keys[0], &keys[1]) } else { (&keys[1], &keys[0]) };
    tx.run(
        "INSERT INTO login_throttle (`key`, failures, pending, pending_until, window_started_at)
         VALUES (?, 0, 0, ?, ?), (?, 0, 0, ?, ?) ON DUPLICATE KEY UPDATE `key` = `key`",
        &[low, &now, &now, high, &now, &now],
    )
    .await?;
    let sql = "SELECT `key`, failures, pending, pending_until, window_started_at, locked_until
               FROM login_throttle WHERE `key` IN (?, ?) ORDER BY `key` FOR UPDATE";
    let row = |row: &Row| Ok((row.get("key")?, counter(row)?));
    let rows: Vec<(String, Counter)> = tx.all(sql, &[low, high], row).await?;
    let find = |key: &String| {
        let row = rows.iter().find(|row| row.0 == *key);
        row.map(|row| row.1.clone()).ok_or_else(|| Error::internal("a counter is missing"))
    };
    Ok([find(&keys[0])?, find(&keys[1])?])
}

fn counter(row: &Row) -> Result<Counter> {
    Ok(Counter {
        failures: row.get("failures")?,
        pending: row.get("pending")?,
        pending_until: row.get("pending_until")?,
        window_started_at: row.get("window_started_at")?,
        locked_until: row.get("locked_until")?,
    })
}

async fn save(tx: &mut Tx<'_>, key: &String, counter: &Counter) -> Result<u64> {
    tx.run(
        "UPDATE login_throttle SET failures = ?, pending = ?, pending_until = ?,
                window_started_at = ?, locked_until = ?
         WHERE `key` = ?",
        &[
            &counter.failures,
            &counter.pending,
            &counter.pending_until,
            &counter.window_started_at,
            &counter.locked_until,
            key,
        ],
    )
    .await
}

pub async fn purge(db: &Db, older_than: Timestamp) -> Result<()> {
    let sql = "DELETE FROM login_throttle
               WHERE window_started_at < ? AND (locked_until IS NULL OR locked_until < ?)";
    db.run(sql, &[&older_than, &older_than]).await?;
    Ok(())
}
