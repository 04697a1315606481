//! Checks a password: throttled, with the same work and the same answer for everybody.

use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::sessions::Session;
use super::{password, policy, throttle};
use crate::error::{Error, Result};
use crate::platform::checks::{self, Checks};
use crate::platform::client::ClientIp;
use crate::platform::time::Timestamp;
use crate::state::AppState;
use crate::users::store::{self, Login};

/// The body of a registration and of a login.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[schema(
        max_length = 254,
        pattern = r"^[^\s\x00-\x1f@]+@[^\s\x00-\x1f@.]+(\.[^\s\x00-\x1f@.]+)+$"
    )]
    pub email: String,
    #[schema(value_type = String, min_length = 8, max_length = 128, pattern = r"^[^\x00]*$")]
    pub password: SecretString,
}

/// Whose login it is; unknown, wrong and disabled are one and the same 401.
pub async fn log_in(state: &AppState, client: ClientIp, body: Credentials) -> Result<Login> {
    let mut checks = Checks::default();
    checks.field("/email", checks::text(&body.email, 0..=254));
    checks.field("/password", policy::fits(&body.password));
    checks.finish()?;
    match verified(state, client, &body.email.to_lowercase(), body.password).await? {
        Some(login) => {
            tracing::info!(event = "login_ok", user = %login.user.id);
            Ok(login)
        }
        None => {
            tracing::warn!(event = "login_failed");
            Err(Error::Unauthenticated)
        }
    }
}

/// The one with this password, if there is one who may log in.
pub async fn verified(
    state: &AppState,
    client: ClientIp,
    email: &str,
    password: SecretString,
) -> Result<Option<Login>> {
    let guess = throttle::begin(&state.db, state.auth.passwords.limits, email, client).await?;
    let checked = check(state, email, password).await;
    let right = checked.as_ref().ok().map(Option::is_some);
    guess.settle(&state.db, right).await?;
    checked
}

async fn check(state: &AppState, email: &str, password: SecretString) -> Result<Option<Login>> {
    let passwords = &state.auth.passwords;
    let found = store::find_login(&state.db, email).await?;
    let stored = found.as_ref().map(|login| login.password_hash.as_str());
    let right = passwords.verify(password.clone(), stored).await?;
    let Some(mut login) = found.filter(|login| right && !login.disabled) else { return Ok(None) };
    if password::is_weak(&login.password_hash) {
        let hash = passwords.hash(password).await?;
        store::rehash(&state.db, &login, &hash).await?;
        login.password_hash = hash;
    }
    Ok(Some(login))
}

/// A login that lasts for so many seconds, from now on.
pub fn new_session(seconds: i64) -> Session {
    let now = Timestamp::now();
    let expires_at = now.plus_secs(seconds);
    Session { id: Uuid::now_v7(), created_at: now, last_used_at: now, expires_at }
}
