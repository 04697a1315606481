//! Payments in the database: an event is written once, and its order is paid with it.

use uuid::Uuid;

use super::Event;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::orders::Status;
use crate::platform::time::Timestamp;

/// Keeps an event and marks its order as paid, both or neither. False when it was known before.
pub async fn record(db: &Db, event: Event) -> Result<bool> {
    db.transaction(move |tx| {
        event.fits(total(tx, event.order_id)?)?;
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

/// What an order costs, if it is there.
fn total(tx: &Tx, order: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT total_cents FROM orders WHERE id = ?";
    tx.one(sql, &[&order], |row| row.get("total_cents"))
}

fn pay(tx: &Tx, order: Uuid) -> Result<()> {
    tx.run("UPDATE orders SET status = ? WHERE id = ?", &[&Status::Paid.as_str(), &order])?;
    Ok(())
}
