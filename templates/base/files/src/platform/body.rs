//! The size of a body, checked before anything else of a route.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::problem::Problem;

/// How much of a body that is refused is still read, so that the client gets to see why.
const DISCARDED: u64 = 8 << 20;

/// Refuses bodies over the limit, whether their length is declared or turns out on the way.
pub async fn check(request: Request, limit: usize) -> Result<Request, Response> {
    // boxed is what is rare: every request would have to carry the space for it
    match request.body().size_hint().exact() {
        Some(length) if length > limit as u64 => Err(Box::pin(too_large(request)).await),
        Some(_) => Ok(request),
        None => Box::pin(read(request, limit)).await,
    }
}

/// A body of unknown length is read here: its size is reported before who sent it is asked.
async fn read(request: Request, limit: usize) -> Result<Request, Response> {
    let expects = expects(request.headers());
    let (parts, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed").into_response());
        };
        bytes.extend_from_slice(frame.data_ref().unwrap_or(&Bytes::new()));
        if bytes.len() > limit {
            return Err(refuse(body, expects).await);
        }
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn too_large(request: Request) -> Response {
    let expects = expects(request.headers());
    refuse(request.into_body(), expects).await
}

/// A client that is still sending would see a broken connection and not the answer.
async fn refuse(mut body: Body, expects: bool) -> Response {
    let discard = async {
        let mut seen = 0;
        while !expects && seen < DISCARDED {
            match body.frame().await {
                Some(Ok(frame)) => seen += frame.data_ref().map_or(0, |data| data.len() as u64),
                _ => break,
            }
        }
    };
    // who announces a body and does not send it need not be waited for
    let _ = timeout(Duration::from_secs(1), discard).await;
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large").into_response()
}

/// The client waits for a word before it sends: it has sent nothing yet.
fn expects(headers: &HeaderMap) -> bool {
    headers.contains_key(EXPECT)
}
