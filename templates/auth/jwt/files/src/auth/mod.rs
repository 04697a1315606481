//! Who is asking? Whoever shows a token that we signed. Next: `token.rs`, `login.rs`.

mod accounts;
mod token;
mod tokens;

use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use secrecy::SecretString;
use tower::layer::util::Identity;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::error::Result;
use crate::identity::CurrentUser;
use crate::platform;
use crate::platform::auth::password::{self, Passwords};
use crate::platform::auth::sessions;
use crate::platform::auth::{lookup, throttle};
use crate::platform::env::Env;
use crate::platform::time::Timestamp;
use crate::state::AppState;
use crate::users::User;
use token::Keys;

pub use crate::platform::auth::verbs::{USAGE, demo_user, verb};
pub use accounts::sign_up;

#[derive(Clone)]
pub struct Settings {
    passwords: password::Settings,
    secret: SecretString,
    previous_secret: Option<SecretString>,
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        let secret = env.secret("JWT_SECRET").unwrap_or_else(|| {
            env.problem("JWT_SECRET", "must be set: 32 random bytes");
            SecretString::default()
        });
        let previous_secret = env.secret("JWT_PREVIOUS_SECRET");
        Self { passwords: password::Settings::read(env), secret, previous_secret }
    }
}

#[derive(Clone)]
pub struct Auth {
    pub passwords: Passwords,
    keys: Arc<Keys>,
    longest_window: i64,
}

impl Auth {
    pub fn new(settings: &Settings) -> Result<Self> {
        let keys = Keys::new(&settings.secret, settings.previous_secret.as_ref());
        let passwords = Passwords::new(&settings.passwords)?;
        Ok(Self {
            passwords,
            keys: Arc::new(keys),
            longest_window: settings.passwords.longest_window(),
        })
    }

    /// A token ends by its own clock, used or not.
    pub fn is_idle(&self, _: Timestamp, _: Timestamp) -> bool {
        false
    }
}

/// The user of a token whose login still stands: it is looked up, so that it can be ended.
pub async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
    let Some((user_id, session_id)) =
        bearer(headers).and_then(|token| state.auth.keys.check(token))
    else {
        return Ok(None);
    };
    let found = lookup::by_id(&state.db, session_id, Timestamp::now()).await?;
    let found = found.filter(|user| user.id == user_id);
    Ok(found.map(|User { id, email, created_at }| CurrentUser {
        id,
        email,
        created_at,
        session_id,
    }))
}

/// The token of `Authorization: Bearer …`; of two such headers neither is believed.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = lines.next()?.to_str().ok().filter(|_| lines.next().is_none())?;
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

pub fn router() -> OpenApiRouter<AppState> {
    accounts::router().merge(tokens::router())
}

/// Browsers do not send tokens by themselves: a foreign page has none.
pub fn protect(_: &platform::Settings) -> Identity {
    Identity::new()
}

pub fn challenge() -> Option<HeaderValue> {
    Some(HeaderValue::from_static("Bearer"))
}

pub fn security_scheme() -> Option<SecurityScheme> {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    Some(SecurityScheme::Http(bearer.build()))
}

pub async fn purge(state: &AppState) -> Result<()> {
    let now = Timestamp::now();
    sessions::purge(&state.db, now, None).await?;
    throttle::purge(&state.db, now.plus_secs(-state.auth.longest_window)).await
}
