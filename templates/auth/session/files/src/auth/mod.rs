//! Who is asking? Whoever shows the cookie of a session. Next: `login.rs`, `accounts.rs`.

mod accounts;

use axum::Json as Answer;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use tower_http::csrf::CsrfLayer;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::Result;
use crate::identity::CurrentUser;
use crate::platform;
use crate::platform::auth::login::{Credentials, log_in, new_session};
use crate::platform::auth::lookup::{self, Shown};
use crate::platform::auth::password::{self, Passwords};
use crate::platform::auth::{sessions, throttle};
use crate::platform::client::ClientIp;
use crate::platform::cookie::Cookie;
use crate::platform::env::Env;
use crate::platform::json::Json;
use crate::platform::query::NoQuery;
use crate::platform::secret::{random_token, sha256};
use crate::platform::time::Timestamp;
use crate::state::AppState;
use crate::users::User;

pub use crate::platform::auth::verbs::{USAGE, demo_user, verb};
pub use accounts::sign_up;

#[derive(Clone)]
pub struct Settings {
    passwords: password::Settings,
    idle_secs: i64,
    absolute_secs: i64,
    cookie: Cookie,
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        let absolute_secs = env.number("SESSION_ABSOLUTE_SECS", 43_200, 1..=31_536_000);
        let idle_secs = env.number("SESSION_IDLE_SECS", 1_800, 1..=31_536_000);
        let (passwords, cookie) = (password::Settings::read(env), Cookie::read(env));
        Self { passwords, idle_secs, absolute_secs, cookie }
    }
}

#[derive(Clone)]
pub struct Auth {
    pub passwords: Passwords,
    settings: Settings,
}

impl Auth {
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self { passwords: Passwords::new(&settings.passwords)?, settings: settings.clone() })
    }

    /// Whether nobody has used a session for too long.
    pub fn is_idle(&self, last_used_at: Timestamp, now: Timestamp) -> bool {
        now >= last_used_at.plus_secs(self.settings.idle_secs)
    }
}

/// The user whose session this is, when it has not ended, been idle too long or been taken back.
pub async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
    let settings = &state.auth.settings;
    let Some(token) = settings.cookie.find(headers) else { return Ok(None) };
    let now = Timestamp::now();
    let found = lookup::by_token(&state.db, &sha256(token), now).await?;
    let found = found.filter(|shown| !state.auth.is_idle(shown.last_used_at, now));
    let Some(Shown { user, session_id, last_used_at }) = found else { return Ok(None) };
    // one write for many reads: a tenth of the limit is exact enough. A database that cannot be
    // written to can still be read
    if now.micros() - last_used_at.micros() > settings.idle_secs * 100_000
        && let Err(error) = Box::pin(lookup::touch(&state.db, session_id, now)).await
    {
        tracing::warn!(event = "session_not_touched", %error);
    }
    let User { id, email, created_at } = user;
    Ok(Some(CurrentUser { id, email, created_at, session_id }))
}

pub fn router() -> OpenApiRouter<AppState> {
    accounts::router().routes(routes!(start)).routes(routes!(logout))
}

/// Log in: a new session, and its cookie.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = Credentials, responses(
    (status = 200, body = User), (status = 401, description = "Wrong address or password")))]
async fn start(
    State(state): State<AppState>,
    Extension(client): Extension<ClientIp>,
    before: Option<Extension<CurrentUser>>,
    body: Json<Credentials>,
) -> Result<impl IntoResponse> {
    let login = log_in(&state, client, body.value).await?;
    if let Some(Extension(before)) = before {
        sessions::end(&state.db, before.id, before.session_id).await?;
    }
    let (token, seconds) = (random_token(), state.auth.settings.absolute_secs);
    let session = new_session(seconds);
    sessions::open(&state.db, &login, &session, &sha256(&token)).await?;
    Ok((state.auth.settings.cookie.set(&token, seconds), Answer(login.user)))
}

/// End this session.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(("user" = [])),
    responses((status = 204, description = "It has ended")))]
async fn logout(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
) -> Result<impl IntoResponse> {
    sessions::end(&state.db, user.id, user.session_id).await?;
    tracing::info!(event = "logout", user = %user.id);
    Ok((StatusCode::NO_CONTENT, state.auth.settings.cookie.set("", 0), ()))
}

/// Browsers send cookies with what foreign pages ask for: such requests are refused. A proxy may
/// name another host than the page does, so `BASE_URL` is ours too.
pub fn protect(settings: &platform::Settings) -> CsrfLayer {
    let listed = settings.cors_allowed_origins.iter().chain(&settings.base_url);
    listed.fold(CsrfLayer::new(), |layer, origin| {
        layer.clone().add_trusted_origin(origin).unwrap_or(layer)
    })
}

pub fn challenge() -> Option<HeaderValue> {
    None
}

pub fn security_scheme() -> Option<SecurityScheme> {
    Some(SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("session"))))
}

pub async fn purge(state: &AppState) -> Result<()> {
    let (now, settings) = (Timestamp::now(), &state.auth.settings);
    sessions::purge(&state.db, now, Some(now.plus_secs(-settings.idle_secs))).await?;
    throttle::purge(&state.db, now.plus_secs(-settings.passwords.longest_window())).await
}
