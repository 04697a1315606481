//! Tasks in the database: every statement names the owner. Next: `api/mod.rs`.

use uuid::Uuid;

use super::page::Filter;
use super::{Created, Stats, Status, Task, fold};
use crate::db::{Db, Param, Row, Tx};
use crate::error::{Error, Result};
use crate::platform::db::keys;
use crate::platform::idempotency::Attempt;

pub use crate::platform::db::keys::purge as purge_keys;

const COLUMNS: &str = "id, title, description, status, due_at, version, created_at, updated_at";
const INSERT: &str = "
    INSERT INTO tasks (owner_id, id, title, title_folded, description, status, due_at, version,
                       created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const UPDATE: &str = "
    UPDATE tasks SET title = ?3, title_folded = ?4, description = ?5, status = ?6, due_at = ?7,
                     version = ?8, created_at = ?9, updated_at = ?10
    WHERE owner_id = ?1 AND id = ?2";

fn task(row: &Row) -> Result<Task> {
    Ok(Task {
        id: row.get("id")?,
        title: row.get("title")?,
        description: row.get("description")?,
        status: Status::stored(&row.get::<String>("status")?)?,
        due_at: row.get("due_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Inserts a task, or replays the answer that the same attempt got before: in one transaction, so
/// that there is never a task without its key or a key without its task.
pub async fn create(db: &Db, owner: Uuid, task: Task, attempt: Option<Attempt>) -> Result<Created> {
    let Some(attempt) = attempt else {
        // one statement is a transaction of its own
        db.run(INSERT, &values(&owner, &task, &fold(&task.title), &task.status.as_str())).await?;
        return Ok(Created::New(task));
    };
    db.transaction(move |tx| {
        if let Some(first) = keys::earlier(tx, owner, &attempt, task.created_at, &task)? {
            return Ok(Created::Replayed(first));
        }
        tx.run(INSERT, &values(&owner, &task, &fold(&task.title), &task.status.as_str()))?;
        Ok(Created::New(task))
    })
    .await
}

pub async fn find(db: &Db, owner: Uuid, id: Uuid) -> Result<Option<Task>> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = ? AND id = ?");
    db.one(&sql, &[&owner, &id], task).await
}

/// A page: the index gives the rows in this order, and the cursor says where to go on.
pub async fn list(db: &Db, owner: Uuid, filter: &Filter) -> Result<Vec<Task>> {
    let (beyond, direction) = if filter.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let status = filter.status.map(Status::as_str);
    let mut sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = ?");
    let mut params: Vec<&dyn Param> = vec![&owner];
    if let Some(status) = &status {
        sql += " AND status = ?";
        params.push(status);
    }
    if let Some(q) = &filter.q {
        sql += " AND instr(title_folded, ?) > 0";
        params.push(q);
    }
    if let Some((created_at, id)) = &filter.after {
        sql += &format!(" AND (created_at, id) {beyond} (?, ?)");
        params.extend([created_at as &dyn Param, id]);
    }
    sql += &format!(" ORDER BY created_at {direction}, id {direction} LIMIT ?");
    params.push(&filter.limit);
    db.all(&sql, &params, task).await
}

/// Lets `edit` decide while nobody else can change the row, and saves the task that it returns.
pub async fn change<F>(db: &Db, owner: Uuid, id: Uuid, edit: F) -> Result<Task>
where
    F: Fn(&Task) -> Result<Option<Task>> + Send + Sync + 'static,
{
    db.transaction(move |tx| {
        let task = locked(tx, owner, id)?;
        let Some(next) = edit(&task)? else { return Ok(task) };
        tx.run(UPDATE, &values(&owner, &next, &fold(&next.title), &next.status.as_str()))?;
        Ok(next)
    })
    .await
}

pub async fn delete<F>(db: &Db, owner: Uuid, id: Uuid, check: F) -> Result<()>
where
    F: Fn(&Task) -> Result<()> + Send + Sync + 'static,
{
    db.transaction(move |tx| {
        check(&locked(tx, owner, id)?)?;
        tx.run("DELETE FROM tasks WHERE owner_id = ? AND id = ?", &[&owner, &id])?;
        Ok(())
    })
    .await
}

/// Of `INSERT` and of `UPDATE`: both take the same values in the same order.
fn values<'v>(
    owner: &'v Uuid,
    task: &'v Task,
    folded: &'v String,
    status: &'v &str,
) -> [&'v dyn Param; 10] {
    let Task { id, title, description, due_at, version, created_at, updated_at, .. } = task;
    [owner, id, title, folded, description, status, due_at, version, created_at, updated_at]
}

/// The task as it is, and as it stays until this transaction ends: there is one writer.
fn locked(tx: &Tx, owner: Uuid, id: Uuid) -> Result<Task> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = ? AND id = ?");
    tx.one(&sql, &[&owner, &id], task)?.ok_or(Error::NotFound)
}

pub async fn stats(db: &Db, owner: Uuid) -> Result<Stats> {
    let sql = "SELECT count(CASE status WHEN 'todo' THEN 1 END) AS todo,
                      count(CASE status WHEN 'doing' THEN 1 END) AS doing,
                      count(CASE status WHEN 'done' THEN 1 END) AS done
               FROM tasks WHERE owner_id = ?";
    let stats = |row: &Row| {
        Ok(Stats { todo: row.get("todo")?, doing: row.get("doing")?, done: row.get("done")? })
    };
    Ok(db.one(sql, &[&owner], stats).await?.unwrap_or_default())
}
