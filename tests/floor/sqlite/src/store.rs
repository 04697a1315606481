//! Tasks in a file: the schema and the statements of a generated backend.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result, params};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::web::{LOCAL, Task};

const SCHEMA: [&str; 3] = [
    include_str!("../../../../templates/db/sqlite/with/auth._password/migrations/0001_users.sql"),
    include_str!("../../../../templates/db/sqlite/files/migrations/0002_tasks.sql"),
    include_str!(
        "../../../../templates/db/sqlite/with/auth._password/migrations/0004_sessions.sql"
    ),
];

/// Text of 27 characters, in the database and in the answer.
#[derive(Clone, Serialize, Deserialize)]
pub struct Moment(String);

impl From<DateTime<Utc>> for Moment {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

#[derive(Clone)]
pub struct Store {
    writer: Sender<Insert>,
}

struct Insert {
    owner: Uuid,
    task: Task,
    done: oneshot::Sender<Option<Task>>,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Store {
    pub async fn open(session: Option<[u8; 32]>) -> Result<Self> {
        let conn = open()?;
        if !conn.table_exists(None, "tasks")? {
            SCHEMA.iter().try_for_each(|sql| conn.execute_batch(sql))?;
        }
        let (user, now) = (LOCAL.to_string(), Moment::from(Utc::now()).0);
        conn.execute(
            "INSERT OR IGNORE INTO users VALUES (?, 'local@localhost', '', ?, NULL)",
            params![user, now],
        )?;
        if let Some(hash) = session {
            conn.execute(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, '9999')",
                params![Uuid::now_v7().to_string(), user, hash, now, now],
            )?;
        }
        let (writer, jobs) = channel();
        std::thread::spawn(move || write(&conn, &jobs));
        Ok(Self { writer })
    }

    pub async fn find(&self, owner: Uuid, id: Uuid) -> Option<Task> {
        read(|conn| {
            let sql = "SELECT id, title, description, status, due_at, version, created_at,
                              updated_at FROM tasks WHERE owner_id = ? AND id = ?";
            conn.prepare_cached(sql)?.query_row(params![text(owner), text(id)], |row| {
                Ok(Task {
                    id,
                    title: row.get(1)?,
                    description: row.get(2)?,
                    status: row.get(3)?,
                    due_at: row.get::<_, Option<String>>(4)?.map(Moment),
                    version: row.get(5)?,
                    created_at: Moment(row.get(6)?),
                    updated_at: Moment(row.get(7)?),
                })
            })
        })
    }

    /// The user of a session that has not expired, whose owner is not disabled.
    pub async fn user(&self, hash: [u8; 32], now: Moment) -> Option<Uuid> {
        let text = read(|conn| {
            let sql = "SELECT s.id, s.created_at, s.last_used_at, s.expires_at,
                              u.id AS user_id, u.email, u.created_at AS user_created_at
                       FROM sessions s JOIN users u ON u.id = s.user_id
                       WHERE s.token_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL";
            conn.prepare_cached(sql)?.query_row(params![hash, now.0], |row| row.get::<_, String>(4))
        })?;
        text.parse().ok()
    }

    pub async fn insert(&self, owner: Uuid, task: Task) -> Option<Task> {
        let (done, answer) = oneshot::channel();
        self.writer.send(Insert { owner, task, done }).ok()?;
        answer.await.ok()?
    }
}

fn open() -> Result<Connection> {
    let path = std::env::var("FLOOR_DATABASE").map_or("floor.db".into(), PathBuf::from);
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
    )?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

fn text(id: Uuid) -> String {
    id.to_string()
}

/// On the connection of this thread.
fn read<T>(work: impl FnOnce(&Connection) -> Result<T>) -> Option<T> {
    READER.with_borrow_mut(|reader| {
        if reader.is_none() {
            *reader = open().ok();
        }
        work(reader.as_ref()?).ok()
    })
}

/// What waits goes into one commit; nobody hears of a success before it is on the disk.
fn write(conn: &Connection, jobs: &Receiver<Insert>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(63));
        let kept = commit(conn, &group).is_ok();
        for Insert { task, done, .. } in group {
            let _ = done.send(kept.then_some(task));
        }
    }
}

fn commit(conn: &Connection, group: &[Insert]) -> Result<()> {
    conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO tasks (id, owner_id, title, title_folded, description, status, due_at,
                            version, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for Insert { owner, task, .. } in group {
        insert.execute(params![
            text(task.id),
            text(*owner),
            task.title,
            task.title.to_lowercase(),
            task.description,
            task.status,
            task.due_at.as_ref().map(|moment| &moment.0),
            task.version,
            task.created_at.0,
            task.updated_at.0,
        ])?;
    }
    conn.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}
