//! How much at once, how large, how long: over it a request is refused quickly.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::gate::{Answer, Next};
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
pub async fn apply(limits: Arc<Limits>, request: Request, next: impl Next) -> Answer {
    let Ok(_place) = limits.in_flight.try_acquire() else {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded");
        return Ok(problem.retry_after(1).into_response());
    };
    let answer = async {
        match body::check(request, limits.body).await {
            Ok(request) => next.run(request).await,
            Err(refused) => refused,
        }
    };
    Ok(timeout(limits.deadline, answer).await.unwrap_or_else(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout").retry_after(1).into_response()
    }))
}
