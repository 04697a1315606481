//! Sessions in the database: one row for each login that still counts.

use uuid::Uuid;

use crate::db::{Db, Row};
use crate::error::{Error, Result};
use crate::platform::time::Timestamp;
use crate::users::store::Login;

#[derive(Clone, Debug)]
pub struct Session {
    pub id: Uuid,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

fn session(row: &Row) -> Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    })
}

/// A login whose password was right. 401 when it has been changed, or its user is gone, since.
pub async fn open(db: &Db, login: &Login, session: &Session, token_hash: &[u8; 32]) -> Result<()> {
    let Session { id, created_at, last_used_at, expires_at } = session;
    let user_id = &login.user.id;
    db.transaction(|tx| {
        Box::pin(async move {
            let sql = "SELECT id FROM users WHERE id = ? AND password_hash = ?
                       AND disabled_at IS NULL LOCK IN SHARE MODE";
            let stands = tx.one(sql, &[user_id, &login.password_hash], |_| Ok(())).await?;
            stands.ok_or(Error::Unauthenticated)?;
            let sql = "INSERT INTO sessions (id, user_id, token_hash, created_at, last_used_at,
                                             expires_at) VALUES (?, ?, ?, ?, ?, ?)";
            tx.run(sql, &[id, user_id, token_hash, created_at, last_used_at, expires_at]).await?;
            Ok(())
        })
    })
    .await
}

/// The newest first.
pub async fn list(db: &Db, user_id: Uuid, now: Timestamp) -> Result<Vec<Session>> {
    let sql = "SELECT id, created_at, last_used_at, expires_at FROM sessions
               WHERE user_id = ? AND expires_at > ? ORDER BY created_at DESC, id DESC";
    db.all(sql, &[&user_id, &now], session).await
}

/// `false` when the user has no such session.
pub async fn end(db: &Db, user_id: Uuid, id: Uuid) -> Result<bool> {
    let sql = "DELETE FROM sessions WHERE user_id = ? AND id = ?";
    Ok(db.run(sql, &[&user_id, &id]).await? > 0)
}

/// Deletes what has expired, or was not used since `idle_cutoff`.
pub async fn purge(db: &Db, now: Timestamp, idle_cutoff: Option<Timestamp>) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE expires_at <= ? OR last_used_at < ?";
    db.run(sql, &[&now, &idle_cutoff]).await?;
    Ok(())
}
