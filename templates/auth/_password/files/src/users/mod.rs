//! Users: who they are to the outside. How they prove it is in `auth/`.

pub mod store;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::platform::checks::{self, Broken};
use crate::platform::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub created_at: Timestamp,
}

impl User {
    pub fn new(email: Email) -> Self {
        Self { id: Uuid::now_v7(), email: email.0, created_at: Timestamp::now() }
    }
}

/// An address in lower case that could receive mail; only a mail to it would prove that it does.
#[derive(Clone, Debug)]
pub struct Email(String);

impl Email {
    pub fn parse(text: &str) -> Result<Self, Broken> {
        let folded = text.to_lowercase();
        checks::text(&folded, 1..=254)?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
        };
        let is_host = |host: &str| host.split('.').all(plain) && host.contains('.');
        match folded.rsplit_once('@') {
            Some((local, host)) if plain(local) && is_host(host) => Ok(Self(folded)),
            _ => Err(Broken("invalid", "must be an email address")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
