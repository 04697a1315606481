//! Baskets, in the memory of this process. Next: `api.rs`.

use std::collections::BTreeMap;

use tokio::sync::Mutex;
use uuid::Uuid;

use super::Item;
use crate::error::Result;
use crate::state::AppState;

/// How many of each product are in each owner's basket.
#[derive(Default)]
pub struct Baskets(Mutex<BTreeMap<Uuid, BTreeMap<Uuid, i64>>>);

/// What is in the owner's basket.
pub async fn list(state: &AppState, owner: Uuid) -> Result<Vec<Item>> {
    let baskets = state.baskets.0.lock().await;
    let own = baskets.get(&owner).into_iter().flatten();
    Ok(own.map(|(&product_id, &quantity)| Item { product_id, quantity }).collect())
}

/// Puts something in, beside what is there.
pub async fn add(state: &AppState, owner: Uuid, item: Item) -> Result<()> {
    let mut baskets = state.baskets.0.lock().await;
    *baskets.entry(owner).or_default().entry(item.product_id).or_default() += item.quantity;
    Ok(())
}
