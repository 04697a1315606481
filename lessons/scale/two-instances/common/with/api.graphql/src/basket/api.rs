//! The basket in the graph.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::{Item, NewItem, store};
use crate::error::Result;
use crate::products::api::{state, user};

#[derive(Default)]
pub struct BasketQueries;

#[Object]
impl BasketQueries {
    /// What is in your basket.
    async fn basket(&self, ctx: &Context<'_>) -> Result<Vec<BasketItem>> {
        let items = store::list(state(ctx), user(ctx)).await?;
        Ok(items.into_iter().map(BasketItem::from).collect())
    }
}

#[derive(Default)]
pub struct BasketMutations;

#[Object]
impl BasketMutations {
    /// Puts from 1 to 1000 of a product into your basket, beside what is there.
    async fn add_to_basket(
        &self,
        ctx: &Context<'_>,
        product_id: ID,
        quantity: i64,
    ) -> Result<Vec<BasketItem>> {
        let body = NewItem { product_id: product_id.to_string(), quantity };
        let items = super::add(state(ctx), user(ctx), body).await?;
        Ok(items.into_iter().map(BasketItem::from).collect())
    }
}

/// So many of one product.
#[derive(SimpleObject)]
pub struct BasketItem {
    product_id: ID,
    quantity: i64,
}

impl From<Item> for BasketItem {
    fn from(Item { product_id, quantity }: Item) -> Self {
        Self { product_id: product_id.into(), quantity }
    }
}
