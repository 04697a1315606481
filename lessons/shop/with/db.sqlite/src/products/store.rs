//! Products in the database. Next: `api.rs`.

use uuid::Uuid;

use super::Product;
use crate::db::{Db, Row};
use crate::error::Result;

const COLUMNS: &str = "id, seller_id, name, price_cents, stock, version, created_at, updated_at";

fn product(row: &Row) -> Result<Product> {
    Ok(Product {
        id: row.get("id")?,
        seller_id: row.get("seller_id")?,
        name: row.get("name")?,
        price_cents: row.get("price_cents")?,
        stock: row.get("stock")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub async fn list(db: &Db) -> Result<Vec<Product>> {
    let sql = format!("SELECT {COLUMNS} FROM products ORDER BY created_at, id LIMIT 100");
    db.all(&sql, &[], product).await
}

pub async fn find(db: &Db, id: Uuid) -> Result<Option<Product>> {
    let sql = format!("SELECT {COLUMNS} FROM products WHERE id = ?");
    db.one(&sql, &[&id], product).await
}

pub async fn create(db: &Db, product: &Product) -> Result<()> {
    db.run(
        "INSERT INTO products (id, seller_id, name, price_cents, stock, version, created_at,
                               updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            &product.id,
            &product.seller_id,
            &product.name,
            &product.price_cents,
            &product.stock,
            &product.version,
            &product.created_at,
            &product.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves a product if the row is still at the version that was seen; says whether it was.
pub async fn replace(db: &Db, next: &Product, seen: i64) -> Result<bool> {
    let changed = db
        .run(
            "UPDATE products SET name = ?, price_cents = ?, stock = ?, updated_at = ?,
                                 version = version + 1
             WHERE id = ? AND version = ?",
            &[&next.name, &next.price_cents, &next.stock, &next.updated_at, &next.id, &seen],
        )
        .await?;
    Ok(changed > 0)
}

/// Says whether it is gone: a product that was ordered stays.
pub async fn delete(db: &Db, id: Uuid) -> Result<bool> {
    let sql = "DELETE FROM products
               WHERE id = ? AND NOT EXISTS (SELECT 1 FROM order_lines WHERE product_id = ?)";
    Ok(db.run(sql, &[&id, &id]).await? > 0)
}
