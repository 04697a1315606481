//! Payments in the database: an event is written once, and its order is paid with it.

use uuid::Uuid;

use super::Event;
use crate::db::{Db, Tx, is_duplicate};
use crate::error::Result;
use crate::orders::Status;
use crate::platform::time::Timestamp;

/// Keeps an event and marks its order as paid, both or neither. False when it was known before.
pub async fn record(db: &Db, event: Event) -> Result<bool> {
    let event = &event;
    db.transaction(|tx| {
        Box::pin(async move {
            event.fits(total(tx, event.order_id).await?)?;
            let kept = keep(tx, event).await;
            if kept.as_ref().is_err_and(is_duplicate) {
                return Ok(false);
            }
            kept?;
            pay(tx, event.order_id).await?;
            Ok(true)
        })
    })
    .await
}

async fn keep(tx: &mut Tx<'_>, event: &Event) -> Result<u64> {
    tx.run(
        "INSERT INTO payment_events (id, order_id, amount_cents, received_at)
         VALUES (?, ?, ?, ?)",
        &[&event.id, &event.order_id, &event.amount_cents, &Timestamp::now()],
    )
    .await
}

/// What an order costs, if it is there. It is held: messages about it come in turn.
async fn total(tx: &mut Tx<'_>, order: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT total_cents FROM orders WHERE id = ? FOR UPDATE";
    tx.one(sql, &[&order], |row| row.get("total_cents")).await
}

async fn pay(tx: &mut Tx<'_>, order: Uuid) -> Result<()> {
    let sql = "UPDATE orders SET status = ? WHERE id = ?";
    tx.run(sql, &[&Status::Paid.as_str(), &order]).await?;
    Ok(())
}
