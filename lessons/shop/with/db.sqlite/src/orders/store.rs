//! Orders in the database: every statement names the owner. Next: `api.rs`.

use uuid::Uuid;

use super::draft::Draft;
use super::rows::{LINE, line, order};
use super::{Created, Line, Order, Status, out_of_stock};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::platform::db::keys;
use crate::platform::idempotency::Attempt;
use crate::platform::time::Timestamp;

/// Stock, order, lines and key change together, or nothing does.
pub async fn create(
    db: &Db,
    owner: Uuid,
    draft: Draft,
    attempt: Option<Attempt>,
) -> Result<Created> {
    db.transaction(move |tx| {
        let prices: Vec<Option<i64>> =
            draft.products().into_iter().map(|id| price(tx, id)).collect::<Result<_>>()?;
        let order = draft.priced(&prices, Timestamp::now())?;
        if let Some(attempt) = &attempt
            && let Some(first) = keys::earlier(tx, owner, attempt, order.created_at, &order)?
        {
            return Ok(Created::Replayed(first));
        }
        for line in order.by_product() {
            take(tx, line)?;
        }
        save(tx, owner, &order)?;
        Ok(Created::New(order))
    })
    .await
}

fn price(tx: &Tx, product: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT price_cents FROM products WHERE id = ?";
    tx.one(sql, &[&product], |row| row.get("price_cents"))
}

/// Takes what a line asks for, if so much is there: in one statement nobody comes between.
fn take(tx: &Tx, line: &Line) -> Result<()> {
    let sql = "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?";
    let taken = tx.run(sql, &[&line.quantity, &line.product_id, &line.quantity])?;
    if taken == 0 { Err(out_of_stock()) } else { Ok(()) }
}

fn save(tx: &Tx, owner: Uuid, order: &Order) -> Result<()> {
    tx.run(
        "INSERT INTO orders (id, owner_id, status, total_cents, created_at) VALUES (?, ?, ?, ?, ?)",
        &[&order.id, &owner, &order.status.as_str(), &order.total_cents, &order.created_at],
    )?;
    for (position, line) in (0_i64..).zip(&order.lines) {
        let Line { id, product_id, quantity, unit_price_cents } = line;
        tx.run(
            "INSERT INTO order_lines (id, order_id, position, product_id, quantity,
                                      unit_price_cents)
             VALUES (?, ?, ?, ?, ?, ?)",
            &[id, &order.id, &position, product_id, quantity, unit_price_cents],
        )?;
    }
    Ok(())
}

pub async fn find(db: &Db, owner: Uuid, id: Uuid) -> Result<Option<Order>> {
    let sql = "SELECT id, status, total_cents, created_at FROM orders
               WHERE owner_id = ? AND id = ?";
    let Some(mut order) = db.one(sql, &[&owner, &id], order).await? else { return Ok(None) };
    let sql =
        format!("SELECT {LINE} FROM order_lines AS line WHERE line.order_id = ? ORDER BY position");
    order.lines = db.all(&sql, &[&id], |row| Ok(line(row)?.1)).await?;
    Ok(Some(order))
}

/// The newest orders, in two statements however many there are.
pub async fn list(db: &Db, owner: Uuid, limit: i64) -> Result<Vec<Order>> {
    let page = "FROM orders WHERE owner_id = ? ORDER BY created_at DESC, id DESC LIMIT ?";
    let sql = format!("SELECT id, status, total_cents, created_at {page}");
    let mut orders = db.all(&sql, &[&owner, &limit], order).await?;
    let sql = format!(
        "SELECT {LINE} FROM (SELECT id {page}) AS page
         JOIN order_lines AS line ON line.order_id = page.id ORDER BY line.position"
    );
    for (id, line) in db.all(&sql, &[&owner, &limit], line).await? {
        if let Some(order) = orders.iter_mut().find(|order| order.id == id) {
            order.lines.push(line);
        }
    }
    Ok(orders)
}

/// A line of this order, if the order is the owner's.
pub async fn find_line(db: &Db, owner: Uuid, order: Uuid, id: Uuid) -> Result<Option<Line>> {
    let sql = format!(
        "SELECT {LINE} FROM order_lines AS line JOIN orders ON orders.id = line.order_id
         WHERE orders.owner_id = ? AND orders.id = ? AND line.id = ?"
    );
    db.one(&sql, &[&owner, &order, &id], |row| Ok(line(row)?.1)).await
}

/// Deletes an order that is not paid, and gives back what it took.
pub async fn delete(db: &Db, owner: Uuid, id: Uuid) -> Result<()> {
    db.transaction(move |tx| {
        let sql = "SELECT status FROM orders WHERE owner_id = ? AND id = ?";
        let status: Option<String> = tx.one(sql, &[&owner, &id], |row| row.get("status"))?;
        if status.ok_or(Error::NotFound)? != Status::Placed.as_str() {
            return Err(Error::IllegalTransition);
        }
        let sql = format!("SELECT {LINE} FROM order_lines AS line WHERE line.order_id = ?");
        for (_, line) in tx.all(&sql, &[&id], line)? {
            let sql = "UPDATE products SET stock = stock + ? WHERE id = ?";
            tx.run(sql, &[&line.quantity, &line.product_id])?;
        }
        tx.run("DELETE FROM orders WHERE owner_id = ? AND id = ?", &[&owner, &id])?;
        Ok(())
    })
    .await
}
