//! What surrounds every route: the way in and, in reverse, the way out.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::gate::{Answer, Next, gate};
use super::metrics::Measure;
use super::problem::Problem;
use super::telemetry::{Line, RequestId};
use super::{Settings, client, cors, errors, headers};

/// Of several layers in brackets the first is the outermost.
pub fn wrap(routes: Router, settings: &Settings) -> Router {
    let around = gate(Arc::new(settings.clone()), |settings, request: Request, next| {
        let id = RequestId::of(request.headers());
        id.during(around(settings, request, next))
    });
    routes.layer((around, cors::layer(settings), CatchPanicLayer::custom(panicked)))
}

/// One function and not a layer for each line: a layer is copied for every request.
async fn around(settings: Arc<Settings>, mut request: Request, next: impl Next) -> Answer {
    let line = Line::begin(&request);
    let measure = Measure::begin(&request, &settings);
    client::resolve(&mut request, &settings);
    let mut response = errors::render(next.run(request).await);
    headers::write(response.headers_mut(), &settings);
    cors::hide_from_others(response.headers_mut(), &settings);
    measure.end(&response);
    line.end(&mut response);
    Ok(response)
}

/// A panic ends its request and nothing else.
fn panicked(reason: Box<dyn Any + Send>) -> Response {
    let text = reason.downcast_ref::<&str>().copied();
    let text = text.or_else(|| reason.downcast_ref::<String>().map(String::as_str));
    tracing::error!(event = "panic", reason = text.unwrap_or("unknown"));
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
}
