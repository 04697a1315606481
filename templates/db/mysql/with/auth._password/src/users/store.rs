//! Users in the database.

use uuid::Uuid;

use super::User;
use crate::db::{Db, Row, is_duplicate};
use crate::error::{Error, Result};
use crate::platform::time::Timestamp;

/// A user with what it takes to check a password.
pub struct Login {
    pub user: User,
    pub password_hash: String,
    pub disabled: bool,
}

pub fn user(row: &Row) -> Result<User> {
    Ok(User { id: row.get("id")?, email: row.get("email")?, created_at: row.get("created_at")? })
}

pub async fn insert(db: &Db, user: &User, password_hash: &str) -> Result<()> {
    let sql = "INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)";
    match db.run(sql, &[&user.id, &user.email, &password_hash, &user.created_at]).await {
        Err(error) if is_duplicate(&error) => Err(Error::EmailTaken),
        done => done.map(|_| ()),
    }
}

pub async fn find_login(db: &Db, email: &str) -> Result<Option<Login>> {
    let sql = "SELECT id, email, created_at, password_hash, disabled_at IS NOT NULL AS disabled
               FROM users WHERE email = ?";
    db.one(sql, &[&email], |row| {
        Ok(Login {
            user: user(row)?,
            password_hash: row.get("password_hash")?,
            disabled: row.get("disabled")?,
        })
    })
    .await
}

/// A better hash of the same password, unless there is another password by now.
pub async fn rehash(db: &Db, login: &Login, password_hash: &str) -> Result<()> {
    let sql = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";
    db.run(sql, &[&password_hash, &login.user.id, &login.password_hash]).await?;
    Ok(())
}

/// Everybody, and whether they may not log in.
pub async fn list(db: &Db) -> Result<Vec<(User, bool)>> {
    let sql = "SELECT id, email, created_at, disabled_at IS NOT NULL AS disabled
               FROM users ORDER BY email";
    db.all(sql, &[], |row| Ok((user(row)?, row.get("disabled")?))).await
}

/// A new password ends every session but the one that changed it.
pub async fn set_password(
    db: &Db,
    id: Uuid,
    password_hash: &str,
    keep_session: Option<Uuid>,
) -> Result<()> {
    let keep = keep_session.unwrap_or_default();
    db.transaction(|tx| {
        Box::pin(async move {
            let sql = "UPDATE users SET password_hash = ? WHERE id = ?";
            tx.run(sql, &[&password_hash, &id]).await?;
            tx.run("DELETE FROM sessions WHERE user_id = ? AND id <> ?", &[&id, &keep]).await?;
            Ok(())
        })
    })
    .await
}

/// Ends the user's sessions too; `false` when there is no such user.
pub async fn disable(db: &Db, email: &str, now: Timestamp) -> Result<bool> {
    db.transaction(|tx| {
        Box::pin(async move {
            let sql = "UPDATE users SET disabled_at = ? WHERE email = ?";
            let found = tx.run(sql, &[&now, &email]).await? > 0;
            let sql =
                "DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE email = ?)";
            tx.run(sql, &[&email]).await?;
            Ok(found)
        })
    })
    .await
}

/// Tasks, sessions and keys go with their user: the foreign keys say so.
pub async fn delete(db: &Db, id: Uuid) -> Result<()> {
    db.run("DELETE FROM users WHERE id = ?", &[&id]).await?;
    Ok(())
}
