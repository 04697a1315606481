//! Log in, refresh, log out: two tokens, of which one is good for a single use.

use axum::Json as Answer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::token;
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::auth::login::{Credentials, log_in, new_session};
use crate::platform::auth::lookup::{self, Rotation};
use crate::platform::auth::sessions::{self, Session};
use crate::platform::checks::{self, Checks};
use crate::platform::client::ClientIp;
use crate::platform::json::Json;
use crate::platform::query::NoQuery;
use crate::platform::secret::{random_token, sha256};
use crate::platform::time::Timestamp;
use crate::state::AppState;
use crate::users::User;

/// A login ends after thirty days, however often it was refreshed.
const LONGEST: i64 = 30 * 24 * 60 * 60;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(start)).routes(routes!(refresh)).routes(routes!(logout))
}

#[derive(Serialize, ToSchema)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    refresh_token: String,
    refresh_expires_in: i64,
}

impl Tokens {
    fn new(
        state: &AppState,
        user: &User,
        session: &Session,
        refresh_token: String,
    ) -> Result<Self> {
        let now = Timestamp::now();
        Ok(Self {
            access_token: state.auth.keys.sign(user.id, session.id, now)?,
            token_type: "Bearer",
            expires_in: token::SECONDS,
            refresh_token,
            refresh_expires_in: now.secs_until(session.expires_at),
        })
    }
}

/// Log in: a token for now, and one for the next token.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = Credentials, responses(
    (status = 200, body = Tokens), (status = 401, description = "Wrong address or password")))]
async fn start(
    State(state): State<AppState>,
    Extension(client): Extension<ClientIp>,
    body: Json<Credentials>,
) -> Result<Answer<Tokens>> {
    let login = log_in(&state, client, body.value).await?;
    let (refresh_token, session) = (random_token(), new_session(LONGEST));
    sessions::open(&state.db, &login, &session, &sha256(&refresh_token)).await?;
    Tokens::new(&state, &login.user, &session, refresh_token).map(Answer)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    refresh_token: String,
}

/// The next pair of tokens. The one that is sent is spent; sent again it ends the login.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", request_body = Refresh, responses(
    (status = 200, body = Tokens), (status = 401, description = "Unknown, expired or used")))]
async fn refresh(State(state): State<AppState>, body: Json<Refresh>) -> Result<Answer<Tokens>> {
    let Refresh { refresh_token } = body.value;
    let mut checks = Checks::default();
    checks.field("/refresh_token", checks::text(&refresh_token, 0..=usize::MAX));
    checks.finish()?;
    let (old, next) = (sha256(&refresh_token), random_token());
    match lookup::rotate(&state.db, &old, &sha256(&next), Timestamp::now()).await? {
        Rotation::Rotated(user, session) => Tokens::new(&state, &user, &session, next).map(Answer),
        Rotation::Reused(user) => {
            tracing::warn!(event = "refresh_reuse", %user);
            Err(Error::Unauthenticated)
        }
        Rotation::Unknown => Err(Error::Unauthenticated),
    }
}

/// End this login: both its tokens are worth nothing from now on.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(("user" = [])),
    responses((status = 204, description = "It has ended")))]
async fn logout(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
) -> Result<StatusCode> {
    sessions::end(&state.db, user.id, user.session_id).await?;
    tracing::info!(event = "logout", user = %user.id);
    Ok(StatusCode::NO_CONTENT)
}
