//! From a token to its user, and from a refresh token to the next one.

use uuid::Uuid;

use super::sessions::Session;
use crate::db::{Db, Row, Tx};
use crate::error::Result;
use crate::platform::time::Timestamp;
use crate::users::{User, store};

const LOGIN: &str = "SELECT s.id, s.created_at, s.last_used_at, s.expires_at,
                            u.id AS user_id, u.email, u.created_at AS user_created_at
                     FROM sessions s JOIN users u ON u.id = s.user_id";

fn login(row: &Row) -> Result<(User, Session)> {
    let user = User {
        id: row.get("user_id")?,
        email: row.get("email")?,
        created_at: row.get("user_created_at")?,
    };
    let session = Session {
        id: row.get("id")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    };
    Ok((user, session))
}

/// Not for a user who is disabled, not for a session that has expired.
pub async fn by_id(db: &Db, session_id: Uuid, now: Timestamp) -> Result<Option<User>> {
    let sql = "SELECT u.id, u.email, u.created_at
               FROM sessions s JOIN users u ON u.id = s.user_id
               WHERE s.id = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL";
    db.one(sql, &[&session_id, &now], store::user).await
}

/// What became of a refresh token.
pub enum Rotation {
    Rotated(User, Session),
    /// It had been used before, so it was stolen once: this user's session has ended.
    Reused(Uuid),
    Unknown,
}

/// Spends a refresh token for the next one. Of two that come at once only one can win.
pub async fn rotate(db: &Db, old: &[u8; 32], new: &[u8; 32], now: Timestamp) -> Result<Rotation> {
    db.transaction(|tx| async move { spend(&tx, old, new, now).await }).await
}

async fn spend(tx: &Tx<'_>, old: &[u8; 32], new: &[u8; 32], now: Timestamp) -> Result<Rotation> {
    let (old, new) = (old.as_slice(), new.as_slice());
    let valid =
        "WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL FOR UPDATE";
    let login = tx.one(&format!("{LOGIN} {valid}"), &[&old, &now], login).await?;
    let Some((user, session)) = login else { return end_family(tx, old).await };
    let sql = "UPDATE sessions SET token_hash = $2, last_used_at = $3 WHERE id = $1";
    tx.run(sql, &[&session.id, &new, &now]).await?;
    let sql = "INSERT INTO spent_tokens (token_hash, session_id) VALUES ($1, $2)";
    tx.run(sql, &[&old, &session.id]).await?;
    Ok(Rotation::Rotated(user, Session { last_used_at: now, ..session }))
}

async fn end_family(tx: &Tx<'_>, spent: &[u8]) -> Result<Rotation> {
    let sql = "SELECT s.id, s.user_id FROM spent_tokens t JOIN sessions s ON s.id = t.session_id
               WHERE t.token_hash = $1";
    let ids = |row: &Row| Ok((row.get("id")?, row.get("user_id")?));
    let family: Option<(Uuid, Uuid)> = tx.one(sql, &[&spent], ids).await?;
    let Some((id, user_id)) = family else { return Ok(Rotation::Unknown) };
    tx.run("DELETE FROM sessions WHERE id = $1", &[&id]).await?;
    Ok(Rotation::Reused(user_id))
}
