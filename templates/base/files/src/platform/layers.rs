//! What surrounds every route: the way in and, in reverse, the way out.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use super::metrics::Measure;
use super::problem::Problem;
use super::telemetry::Line;
use super::{Settings, client, cors, errors, headers};

/// Of several layers in brackets the first is the outermost.
pub fn wrap(routes: Router, settings: &Settings) -> Router {
    let around = from_fn_with_state(Arc::new(settings.clone()), around);
    routes.layer((around, cors::layer(settings), CatchPanicLayer::custom(panicked)))
}

/// One function and not a layer for each line: a layer is copied for every request.
async fn around(
    State(settings): State<Arc<Settings>>,
    mut request: Request,
    next: Next,
) -> Response {
    let line = Line::begin(&mut request);
    let measure = Measure::begin(&request, &settings);
    client::resolve(&mut request, &settings);
    let response = next.run(request).instrument(line.span()).await;
    let mut response = errors::render(response, &line.id);
    headers::write(response.headers_mut(), &settings);
    cors::hide_from_others(response.headers_mut(), &settings);
    measure.end(&response);
    line.end(&mut response);
    response
}

/// A panic ends its request and nothing else.
fn panicked(reason: Box<dyn Any + Send>) -> Response {
    let text = reason.downcast_ref::<&str>().copied();
    let text = text.or_else(|| reason.downcast_ref::<String>().map(String::as_str));
    tracing::error!(event = "panic", reason = text.unwrap_or("unknown"));
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
}
