//! What a client says of a new order: raw fields in, checked values out.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Line, Order, Status};
use crate::error::{Error, Result};
use crate::platform::checks::{Broken, Checks};
use crate::platform::time::Timestamp;

/// The body of a new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    #[schema(min_items = 1, max_items = 20)]
    pub lines: Vec<NewLine>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    #[schema(format = Uuid)]
    pub product_id: String,
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: i64,
}

/// At least one, at most a thousand.
#[derive(Clone, Copy, Debug)]
pub struct Quantity(i64);

impl Quantity {
    pub fn parse(number: i64) -> Result<Self, Broken> {
        let good = (1..=1000).contains(&number);
        good.then_some(Self(number)).ok_or(Broken("invalid", "must be from 1 to 1000"))
    }
}

/// An order whose every value is good; what it costs is not known yet.
#[derive(Clone, Debug)]
pub struct Draft {
    lines: Vec<(Uuid, Quantity)>,
}

impl Draft {
    pub fn parse(body: NewOrder) -> Result<Self> {
        let mut checks = Checks::default();
        let length = match body.lines.len() {
            0 => Err(Broken("too_short", "must have a line")),
            1..=20 => Ok(()),
            _ => Err(Broken("too_long", "must have at most 20 lines")),
        };
        checks.field("/lines", length);
        let mut lines = Vec::new();
        for (index, line) in body.lines.iter().enumerate() {
            let product = line.product_id.parse().map_err(|_| Broken("invalid", "must be a UUID"));
            let product = checks.field(&format!("/lines/{index}/product_id"), product);
            let quantity = Quantity::parse(line.quantity);
            let quantity = checks.field(&format!("/lines/{index}/quantity"), quantity);
            lines.extend(product.zip(quantity));
        }
        checks.finish()?;
        Ok(Self { lines })
    }

    /// The products it asks for, line by line.
    pub fn products(&self) -> Vec<Uuid> {
        self.lines.iter().map(|(product, _)| *product).collect()
    }

    /// The order at these prices, line by line; `None` stands for a product that is not there.
    pub fn priced(&self, prices: &[Option<i64>], now: Timestamp) -> Result<Order> {
        let mut checks = Checks::default();
        let mut lines = Vec::new();
        for (index, ((product_id, quantity), price)) in self.lines.iter().zip(prices).enumerate() {
            let price = price.ok_or(Broken("invalid", "is no product"));
            let price = checks.field(&format!("/lines/{index}/product_id"), price);
            lines.extend(price.map(|unit_price_cents| Line {
                id: Uuid::now_v7(),
                product_id: *product_id,
                quantity: quantity.0,
                unit_price_cents,
            }));
        }
        checks.finish()?;
        if lines.len() != self.lines.len() {
            return Err(Error::internal("a line has no price"));
        }
        let total_cents = lines.iter().map(|line| line.quantity * line.unit_price_cents).sum();
        Ok(Order {
            id: Uuid::now_v7(),
            status: Status::Placed,
            total_cents,
            lines,
            created_at: now,
        })
    }
}
