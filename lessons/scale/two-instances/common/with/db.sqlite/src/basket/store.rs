//! Baskets in the database, one row for each product in a basket. Next: `api.rs`.

use uuid::Uuid;

use super::Item;
use crate::db::Row;
use crate::error::Result;
use crate::state::AppState;

fn item(row: &Row) -> Result<Item> {
    Ok(Item { product_id: row.get("product_id")?, quantity: row.get("quantity")? })
}

/// What is in the owner's basket.
pub async fn list(state: &AppState, owner: Uuid) -> Result<Vec<Item>> {
    let sql = "SELECT product_id, quantity FROM basket_items
               WHERE owner_id = ? ORDER BY product_id";
    state.db.all(sql, &[&owner], item).await
}

/// The statement itself adds: whoever puts something in at the same moment is not overwritten.
pub async fn add(state: &AppState, owner: Uuid, item: Item) -> Result<()> {
    let sql = "INSERT INTO basket_items (owner_id, product_id, quantity) VALUES (?, ?, ?)
               ON CONFLICT (owner_id, product_id)
               DO UPDATE SET quantity = basket_items.quantity + excluded.quantity";
    state.db.run(sql, &[&owner, &item.product_id, &item.quantity]).await?;
    Ok(())
}
