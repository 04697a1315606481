//! Tasks on a server: the schema and the statements of a generated backend.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_postgres::{Client, Error, NoTls, Statement};
use uuid::Uuid;

use crate::web::{LOCAL, Task};

const SCHEMA: [&str; 3] = [
    include_str!("../../../../templates/db/postgres/with/auth._password/migrations/0001_users.sql"),
    include_str!("../../../../templates/db/postgres/files/migrations/0002_tasks.sql"),
    include_str!(
        "../../../../templates/db/postgres/with/auth._password/migrations/0004_sessions.sql"
    ),
];

#[derive(Clone)]
pub struct Moment(DateTime<Utc>);

impl From<DateTime<Utc>> for Moment {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Clone)]
pub struct Store {
    reader: Arc<Reader>,
    writers: Arc<[Writer]>,
    turn: Arc<AtomicUsize>,
}

struct Reader {
    client: Client,
    find: Statement,
    user: Statement,
}

struct Writer {
    client: Client,
    insert: Statement,
}

impl Store {
    pub async fn open(session: Option<[u8; 32]>) -> Result<Self, Error> {
        let client = connect().await?;
        let made = "SELECT to_regclass('tasks') IS NOT NULL";
        if !client.query_one(made, &[]).await?.get::<_, bool>(0) {
            client.batch_execute(&SCHEMA.join("\n")).await?;
        }
        let user = "INSERT INTO users VALUES ($1, 'local@localhost', '', now(), NULL)
                    ON CONFLICT DO NOTHING";
        client.execute(user, &[&LOCAL]).await?;
        if let Some(hash) = session {
            let sql = "INSERT INTO sessions VALUES ($1, $2, $3, now(), now(), '9999-01-01')
                       ON CONFLICT DO NOTHING";
            client.execute(sql, &[&Uuid::now_v7(), &LOCAL, &hash.as_slice()]).await?;
        }
        let find = "SELECT id, title, description, status, due_at, version, created_at, updated_at
                    FROM tasks WHERE owner_id = $1 AND id = $2";
        let by_token = "SELECT s.id, s.created_at, s.last_used_at, s.expires_at,
                               u.id AS user_id, u.email, u.created_at AS user_created_at
                        FROM sessions s JOIN users u ON u.id = s.user_id
                        WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL";
        let (find, user) = (client.prepare(find).await?, client.prepare(by_token).await?);
        let mut writers = Vec::new();
        for _ in 0..10 {
            let client = connect().await?;
            let insert = client
                .prepare(
                    "INSERT INTO tasks (owner_id, id, title, title_folded, description, status,
                                        due_at, version, created_at, updated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                )
                .await?;
            writers.push(Writer { client, insert });
        }
        let reader = Arc::new(Reader { client, find, user });
        Ok(Self { reader, writers: writers.into(), turn: Arc::default() })
    }

    pub async fn find(&self, owner: Uuid, id: Uuid) -> Option<Task> {
        let Reader { client, find, .. } = &*self.reader;
        let row = client.query_opt(find, &[&owner, &id]).await.ok()??;
        Some(Task {
            id: row.get(0),
            title: row.get(1),
            description: row.get(2),
            status: row.get(3),
            due_at: row.get::<_, Option<_>>(4).map(Moment),
            version: row.get(5),
            created_at: Moment(row.get(6)),
            updated_at: Moment(row.get(7)),
        })
    }

    /// The user of a session that has not expired, whose owner is not disabled.
    pub async fn user(&self, hash: [u8; 32], now: Moment) -> Option<Uuid> {
        let Reader { client, user, .. } = &*self.reader;
        let row = client.query_opt(user, &[&hash.as_slice(), &now.0]).await.ok()??;
        Some(row.get(4))
    }

    /// On the connections in turn.
    pub async fn insert(&self, owner: Uuid, task: Task) -> Option<Task> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.writers.len();
        let Writer { client, insert } = &self.writers[turn];
        let (title_folded, due_at) =
            (task.title.to_lowercase(), task.due_at.as_ref().map(|moment| moment.0));
        let done = client
            .execute(
                insert,
                &[
                    &owner,
                    &task.id,
                    &task.title,
                    &title_folded,
                    &task.description,
                    &task.status,
                    &due_at,
                    &task.version,
                    &task.created_at.0,
                    &task.updated_at.0,
                ],
            )
            .await;
        done.ok()?;
        Some(task)
    }
}

async fn connect() -> Result<Client, Error> {
    let url = std::env::var("FLOOR_DATABASE").unwrap_or_default();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
