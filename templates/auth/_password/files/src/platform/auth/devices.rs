//! Where a user is logged in, and how to end that from here.

use axum::Json as Answer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::sessions;
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::query::NoQuery;
use crate::platform::time::Timestamp;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_sessions)).routes(routes!(end_session))
}

#[derive(Serialize, ToSchema)]
struct Sessions {
    items: Vec<SessionItem>,
}

#[derive(Serialize, ToSchema)]
struct SessionItem {
    id: Uuid,
    created_at: Timestamp,
    last_used_at: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
}

/// Where am I logged in?
#[utoipa::path(get, path = "/auth/sessions", tag = "auth", security(("user" = [])),
    responses((status = 200, body = Sessions)))]
async fn list_sessions(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
) -> Result<Answer<Sessions>> {
    let now = Timestamp::now();
    let mut sessions = sessions::list(&state.db, user.id, now).await?;
    sessions.retain(|session| !state.auth.is_idle(session.last_used_at, now));
    let item = |session: sessions::Session| SessionItem {
        id: session.id,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        current: session.id == user.session_id,
    };
    Ok(Answer(Sessions { items: sessions.into_iter().map(item).collect() }))
}

/// Log out somewhere else.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth", security(("user" = [])),
    params(("id" = Uuid, Path)), responses((status = 204, description = "It has ended"),
        (status = 404, description = "There is no such session of yours")))]
async fn end_session(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode> {
    let Path(id) = id.map_err(|_| Error::NotFound)?;
    if !sessions::end(&state.db, user.id, id).await? {
        return Err(Error::NotFound);
    }
    tracing::info!(event = "session_ended", user = %user.id);
    Ok(StatusCode::NO_CONTENT)
}
