//! The user behind a request: resolved once, then asked for by handlers. Next: `auth/mod.rs`.

use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::response::Response;
use uuid::Uuid;

use crate::auth;
use crate::error::{Error, Result};
use crate::platform::telemetry;
use crate::platform::time::Timestamp;
use crate::state::AppState;

/// Who is asking. A handler that names it in its signature answers nobody else.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub id: Uuid,
    pub email: String,
    pub created_at: Timestamp,
    /// The login that this request belongs to; nil when nobody had to log in.
    pub session_id: Uuid,
}

impl CurrentUser {
    pub fn is_logged_in(&self) -> bool {
        !self.session_id.is_nil()
    }
}

/// Resolves the credentials once, for everybody who asks later, and for the log.
pub async fn resolve(state: &AppState, request: &mut Request) -> Result<()> {
    if let Some(user) = auth::identify(state, request.headers()).await? {
        telemetry::note_user(user.id);
        request.extensions_mut().insert(user);
    }
    Ok(())
}

/// Says how to log in, where that was missing.
pub fn sign(response: &mut Response) {
    if response.status() == StatusCode::UNAUTHORIZED
        && let Some(challenge) = auth::challenge()
    {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get().cloned().ok_or(Error::Unauthenticated)
    }
}
