//! The least that can be called a backend: two routes and a table, nothing that makes it safe.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct New {
    title: String,
}

#[derive(Serialize)]
struct Task {
    id: i64,
    title: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Connection::open("floor.db")?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE IF NOT EXISTS tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL)",
    )?;
    let app = Router::new()
        .route("/tasks", post(create))
        .route("/tasks/{id}", get(read))
        .with_state(Arc::new(Mutex::new(db)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn create(State(db): State<Db>, Json(new): Json<New>) -> Result<Json<Task>, String> {
    let db = db.lock().unwrap_or_else(PoisonError::into_inner);
    db.execute("INSERT INTO tasks (title) VALUES (?1)", [&new.title]).map_err(|e| e.to_string())?;
    Ok(Json(Task { id: db.last_insert_rowid(), title: new.title }))
}

async fn read(State(db): State<Db>, Path(id): Path<i64>) -> Result<Json<Task>, String> {
    let db = db.lock().unwrap_or_else(PoisonError::into_inner);
    let sql = "SELECT id, title FROM tasks WHERE id = ?1";
    let task = db.query_row(sql, [id], |row| Ok(Task { id: row.get(0)?, title: row.get(1)? }));
    task.map(Json).map_err(|e| e.to_string())
}
