//! What the payment provider tells us: messages that come from outside, unasked. Next: `api.rs`,
//! `signature.rs`, `store.rs`.

pub mod api;
pub mod hmac;
pub mod signature;
pub mod store;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::env::Env;
use crate::platform::json;

#[derive(Clone)]
pub struct Settings {
    /// What the provider may sign with: the newest first, and during a change the one before.
    pub secrets: Vec<SecretString>,
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        let secrets: Vec<String> = env.list("WEBHOOK_SECRETS", "secrets");
        let secrets: Vec<SecretString> = secrets.into_iter().map(SecretString::from).collect();
        if secrets.iter().any(|secret| secret.expose_secret().len() < 32) {
            env.problem("WEBHOOK_SECRETS", "must be at least 32 random bytes each");
        }
        Self { secrets }
    }
}

/// An order was paid. A provider adds fields when it likes; those that we do not know are skipped.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = PaymentEvent)]
pub struct Event {
    /// The provider's own name for it: the same again when it is sent again.
    #[schema(min_length = 1, max_length = 100)]
    pub id: String,
    pub order_id: Uuid,
    pub amount_cents: i64,
}

impl Event {
    /// Reads a body. It says nothing about who has written it.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let event: Self = json::parse(body)?;
        let plain = event.id.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || !(1..=100).contains(&event.id.len()) {
            return Err(Error::field("/id", "invalid", "must be 1 to 100 visible characters"));
        }
        Ok(event)
    }

    /// Whether it pays an order that costs so much; nothing when there is no such order.
    pub fn fits(&self, total_cents: Option<i64>) -> Result<()> {
        match total_cents {
            None => Err(Error::field("/order_id", "invalid", "is no order")),
            Some(total) if total != self.amount_cents => {
                Err(Error::field("/amount_cents", "invalid", "is not what the order costs"))
            }
            Some(_) => Ok(()),
        }
    }
}
