//! One connection: HTTP/1.1, with a clock for slow headers and one for idle clients.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::client::ClientIp;
use super::clock::{Clock, Phase, Watch};
use super::lifecycle::Lifecycle;
use super::problem::Problem;
use super::server::App;
use super::telemetry::RequestId;
use super::watched::Watched;

const MOST_HEADER_BYTES: usize = 16 * 1024;

/// Serves requests until the client leaves, is too slow, or the service drains.
pub async fn serve(stream: TcpStream, app: App, lifecycle: Lifecycle) {
    let Ok(peer) = stream.peer_addr() else { return };
    let clock = Arc::new(Clock::default());
    let requests = service_fn({
        let (clock, lifecycle) = (Arc::clone(&clock), lifecycle.clone());
        move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ClientIp::of(peer.ip()));
            clock.enter(Phase::Busy);
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
                clock.enter(Phase::Idle);
                Ok::<_, Infallible>(response)
            }
        }
    });
    let io = TokioIo::new(Watched { stream, clock: Arc::clone(&clock) });
    let connection =
        http1::Builder::new().max_buf_size(MOST_HEADER_BYTES).serve_connection(io, requests);
    let mut connection = std::pin::pin!(connection);
    let mut closing = std::pin::pin!(lifecycle.closing());
    let (mut is_closing, mut glances) = (false, tokio::time::interval(Watch::EVERY));
    let mut watch = Watch::new(clock);
    loop {
        tokio::select! {
            _ = &mut connection => return,
            () = &mut closing, if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = glances.tick() => if watch.is_late() { return },
        }
    }
}

/// Nobody knows where this request ends, so the connection ends with it.
fn two_lengths() -> Response<Body> {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "malformed");
    problem.detail("the length is declared twice").write(&RequestId::new())
}
