//! What people buy: an order is theirs alone, and takes its goods out of the stock. Next:
//! `draft.rs`, `store.rs`, `api.rs`.

pub mod api;
pub mod draft;
mod rows;
pub mod store;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::Error;
use crate::platform::problem::Problem;
use crate::platform::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    pub id: Uuid,
    pub status: Status,
    pub total_cents: i64,
    pub lines: Vec<Line>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderLine)]
pub struct Line {
    pub id: Uuid,
    pub product_id: Uuid,
    pub quantity: i64,
    /// What the product cost when it was ordered.
    pub unit_price_cents: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OrderStatus)]
pub enum Status {
    Placed,
    Paid,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Placed, Self::Paid].into_iter().find(|status| status.as_str() == text)
    }
}

/// An order made just now, or the one that the same key made before.
pub enum Created {
    New(Order),
    Replayed(Order),
}

impl Order {
    /// Its lines by product: who takes stock always in this order never waits for one who waits
    /// for them.
    pub fn by_product(&self) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        lines.sort_by_key(|line| line.product_id);
        lines
    }
}

pub fn out_of_stock() -> Error {
    Error::Problem(Problem::new(StatusCode::CONFLICT, "out_of_stock"))
}
