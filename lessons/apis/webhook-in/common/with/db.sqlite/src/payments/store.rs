//! Payments in the database: an event is written once, and its order is paid with it.

use uuid::Uuid;

use super::Event;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::orders::Status;
use crate::platform::time::Timestamp;

/// Keeps an event and marks its order as paid, both or neither. False when it was known before.
pub async fn record(db: &Db, event: Event) -> Result<bool> {
    db.transaction(move |tx| {
        check(tx, &event)?;
        let new = tx.run(
            "INSERT INTO payment_events (id, order_id, amount_cents, received_at)
             VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            &[&event.id, &event.order_id, &event.amount_cents, &Timestamp::now()],
        )?;
        if new == 1 {
            pay(tx, event.order_id)?;
        }
        Ok(new == 1)
    })
    .await
}

/// The order is there, and this is what it costs.
fn check(tx: &Tx, event: &Event) -> Result<()> {
    let sql = "SELECT total_cents FROM orders WHERE id = ?";
    match tx.one(sql, &[&event.order_id], |row| row.get::<i64>("total_cents"))? {
        None => Err(Error::field("/order_id", "invalid", "is no order")),
        Some(total) if total != event.amount_cents => {
            Err(Error::field("/amount_cents", "invalid", "is not what the order costs"))
        }
        Some(_) => Ok(()),
    }
}

fn pay(tx: &Tx, order: Uuid) -> Result<()> {
    tx.run("UPDATE orders SET status = ? WHERE id = ?", &[&Status::Paid.as_str(), &order])?;
    Ok(())
}
