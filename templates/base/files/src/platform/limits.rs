//! How much at once, how large, how long: over it a request is refused quickly.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::problem::Problem;
use super::{Settings, body};

pub struct Limits {
    in_flight: Semaphore,
    /// Bytes of a body.
    body: usize,
    deadline: Duration,
}

impl Limits {
    pub fn new(settings: &Settings) -> Arc<Self> {
        let in_flight = Semaphore::new(settings.max_in_flight);
        Arc::new(Self { in_flight, body: settings.body_limit, deadline: settings.request_timeout })
    }
}

/// Answers 503 when too many are being answered already or when the answer takes too long, 413
/// when the body is too large.
pub async fn apply(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    let Ok(_place) = limits.in_flight.try_acquire() else {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded")
            .retry_after(1)
            .into_response();
    };
    let answer = async {
        match body::check(request, limits.body).await {
            Ok(request) => next.run(request).await,
            Err(refused) => refused,
        }
    };
    match timeout(limits.deadline, answer).await {
        Ok(response) => response,
        Err(_) => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout").retry_after(1).into_response()
        }
    }
}
