//! What a client says of a product: raw fields in, checked values out.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Product;
use crate::error::{Error, Result};
use crate::platform::checks::{self, Broken, Checks};
use crate::platform::time::Timestamp;

/// The body of a new product, and of one that takes its place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
    pub name: String,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub price_cents: i64,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub stock: i64,
}

/// 1 to 200 code points, not blank.
#[derive(Clone, Debug)]
pub struct Name(String);

impl Name {
    pub fn parse(text: String) -> Result<Self, Broken> {
        checks::text(&text, 1..=200)?;
        if text.chars().all(char::is_whitespace) {
            return Err(Broken("too_short", "must not be blank"));
        }
        Ok(Self(text))
    }
}

/// Money: whole cents, up to 100,000.00.
#[derive(Clone, Copy, Debug)]
pub struct Cents(i64);

impl Cents {
    pub fn parse(number: i64) -> Result<Self, Broken> {
        let good = (0..=10_000_000).contains(&number);
        good.then_some(Self(number)).ok_or(Broken("invalid", "must be from 0 to 10000000"))
    }
}

/// How many there are.
#[derive(Clone, Copy, Debug)]
pub struct Stock(i64);

impl Stock {
    pub fn parse(number: i64) -> Result<Self, Broken> {
        let good = (0..=1_000_000).contains(&number);
        good.then_some(Self(number)).ok_or(Broken("invalid", "must be from 0 to 1000000"))
    }
}

/// A product whose every value is good.
#[derive(Debug)]
pub struct Draft {
    name: Name,
    price: Cents,
    stock: Stock,
}

impl Draft {
    pub fn parse(body: NewProduct) -> Result<Self> {
        let mut checks = Checks::default();
        let name = checks.field("/name", Name::parse(body.name));
        let price = checks.field("/price_cents", Cents::parse(body.price_cents));
        let stock = checks.field("/stock", Stock::parse(body.stock));
        checks.finish()?;
        let (Some(name), Some(price), Some(stock)) = (name, price, stock) else {
            return Err(Error::internal("a broken rule was not reported"));
        };
        Ok(Self { name, price, stock })
    }

    pub fn into_product(self, seller: Uuid, now: Timestamp) -> Product {
        Product {
            id: Uuid::now_v7(),
            seller_id: Some(seller),
            name: self.name.0,
            price_cents: self.price.0,
            stock: self.stock.0,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn in_place_of(self, product: &Product, now: Timestamp) -> Product {
        Product {
            name: self.name.0,
            price_cents: self.price.0,
            stock: self.stock.0,
            version: product.version + 1,
            updated_at: now,
            ..product.clone()
        }
    }
}
