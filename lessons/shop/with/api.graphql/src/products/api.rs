//! Products in the graph: the fields the slice adds to its roots.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use super::draft::{Draft, NewProduct};
use super::store;
use crate::api::schema::DateTime;
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::conditional::IfMatch;
use crate::state::AppState;

#[derive(Default)]
pub struct ProductQueries;

#[Object]
impl ProductQueries {
    /// One product; null when there is no such one.
    async fn product(&self, ctx: &Context<'_>, id: ID) -> Option<async_graphql::Result<Product>> {
        let found = store::find(&state(ctx).db, id.parse().ok()?).await;
        // null with an error beside it when the database is away
        found.map(|product| product.map(Product::from)).map_err(Into::into).transpose()
    }

    /// Everybody's products, the oldest first, at most 100.
    async fn products(&self, ctx: &Context<'_>) -> Result<Vec<Product>> {
        let products = store::list(&state(ctx).db).await?;
        Ok(products.into_iter().map(Product::from).collect())
    }
}

#[derive(Default)]
pub struct ProductMutations;

#[Object]
impl ProductMutations {
    /// Sells a product.
    async fn create_product(&self, ctx: &Context<'_>, input: ProductInput) -> Result<Product> {
        let draft = Draft::parse(input.into())?;
        super::create(state(ctx), user(ctx), draft).await.map(Product::from)
    }

    /// Changes a product of yours; with a version, only when nobody else was faster.
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: ProductInput,
        version: Option<i64>,
    ) -> Result<Product> {
        let (draft, seen) = (Draft::parse(input.into())?, IfMatch::version(version));
        super::replace(state(ctx), user(ctx), uuid(&id)?, draft, seen).await.map(Product::from)
    }

    /// Deletes a product of yours that nobody has ordered, and gives its id back.
    async fn delete_product(&self, ctx: &Context<'_>, id: ID) -> Result<ID> {
        let id = uuid(&id)?;
        super::delete(state(ctx), user(ctx), id).await?;
        Ok(id.into())
    }
}

/// What a client sees of a product.
#[derive(SimpleObject)]
pub struct Product {
    id: ID,
    name: String,
    price_cents: i64,
    stock: i64,
    /// Raised by every change that its seller makes.
    version: i64,
    created_at: DateTime,
    updated_at: DateTime,
}

impl From<super::Product> for Product {
    fn from(product: super::Product) -> Self {
        Self {
            id: product.id.into(),
            name: product.name,
            price_cents: product.price_cents,
            stock: product.stock,
            version: product.version,
            created_at: product.created_at.into(),
            updated_at: product.updated_at.into(),
        }
    }
}

/// A name of 1 to 200 characters, a price of 0 to 10000000 cents, a stock of 0 to 1000000.
#[derive(InputObject)]
pub struct ProductInput {
    name: String,
    price_cents: i64,
    stock: i64,
}

impl From<ProductInput> for NewProduct {
    fn from(input: ProductInput) -> Self {
        let ProductInput { name, price_cents, stock } = input;
        Self { name, price_cents, stock }
    }
}

pub fn state<'a>(ctx: &Context<'a>) -> &'a AppState {
    ctx.data_unchecked()
}

pub fn user(ctx: &Context<'_>) -> Uuid {
    ctx.data_unchecked::<CurrentUser>().id
}

/// An id that is no UUID belongs to nothing.
pub fn uuid(id: &ID) -> Result<Uuid> {
    id.parse().map_err(|_| Error::NotFound)
}
