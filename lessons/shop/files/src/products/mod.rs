//! What there is to buy, and who may change it. Next: `draft.rs`, `store.rs`, `api.rs`.

pub mod api;
pub mod draft;
pub mod store;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::conditional::IfMatch;
use crate::platform::time::Timestamp;
use crate::state::AppState;
use draft::Draft;

/// A row of `products`. What clients see of it is in `api.rs`.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    pub id: Uuid,
    /// Who may change it; nobody when it is the house's own.
    pub seller_id: Option<Uuid>,
    pub name: String,
    pub price_cents: i64,
    pub stock: i64,
    /// Raised by every change that its seller makes.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub async fn create(state: &AppState, seller: Uuid, draft: Draft) -> Result<Product> {
    let product = draft.into_product(seller, Timestamp::now());
    store::create(&state.db, &product).await?;
    Ok(product)
}

/// Puts a draft in the place of a product that is still at the version the client saw.
pub async fn replace(
    state: &AppState,
    seller: Uuid,
    id: Uuid,
    draft: Draft,
    seen: IfMatch,
) -> Result<Product> {
    let product = sold_by(state, seller, id).await?;
    if !seen.allows(product.version) {
        return Err(Error::VersionMismatch);
    }
    let next = draft.in_place_of(&product, Timestamp::now());
    match store::replace(&state.db, &next, product.version).await? {
        true => Ok(next),
        // somebody was faster, between our look and our write
        false => Err(Error::VersionMismatch),
    }
}

/// Deletes a product that nobody has ordered.
pub async fn delete(state: &AppState, seller: Uuid, id: Uuid) -> Result<()> {
    sold_by(state, seller, id).await?;
    match store::delete(&state.db, id).await? {
        true => Ok(()),
        false => Err(Error::Conflict),
    }
}

/// Everybody may see a product, only its seller may change it.
async fn sold_by(state: &AppState, seller: Uuid, id: Uuid) -> Result<Product> {
    let product = store::find(&state.db, id).await?.ok_or(Error::NotFound)?;
    if product.seller_id == Some(seller) { Ok(product) } else { Err(Error::Forbidden) }
}
