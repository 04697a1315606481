//! From a cookie to its user, in one statement.

use uuid::Uuid;

use crate::db::{Db, Row};
use crate::error::Result;
use crate::platform::time::Timestamp;
use crate::users::{User, store};

/// A session that was shown, and whose it is.
pub struct Shown {
    pub user: User,
    pub session_id: Uuid,
    pub last_used_at: Timestamp,
}

fn shown(row: &Row) -> Result<Shown> {
    Ok(Shown {
        user: store::user(row)?,
        session_id: row.get("session_id")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// Not for a user who is disabled, not for a session that has expired.
pub async fn by_token(db: &Db, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Shown>> {
    let sql = "SELECT u.id, u.email, u.created_at, s.id AS session_id, s.last_used_at
               FROM sessions s JOIN users u ON u.id = s.user_id
               WHERE s.token_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL";
    db.one(sql, &[token_hash, &now], shown).await
}

pub async fn touch(db: &Db, session_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "UPDATE sessions SET last_used_at = ? WHERE id = ?";
    db.run(sql, &[&now, &session_id]).await?;
    Ok(())
}
