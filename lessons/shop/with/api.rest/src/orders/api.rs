//! Orders over REST: what a handler needs stands in its signature, in the order it is checked.

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::draft::{Draft, NewOrder};
use super::{Created, Line, Order, store};
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::idempotency::IdempotencyKey;
use crate::platform::json::Json;
use crate::platform::query::{NoQuery, Query};
use crate::products::api::uuid;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(read, remove))
        .routes(routes!(read_line))
}

#[derive(Serialize, ToSchema)]
struct Orders {
    items: Vec<Order>,
}

/// Order something. With an `Idempotency-Key` a repeat answers as the first time.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", security(("user" = [])),
    params(("Idempotency-Key" = Option<String>, Header,
        min_length = 1, max_length = 255, pattern = "^[ -~]+$")),
    request_body = NewOrder, responses((status = 201, body = Order),
        (status = 409, description = "There is not so much of it, or the key is in use just now")))]
async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    key: IdempotencyKey,
    body: Json<NewOrder>,
) -> Result<Response> {
    let attempt = key.0?.map(|key| key.attempt("POST /api/v1/orders", &body.bytes));
    let draft = Draft::parse(body.value)?;
    let (order, replayed) = match store::create(&state.db, user.id, draft, attempt).await? {
        Created::New(order) => (order, None),
        Created::Replayed(order) => (order, Some([("idempotent-replayed", "true")])),
    };
    let location = [(LOCATION, format!("/api/v1/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, replayed, Answer(order)).into_response())
}

/// Your newest orders.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", security(("user" = [])),
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 100)),
    responses((status = 200, body = Orders)))]
async fn list(
    State(state): State<AppState>,
    user: CurrentUser,
    uri: Uri,
) -> Result<Answer<Orders>> {
    let mut query = Query::of(&uri);
    let limit = query.number("limit", 20, 1..=100);
    query.finish()?;
    let items = store::list(&state.db, user.id, limit).await?;
    Ok(Answer(Orders { items }))
}

/// One of your orders.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", security(("user" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = Order),
        (status = 404, description = "There is no such order of yours")))]
async fn read(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<Answer<Order>> {
    let order = store::find(&state.db, user.id, uuid(&id)?).await?;
    order.map(Answer).ok_or(Error::NotFound)
}

/// One line of one of your orders.
#[utoipa::path(get, path = "/api/v1/orders/{id}/lines/{line_id}", tag = "orders",
    security(("user" = [])), params(("id" = Uuid, Path), ("line_id" = Uuid, Path)),
    responses((status = 200, body = Line),
        (status = 404, description = "There is no such line in this order of yours")))]
async fn read_line(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
    Path((id, line_id)): Path<(String, String)>,
) -> Result<Answer<Line>> {
    let line = store::find_line(&state.db, user.id, uuid(&id)?, uuid(&line_id)?).await?;
    line.map(Answer).ok_or(Error::NotFound)
}

/// Take back an order that is not paid.
#[utoipa::path(delete, path = "/api/v1/orders/{id}", tag = "orders", security(("user" = [])),
    params(("id" = Uuid, Path)), responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is no such order of yours"),
        (status = 409, description = "It is paid")))]
async fn remove(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    store::delete(&state.db, user.id, uuid(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
