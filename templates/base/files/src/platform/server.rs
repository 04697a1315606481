//! The listener: accepts connections, and on the way out lets them finish. Next: `connection.rs`.
//!
//! `axum::serve` has neither a deadline for slow headers nor one for draining, so the loop is ours.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::lifecycle::Lifecycle;
use super::problem::Problem;
use super::{Settings, connection, layers, metrics};

const MOST_CONNECTIONS: usize = 10_000;
/// After so long without the application the port opens all the same, in production.
const PATIENCE: Duration = Duration::from_secs(1);

/// The application, once it has started, and what answers until then: alive, not ready.
#[derive(Clone)]
pub struct App {
    started: Arc<OnceLock<Router>>,
    waiting: Router,
}

impl App {
    fn new(settings: &Settings) -> Self {
        let starting = || async { Problem::unavailable("the service is starting") };
        let alive = || async { Json(serde_json::json!({"status": "ok"})) };
        let waiting = Router::new().route("/livez", get(alive)).fallback(starting);
        let waiting = layers::wrap(waiting, settings);
        Self { started: Arc::default(), waiting }
    }

    pub fn router(&self) -> Router {
        self.started.get().unwrap_or(&self.waiting).clone()
    }
}

/// # Errors
/// A sentence with the address and what to do.
pub async fn bind(settings: &Settings) -> io::Result<TcpListener> {
    let address = SocketAddr::new(settings.host, settings.port);
    TcpListener::bind(address).await.map_err(|error| {
        let hint = "is another program using it? Set PORT to a free one, or to 0";
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}; {hint}"))
    })
}

/// Serves what `start` makes, until the life ends. In production a start that takes long, because
/// the database is away, does not keep the port shut: balancers see 503 and not a refusal.
pub async fn serve<E: From<io::Error>>(
    listener: TcpListener,
    start: impl Future<Output = Result<Router, E>>,
    settings: &Settings,
    lifecycle: Lifecycle,
) -> Result<(), E> {
    let app = App::new(settings);
    let patience = if settings.production { PATIENCE } else { Duration::MAX };
    let mut start = std::pin::pin!(start);
    tokio::select! {
        started = timeout(patience, &mut start) => {
            if let Ok(started) = started {
                let _ = app.started.set(started?);
            }
        }
        () = lifecycle.draining() => return Ok(()),
    }
    metrics::listen(settings).await?;
    announce(&listener, settings)?;
    let mut connections = JoinSet::new();
    let stop = async {
        lifecycle.draining().await;
        sleep(settings.shutdown_delay).await;
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            started = &mut start, if app.started.get().is_none() => {
                let _ = app.started.set(started?);
            }
            stream = accept(&listener), if connections.len() < MOST_CONNECTIONS => {
                connections.spawn(connection::serve(stream, app.clone(), lifecycle.clone()));
            }
            Some(_) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    lifecycle.close();
    // who stalls is left behind: the set closes what is still open
    let _ = timeout(settings.shutdown_grace, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
    Ok(())
}

/// The next connection. Running out of files is no reason to stop: some will be closed.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!(event = "accept_failed", %error);
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One line on stdout for people, or one in JSON for programs.
fn announce(listener: &TcpListener, settings: &Settings) -> io::Result<()> {
    let url = format!("http://{}", listener.local_addr()?);
    let mut out = io::stdout();
    // a closed stdout must not keep the service from working
    let _ = if settings.log_json {
        let message = format!("listening on {url}");
        let line = serde_json::json!({"level": "INFO", "message": message, "url": url});
        writeln!(out, "{line}")
    } else {
        writeln!(out, "listening on {url}").and_then(|()| out.flush())
    };
    Ok(())
}
