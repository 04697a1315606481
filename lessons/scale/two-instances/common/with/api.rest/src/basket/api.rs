//! The basket over REST.

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Item, NewItem, store};
use crate::error::Result;
use crate::identity::CurrentUser;
use crate::platform::json::Json;
use crate::platform::query::NoQuery;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read, add))
}

#[derive(Serialize, ToSchema)]
struct Basket {
    items: Vec<Item>,
}

/// What is in your basket.
#[utoipa::path(get, path = "/api/v1/basket", tag = "basket", security(("user" = [])),
    responses((status = 200, body = Basket)))]
async fn read(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
) -> Result<Answer<Basket>> {
    let items = store::list(&state, user.id).await?;
    Ok(Answer(Basket { items }))
}

/// Put something into your basket, beside what is there.
#[utoipa::path(post, path = "/api/v1/basket", tag = "basket", security(("user" = [])),
    request_body = NewItem, responses((status = 200, body = Basket)))]
async fn add(
    State(state): State<AppState>,
    user: CurrentUser,
    body: Json<NewItem>,
) -> Result<Answer<Basket>> {
    let items = super::add(&state, user.id, body.value).await?;
    Ok(Answer(Basket { items }))
}
