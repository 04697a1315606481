//! Who is asking? Here it is always the same local user, and nobody has to log in.

use axum::http::{HeaderMap, HeaderValue};
use tower::layer::util::Identity;
use utoipa::openapi::security::SecurityScheme;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::config::Config;
use crate::error::Result;
use crate::identity::CurrentUser;
use crate::platform::env::Env;
use crate::platform::{self, time::Timestamp};
use crate::state::AppState;

/// The user that the first migration makes.
const LOCAL: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);

/// Words of the binary that only this authentication has: none.
pub const USAGE: &str = "";

#[derive(Clone)]
pub struct Settings {
    production: bool,
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        Self { production: env.production() }
    }
}

#[derive(Clone)]
pub struct Auth;

impl Auth {
    pub fn new(settings: &Settings) -> Result<Self> {
        if settings.production {
            let risk = "THERE IS NO AUTHENTICATION: whoever reaches this port may do everything";
            tracing::warn!(event = "no_authentication", "{risk}");
        }
        Ok(Self)
    }
}

/// Everybody is the local user, whatever the request carries.
pub async fn identify(_: &AppState, _: &HeaderMap) -> Result<Option<CurrentUser>> {
    Ok(Some(CurrentUser {
        id: LOCAL,
        email: "local@localhost".to_string(),
        created_at: Timestamp::from_micros(0),
        session_id: Uuid::nil(),
    }))
}

/// There is nothing to log in to.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}

pub fn protect(_: &platform::Settings) -> Identity {
    Identity::new()
}

pub fn challenge() -> Option<HeaderValue> {
    None
}

pub fn security_scheme() -> Option<SecurityScheme> {
    None
}

pub async fn demo_user(_: &AppState) -> Result<Uuid> {
    Ok(LOCAL)
}

pub async fn verb(_: &Config, _: &[&str]) -> Option<Result<()>> {
    None
}

pub async fn purge(_: &AppState) -> Result<()> {
    Ok(())
}
