//! Tasks in the database: every statement names the owner. Next: `api.rs`.

mod keys;

use uuid::Uuid;

use super::page::Filter;
use super::{Created, Stats, Status, Task, fold};
use crate::db::{Db, Param, Row, Tx};
use crate::error::{Error, Result};
use crate::platform::idempotency::Attempt;

pub use keys::purge as purge_keys;

const COLUMNS: &str = "id, title, description, status, due_at, version, created_at, updated_at";
const INSERT: &str = "INSERT INTO tasks (title, title_folded, description, status, due_at,
                                       version, created_at, updated_at, owner_id, id)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const UPDATE: &str = "UPDATE tasks SET title = ?, title_folded = ?, description = ?, status = ?,
                             due_at = ?, version = ?, created_at = ?, updated_at = ?
                      WHERE owner_id = ? AND id = ?";

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
    let (task, attempt) = (&task, attempt.as_ref());
    db.transaction(|tx| {
        Box::pin(async move {
            if let Some(first) = keys::earlier(tx, owner, task, attempt).await? {
                return Ok(Created::Replayed(first));
            }
            save(tx, INSERT, owner, task).await?;
            Ok(Created::New(task.clone()))
        })
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
        sql += " AND LOCATE(?, title_folded) > 0";
        params.push(q);
    }
    if let Some((created_at, id)) = &filter.after {
        // the first half alone lets the index find the place
        sql += &format!(" AND created_at {beyond}= ? AND (created_at {beyond} ? OR id {beyond} ?)");
        params.extend([created_at as &dyn Param, created_at, id]);
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
    let edit = &edit;
    db.transaction(|tx| {
        Box::pin(async move {
            let task = locked(tx, owner, id).await?;
            let Some(next) = edit(&task)? else { return Ok(task) };
            save(tx, UPDATE, owner, &next).await?;
            Ok(next)
        })
    })
    .await
}

pub async fn delete<F>(db: &Db, owner: Uuid, id: Uuid, check: F) -> Result<()>
where
    F: Fn(&Task) -> Result<()> + Send + Sync + 'static,
{
    let check = &check;
    db.transaction(|tx| {
        Box::pin(async move {
            check(&locked(tx, owner, id).await?)?;
            tx.run("DELETE FROM tasks WHERE owner_id = ? AND id = ?", &[&owner, &id]).await?;
            Ok(())
        })
    })
    .await
}

/// Both statements take the same values in the same order.
async fn save(tx: &mut Tx<'_>, sql: &str, owner: Uuid, task: &Task) -> Result<u64> {
    let Task { id, title, description, status, due_at, version, created_at, updated_at } = task;
    tx.run(
        sql,
        &[
            title,
            &fold(title),
            description,
            &status.as_str(),
            due_at,
            version,
            created_at,
            updated_at,
            &owner,
            id,
        ],
    )
    .await
}

/// The task as it is, and as it stays until this transaction ends.
async fn locked(tx: &mut Tx<'_>, owner: Uuid, id: Uuid) -> Result<Task> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = ? AND id = ? FOR UPDATE");
    tx.one(&sql, &[&owner, &id], task).await?.ok_or(Error::NotFound)
}

pub async fn stats(db: &Db, owner: Uuid) -> Result<Stats> {
    let sql = "SELECT COUNT(CASE status WHEN 'todo' THEN 1 END) AS todo,
                      COUNT(CASE status WHEN 'doing' THEN 1 END) AS doing,
                      COUNT(CASE status WHEN 'done' THEN 1 END) AS done
               FROM tasks WHERE owner_id = ?";
    let stats = |row: &Row| {
        Ok(Stats { todo: row.get("todo")?, doing: row.get("doing")?, done: row.get("done")? })
    };
    Ok(db.one(sql, &[&owner], stats).await?.unwrap_or_default())
}
