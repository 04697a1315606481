//! How a row becomes an order, or one of its lines.

use uuid::Uuid;

use super::{Line, Order, Status};
use crate::db::Row;
use crate::error::{Error, Result};

pub const LINE: &str =
    "line.id, line.order_id, line.product_id, line.quantity, line.unit_price_cents";

/// An order, its lines still missing.
pub fn order(row: &Row) -> Result<Order> {
    let status: String = row.get("status")?;
    Ok(Order {
        id: row.get("id")?,
        status: Status::parse(&status).ok_or_else(|| Error::internal("unknown status"))?,
        total_cents: row.get("total_cents")?,
        created_at: row.get("created_at")?,
        lines: Vec::new(),
    })
}

/// A line, and whose it is.
pub fn line(row: &Row) -> Result<(Uuid, Line)> {
    let order = row.get("order_id")?;
    let line = Line {
        id: row.get("id")?,
        product_id: row.get("product_id")?,
        quantity: row.get("quantity")?,
        unit_price_cents: row.get("unit_price_cents")?,
    };
    Ok((order, line))
}
