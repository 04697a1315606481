//! Payments in the database: an event is written once, and its order is paid with it.

use uuid::Uuid;

use super::Event;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::orders::Status;
use crate::platform::time::Timestamp;

/// Keeps an event and marks its order as paid, both or neither. False when it was known before.
pub async fn record(db: &Db, event: Event) -> Result<bool> {
    let event = &event;
    db.transaction(|tx| async move {
        event.fits(total(&tx, event.order_id).await?)?;
        let new = tx
            .run(
                "INSERT INTO payment_events (id, order_id, amount_cents, received_at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                &[&event.id, &event.order_id, &event.amount_cents, &Timestamp::now()],
            )
            .await?;
        if new == 1 {
            pay(&tx, event.order_id).await?;
        }
        Ok(new == 1)
    })
    .await
}

/// What an order costs, if it is there. It is held: messages about it come in turn.
async fn total(tx: &Tx<'_>, order: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT total_cents FROM orders WHERE id = $1 FOR UPDATE";
    tx.one(sql, &[&order], |row| row.get("total_cents")).await
}

async fn pay(tx: &Tx<'_>, order: Uuid) -> Result<()> {
    let sql = "UPDATE orders SET status = $1 WHERE id = $2";
    tx.run(sql, &[&Status::Paid.as_str(), &order]).await?;
    Ok(())
}
