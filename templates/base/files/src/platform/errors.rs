//! Gives every error its body, the framework's own errors too.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

use super::problem::Problem;
use super::telemetry::RequestId;
use crate::error::Error;

/// An error leaves with a problem as its body, and the id of its request in it.
pub fn render(response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None if keeps_its_body(&parts.headers) => return Response::from_parts(parts, body),
        None => Problem::of_status(status),
    };
    let body = problem.render(&mut parts, &RequestId::current());
    Response::from_parts(parts, body)
}

/// A body in JSON was written on purpose; the framework's own errors are plain text.
fn keeps_its_body(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json"))
}

/// A file or a socket that fails is never the client's fault.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}
