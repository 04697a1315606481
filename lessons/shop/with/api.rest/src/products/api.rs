//! Products over REST: what a handler needs stands in its signature, in the order it is checked.

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::draft::{Draft, NewProduct};
use super::{Product, store};
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::conditional::{IfMatch, etag};
use crate::platform::json::Json;
use crate::platform::query::NoQuery;
use crate::platform::time::Timestamp;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(read, replace, remove))
}

/// What a client sees of a product.
#[derive(Serialize, ToSchema)]
#[schema(as = Product)]
pub struct Shown {
    id: Uuid,
    name: String,
    price_cents: i64,
    stock: i64,
    /// Raised by every change; the `ETag` of the product.
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Product> for Shown {
    fn from(product: Product) -> Self {
        let Product { id, name, price_cents, stock, version, .. } = product;
        let (created_at, updated_at) = (product.created_at, product.updated_at);
        Self { id, name, price_cents, stock, version, created_at, updated_at }
    }
}

#[derive(Serialize, ToSchema)]
struct Products {
    items: Vec<Shown>,
}

/// Sell a product.
#[utoipa::path(post, path = "/api/v1/products", tag = "products", security(("user" = [])),
    request_body = NewProduct, responses((status = 201, body = Shown)))]
async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    body: Json<NewProduct>,
) -> Result<Response> {
    let product = super::create(&state, user.id, Draft::parse(body.value)?).await?;
    let location = [(LOCATION, format!("/api/v1/products/{}", product.id))];
    Ok((StatusCode::CREATED, location, tagged(product)).into_response())
}

/// Everybody's products.
#[utoipa::path(get, path = "/api/v1/products", tag = "products", security(("user" = [])),
    responses((status = 200, body = Products)))]
async fn list(State(state): State<AppState>, _: CurrentUser, _: NoQuery) -> Result<Response> {
    let items = store::list(&state.db).await?.into_iter().map(Shown::from).collect();
    Ok(Answer(Products { items }).into_response())
}

/// One product.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "products", security(("user" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = Shown),
        (status = 404, description = "There is no such product")))]
async fn read(
    State(state): State<AppState>,
    _: CurrentUser,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<Response> {
    let product = store::find(&state.db, uuid(&id)?).await?;
    product.map(tagged).ok_or(Error::NotFound)
}

/// Change a product of yours: every field is said again.
#[utoipa::path(put, path = "/api/v1/products/{id}", tag = "products", security(("user" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = NewProduct, responses((status = 200, body = Shown),
        (status = 403, description = "It is not yours"),
        (status = 404, description = "There is no such product"),
        (status = 412, description = "The product has changed since")))]
async fn replace(
    State(state): State<AppState>,
    user: CurrentUser,
    seen: IfMatch,
    Path(id): Path<String>,
    body: Json<NewProduct>,
) -> Result<Response> {
    let draft = Draft::parse(body.value)?;
    super::replace(&state, user.id, uuid(&id)?, draft, seen).await.map(tagged)
}

/// Delete a product of yours that nobody has ordered.
#[utoipa::path(delete, path = "/api/v1/products/{id}", tag = "products", security(("user" = [])),
    params(("id" = Uuid, Path)), responses((status = 204, description = "It is gone"),
        (status = 403, description = "It is not yours"),
        (status = 404, description = "There is no such product"),
        (status = 409, description = "It has been ordered")))]
async fn remove(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    super::delete(&state, user.id, uuid(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A product with its version as the entity tag.
fn tagged(product: Product) -> Response {
    ([(ETAG, etag(product.version))], Answer(Shown::from(product))).into_response()
}

/// A path id that is no UUID belongs to nothing.
pub fn uuid(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::NotFound)
}
