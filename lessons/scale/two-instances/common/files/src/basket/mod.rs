//! What people mean to buy, and have not ordered yet. Next: `store.rs`, `api.rs`.

pub mod api;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::checks::{Broken, Checks};
use crate::products;
use crate::state::AppState;

/// So many of one product.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = BasketItem)]
pub struct Item {
    pub product_id: Uuid,
    pub quantity: i64,
}

/// What a client puts into a basket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    #[schema(format = Uuid)]
    pub product_id: String,
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: i64,
}

/// Puts something into the owner's basket, and shows all that is in it now.
pub async fn add(state: &AppState, owner: Uuid, body: NewItem) -> Result<Vec<Item>> {
    let item = Item::parse(body)?;
    if products::store::find(&state.db, item.product_id).await?.is_none() {
        return Err(Error::field("/product_id", "invalid", "is no product"));
    }
    store::add(state, owner, item).await?;
    store::list(state, owner).await
}

impl Item {
    fn parse(body: NewItem) -> Result<Self> {
        let mut checks = Checks::default();
        let product = body.product_id.parse().map_err(|_| Broken("invalid", "must be a UUID"));
        let product = checks.field("/product_id", product);
        let good = (1..=1000).contains(&body.quantity).then_some(body.quantity);
        let good = good.ok_or(Broken("invalid", "must be from 1 to 1000"));
        let quantity = checks.field("/quantity", good);
        checks.finish()?;
        match (product, quantity) {
            (Some(product_id), Some(quantity)) => Ok(Self { product_id, quantity }),
            _ => Err(Error::internal("a broken rule was not reported")),
        }
    }
}
