//! Orders in the graph: the fields the slice adds to its roots.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use serde::Serialize;

use super::draft::{Draft, NewLine, NewOrder};
use super::{Created, store};
use crate::api::schema::DateTime;
use crate::error::{Error, Result};
use crate::platform::idempotency::Key;
use crate::products::api::{state, user, uuid};

#[derive(Default)]
pub struct OrderQueries;

#[Object]
impl OrderQueries {
    /// One of your orders; null when there is no such one.
    async fn order(&self, ctx: &Context<'_>, id: ID) -> Option<async_graphql::Result<Order>> {
        let found = store::find(&state(ctx).db, user(ctx), id.parse().ok()?).await;
        // null with an error beside it when the database is away
        found.map(|order| order.map(Order::from)).map_err(Into::into).transpose()
    }

    /// A line of one of your orders; null when there is no such line in it.
    async fn order_line(
        &self,
        ctx: &Context<'_>,
        order_id: ID,
        id: ID,
    ) -> Option<async_graphql::Result<OrderLine>> {
        let (order, id) = (order_id.parse().ok()?, id.parse().ok()?);
        let found = store::find_line(&state(ctx).db, user(ctx), order, id).await;
        found.map(|line| line.map(OrderLine::from)).map_err(Into::into).transpose()
    }

    /// Your orders with their lines, newest first, 1 to 100.
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: i64,
    ) -> Result<Vec<Order>> {
        if !(1..=100).contains(&first) {
            return Err(Error::field("/first", "invalid", "must be from 1 to 100"));
        }
        let orders = store::list(&state(ctx).db, user(ctx), first).await?;
        Ok(orders.into_iter().map(Order::from).collect())
    }
}

#[derive(Default)]
pub struct OrderMutations;

#[Object]
impl OrderMutations {
    /// Orders something; with a key, a repeat gets the first answer again.
    async fn create_order(
        &self,
        ctx: &Context<'_>,
        input: OrderInput,
        idempotency_key: Option<String>,
    ) -> Result<Order> {
        let bad =
            || Error::field("/idempotencyKey", "invalid", "must be 1 to 255 ASCII characters");
        let key = idempotency_key.map(|text| Key::parse(&text).ok_or_else(bad)).transpose()?;
        let asked = serde_json::to_vec(&input).map_err(Error::internal)?;
        let attempt = key.map(|key| key.attempt("createOrder", &asked));
        let draft = Draft::parse(input.into())?;
        match store::create(&state(ctx).db, user(ctx), draft, attempt).await? {
            Created::New(order) => Ok(order.into()),
            Created::Replayed(order) => {
                ctx.insert_http_header("idempotent-replayed", "true");
                Ok(order.into())
            }
        }
    }

    /// Takes back an order that is not paid, and gives its id back.
    async fn delete_order(&self, ctx: &Context<'_>, id: ID) -> Result<ID> {
        let id = uuid(&id)?;
        store::delete(&state(ctx).db, user(ctx), id).await?;
        Ok(id.into())
    }
}

#[derive(SimpleObject)]
pub struct Order {
    id: ID,
    status: OrderStatus,
    total_cents: i64,
    lines: Vec<OrderLine>,
    created_at: DateTime,
}

impl From<super::Order> for Order {
    fn from(order: super::Order) -> Self {
        let super::Order { id, status, total_cents, lines, created_at } = order;
        let lines = lines.into_iter().map(OrderLine::from).collect();
        let (id, status, created_at) = (id.into(), status.into(), created_at.into());
        Self { id, status, total_cents, lines, created_at }
    }
}

#[derive(SimpleObject)]
pub struct OrderLine {
    id: ID,
    product_id: ID,
    quantity: i64,
    /// What the product cost when it was ordered.
    unit_price_cents: i64,
}

impl From<super::Line> for OrderLine {
    fn from(super::Line { id, product_id, quantity, unit_price_cents }: super::Line) -> Self {
        Self { id: id.into(), product_id: product_id.into(), quantity, unit_price_cents }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "super::Status")]
pub enum OrderStatus {
    Placed,
    Paid,
}

/// 1 to 20 lines.
#[derive(InputObject, Serialize)]
pub struct OrderInput {
    lines: Vec<OrderLineInput>,
}

/// A product, and from 1 to 1000 of it.
#[derive(InputObject, Serialize)]
pub struct OrderLineInput {
    product_id: ID,
    quantity: i64,
}

impl From<OrderInput> for NewOrder {
    fn from(input: OrderInput) -> Self {
        Self { lines: input.lines.into_iter().map(NewLine::from).collect() }
    }
}

impl From<OrderLineInput> for NewLine {
    fn from(line: OrderLineInput) -> Self {
        Self { product_id: line.product_id.to_string(), quantity: line.quantity }
    }
}
