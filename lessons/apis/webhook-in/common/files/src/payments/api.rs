//! Where the payment provider sends its messages. It has no login: its signature is its login.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Event, signature, store};
use crate::error::Result;
use crate::platform::time::Timestamp;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(receive))
}

/// The provider says that an order was paid. Any answer but 2xx makes it say so again, for days.
#[utoipa::path(post, path = "/webhooks/payments", tag = "payments",
    params(("Webhook-Signature" = Option<String>, Header)),
    request_body = Event, responses((status = 204, description = "It is taken, or was before"),
        (status = 401, description = "It is not the provider's, or not of now")))]
async fn receive(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode> {
    signature::verify(&headers, &body, &state.config.payments.secrets, Timestamp::now())?;
    let event = Event::parse(&body)?;
    let (id, order) = (event.id.clone(), event.order_id);
    let new = store::record(&state.db, event).await?;
    tracing::info!(event = "payment", id, %order, new);
    Ok(StatusCode::NO_CONTENT)
}
