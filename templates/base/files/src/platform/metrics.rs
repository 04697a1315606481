//! Numbers for Prometheus, on an address of their own that the outside does not reach.

use std::io;
use std::sync::{LazyLock, atomic::AtomicU64};
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use super::Settings;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    /// The template, never the path: a label with ids in it would grow for ever.
    route: String,
    status: u16,
}

struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter<u64, AtomicU64>>,
    seconds: Histogram,
    in_flight: Gauge,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    let mut registry = Registry::default();
    let requests = Family::default();
    let seconds = Histogram::new([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ]);
    let in_flight = Gauge::default();
    registry.register("http_requests", "Requests answered", requests.clone());
    registry.register("http_request_duration_seconds", "Time to an answer", seconds.clone());
    registry.register("http_requests_in_flight", "Requests being answered", in_flight.clone());
    Metrics { registry, requests, seconds, in_flight }
});

/// A request being answered. It counts until it is dropped: a client may leave before the end.
struct InFlight;

impl InFlight {
    fn new() -> Self {
        METRICS.in_flight.inc();
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        METRICS.in_flight.dec();
    }
}

/// A request being counted and timed; nothing where the metrics are off.
pub struct Measure(Option<Measured>);

struct Measured {
    start: Instant,
    method: &'static str,
    route: String,
    _in_flight: InFlight,
}

impl Measure {
    pub fn begin(request: &Request, settings: &Settings) -> Self {
        Self(settings.metrics_addr.map(|_| {
            let (start, _in_flight) = (Instant::now(), InFlight::new());
            let route = request.extensions().get::<MatchedPath>();
            let route = route.map_or("", MatchedPath::as_str).to_string();
            Measured { start, method: method(request.method()), route, _in_flight }
        }))
    }

    pub fn end(self, response: &Response) {
        let Self(Some(Measured { start, method, route, .. })) = self else { return };
        METRICS.seconds.observe(start.elapsed().as_secs_f64());
        let status = response.status().as_u16();
        METRICS.requests.get_or_create(&Labels { method, route, status }).inc();
    }
}

/// A name from a list: a client may invent methods, and each would be a series of its own.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| method == name).unwrap_or("OTHER")
}

/// Opens `METRICS_ADDR`, if it is set, and logs the address it got.
pub async fn listen(settings: &Settings) -> io::Result<()> {
    let Some(address) = settings.metrics_addr else { return Ok(()) };
    let listener = TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on METRICS_ADDR {address}: {error}"))
    })?;
    let url = format!("http://{}/metrics", listener.local_addr()?);
    tracing::info!(event = "metrics", url, "metrics on {url}");
    tokio::spawn(
        async move { axum::serve(listener, Router::new().route("/metrics", get(show))).await },
    );
    Ok(())
}

async fn show() -> Response {
    let mut text = String::new();
    match encode(&mut text, &METRICS.registry) {
        Ok(()) => {
            ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
                .into_response()
        }
        Err(error) => {
            tracing::error!(event = "internal", cause = %error);
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
