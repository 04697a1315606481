//! The counters in the database: shared by all processes, and still there after a restart.

use super::Counter;
use crate::db::{Db, Row, Tx};
use crate::error::Result;
use crate::platform::time::Timestamp;

/// Changes both counters at once; one that is missing begins at zero.
pub async fn update<R, F>(db: &Db, keys: [String; 2], now: Timestamp, change: F) -> Result<R>
where
    F: Fn(&mut [Counter; 2]) -> R + Send + Sync + 'static,
    R: Send + 'static,
{
    db.transaction(move |tx| {
        let mut counters = [find(tx, &keys[0], now)?, find(tx, &keys[1], now)?];
        let answer = change(&mut counters);
        for (key, counter) in keys.iter().zip(&counters) {
            save(tx, key, counter)?;
        }
        Ok(answer)
    })
    .await
}

fn find(tx: &Tx, key: &String, now: Timestamp) -> Result<Counter> {
    let sql = "SELECT failures, pending, pending_until, window_started_at, locked_until
               FROM login_throttle WHERE key = ?";
    Ok(tx.one(sql, &[key], counter)?.unwrap_or(Counter {
        failures: 0,
        pending: 0,
        pending_until: now,
        window_started_at: now,
        locked_until: None,
    }))
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

fn save(tx: &Tx, key: &String, counter: &Counter) -> Result<usize> {
    let Counter { failures, pending, pending_until, window_started_at, locked_until } = counter;
    tx.run(
        "INSERT OR REPLACE INTO login_throttle
             (key, failures, pending, pending_until, window_started_at, locked_until)
         VALUES (?, ?, ?, ?, ?, ?)",
        &[key, failures, pending, pending_until, window_started_at, locked_until],
    )
}

pub async fn purge(db: &Db, older_than: Timestamp) -> Result<()> {
    let sql = "DELETE FROM login_throttle
               WHERE window_started_at < ? AND (locked_until IS NULL OR locked_until < ?)";
    db.run(sql, &[&older_than, &older_than]).await?;
    Ok(())
}
