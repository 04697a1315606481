//! One connection: HTTP/1.1, with a clock for slow headers and one for idle clients.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::client::ClientIp;
use super::clock::{Clock, Watched};
use super::lifecycle::Lifecycle;
use super::problem::Problem;
use super::server::App;
use super::telemetry::RequestId;

/// Between two requests: longer than balancers keep a connection, so that they close it and not we.
const IDLE: Duration = Duration::from_secs(75);
const MOST_HEADER_BYTES: usize = 16 * 1024;

/// Serves requests until the client leaves, is too slow, or the service drains.
pub async fn serve(stream: TcpStream, app: App, lifecycle: Lifecycle) {
    let Ok(peer) = stream.peer_addr() else { return };
    let clock = Arc::new(Clock::default());
    let requests = service_fn({
        let (clock, lifecycle) = (Arc::clone(&clock), lifecycle.clone());
        move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ClientIp::of(peer.ip()));
            clock.set(Clock::BUSY);
            let (app, clock, lifecycle) = (app.router(), Arc::clone(&clock), lifecycle.clone());
            async move {
                let is_last = clock.saw_two_lengths();
                let mut response = match is_last {
                    true => two_lengths(),
                    false => app.oneshot(request.map(Body::new)).await?,
                };
                // a balancer that may not ask here again need not find out by a broken connection
                if is_last || lifecycle.is_draining() {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                clock.set(Clock::IDLE);
                Ok::<_, Infallible>(response)
            }
        }
    });
    let io = TokioIo::new(Watched { stream, clock: Arc::clone(&clock) });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(io, requests);
    let mut connection = std::pin::pin!(connection);
    let mut closing = std::pin::pin!(lifecycle.closing());
    let (mut is_closing, mut tick) = (false, tokio::time::interval(Duration::from_secs(2)));
    loop {
        tokio::select! {
            _ = &mut connection => return,
            () = &mut closing, if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = tick.tick() => if clock.headers_are_late() { return },
        }
    }
}

/// Nobody knows where this request ends, so the connection ends with it.
fn two_lengths() -> Response<Body> {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "malformed");
    problem.detail("the length is declared twice").write(&RequestId::new())
}
