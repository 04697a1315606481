//! Two routes over a store: who is asking, the work, one line in the log. Nothing makes it safe.

use std::io::Write;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::http::header::{COOKIE, ETAG, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{Moment, Store};

/// The user that everything belongs to.
pub const LOCAL: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);

#[derive(Clone)]
struct App {
    store: Store,
    /// Whether a request must show a session.
    session: bool,
}

#[derive(Deserialize)]
struct NewTask {
    title: String,
    #[serde(default)]
    description: String,
    due_at: Option<Moment>,
}

#[derive(Clone, Serialize)]
pub struct Task {
    pub id: Uuid,
    pub title: String,
    pub description: String,
    pub status: String,
    pub due_at: Option<Moment>,
    pub version: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

/// With `FLOOR_TOKEN` the store has a session of this token, and every request must show it.
pub async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("FLOOR_TOKEN").ok();
    let store = Store::open(token.as_deref().map(hash)).await?;
    let app = Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/api/v1/tasks", post(create))
        .route("/api/v1/tasks/{id}", get(read))
        .with_state(App { store, session: token.is_some() });
    let port = std::env::var("PORT").map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, app).await?)
}

async fn read(State(app): State<App>, headers: HeaderMap, Path(id): Path<Uuid>) -> Response {
    let start = Instant::now();
    let response = match app.user(&headers).await {
        Some(owner) => match app.store.find(owner, id).await {
            Some(task) => tagged(task),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        None => StatusCode::UNAUTHORIZED.into_response(),
    };
    log("GET", "/api/v1/tasks/{id}", &response, start);
    response
}

async fn create(State(app): State<App>, headers: HeaderMap, Json(new): Json<NewTask>) -> Response {
    let start = Instant::now();
    let response = match app.user(&headers).await {
        Some(owner) => {
            let now = Moment::from(Utc::now());
            let task = Task {
                id: Uuid::now_v7(),
                title: new.title,
                description: new.description,
                status: "todo".to_string(),
                due_at: new.due_at,
                version: 1,
                created_at: now.clone(),
                updated_at: now,
            };
            match app.store.insert(owner, task).await {
                Some(task) => {
                    let location = [(LOCATION, format!("/api/v1/tasks/{}", task.id))];
                    (StatusCode::CREATED, location, tagged(task)).into_response()
                }
                None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    };
    log("POST", "/api/v1/tasks", &response, start);
    response
}

impl App {
    /// The user of the session, in one statement; without sessions the local one.
    async fn user(&self, headers: &HeaderMap) -> Option<Uuid> {
        if !self.session {
            return Some(LOCAL);
        }
        let token = headers.get(COOKIE)?.to_str().ok()?.strip_prefix("session=")?;
        self.store.user(hash(token), Moment::from(Utc::now())).await
    }
}

fn tagged(task: Task) -> Response {
    ([(ETAG, format!("\"{}\"", task.version))], Json(task)).into_response()
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// One line and one write for each request.
fn log(method: &str, route: &str, response: &Response, start: Instant) {
    let (at, status) = (Utc::now(), response.status().as_u16());
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let line = format!(
        "{{\"timestamp\":\"{at}\",\"level\":\"INFO\",\"event\":\"request\",\"method\":\"{method}\",\
         \"route\":\"{route}\",\"status\":{status},\"ms\":{ms:.2}}}\n"
    );
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}
