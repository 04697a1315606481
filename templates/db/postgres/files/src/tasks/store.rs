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
const INSERT: &str = "
    INSERT INTO tasks (owner_id, id, title, title_folded, description, status, due_at, version,
                       created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "
    UPDATE tasks SET title = $3, title_folded = $4, description = $5, status = $6, due_at = $7,
                     version = $8, created_at = $9, updated_at = $10
    WHERE owner_id = $1 AND id = $2";

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
    let Some(attempt) = &attempt else {
        // one statement is a transaction of its own
        db.run(INSERT, &values(&owner, &task, &fold(&task.title), &task.status.as_str())).await?;
        return Ok(Created::New(task));
    };
    let task = &task;
    db.transaction(|tx| async move {
        if let Some(first) = keys::earlier(&tx, owner, task, attempt).await? {
            return Ok(Created::Replayed(first));
        }
        tx.run(INSERT, &values(&owner, task, &fold(&task.title), &task.status.as_str())).await?;
        Ok(Created::New(task.clone()))
    })
    .await
}

pub async fn find(db: &Db, owner: Uuid, id: Uuid) -> Result<Option<Task>> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = $1 AND id = $2");
    db.one(&sql, &[&owner, &id], task).await
}

/// A page: the index gives the rows in this order, and the cursor says where to go on.
pub async fn list(db: &Db, owner: Uuid, filter: &Filter) -> Result<Vec<Task>> {
    let (beyond, direction) = if filter.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let status = filter.status.map(Status::as_str);
    let mut sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = $1");
    let mut params: Vec<Param<'_>> = vec![&owner];
    if let Some(status) = &status {
        params.push(status);
        sql += &format!(" AND status = ${}", params.len());
    }
    if let Some(q) = &filter.q {
        params.push(q);
        sql += &format!(" AND strpos(title_folded, ${}) > 0", params.len());
    }
    if let Some((created_at, id)) = &filter.after {
        params.extend([created_at as Param<'_>, id]);
        let (time, id) = (params.len() - 1, params.len());
        sql += &format!(" AND (created_at, id) {beyond} (${time}, ${id})");
    }
    params.push(&filter.limit);
    let limit = params.len();
    sql += &format!(" ORDER BY created_at {direction}, id {direction} LIMIT ${limit}");
    db.all(&sql, &params, task).await
}

/// Lets `edit` decide while nobody else can change the row, and saves the task that it returns.
pub async fn change<F>(db: &Db, owner: Uuid, id: Uuid, edit: F) -> Result<Task>
where
    F: Fn(&Task) -> Result<Option<Task>> + Send + Sync + 'static,
{
    let edit = &edit;
    db.transaction(|tx| async move {
        let task = locked(&tx, owner, id).await?;
        let Some(next) = edit(&task)? else { return Ok(task) };
        tx.run(UPDATE, &values(&owner, &next, &fold(&next.title), &next.status.as_str())).await?;
        Ok(next)
    })
    .await
}

pub async fn delete<F>(db: &Db, owner: Uuid, id: Uuid, check: F) -> Result<()>
where
    F: Fn(&Task) -> Result<()> + Send + Sync + 'static,
{
    let check = &check;
    db.transaction(|tx| async move {
        check(&locked(&tx, owner, id).await?)?;
        tx.run("DELETE FROM tasks WHERE owner_id = $1 AND id = $2", &[&owner, &id]).await?;
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
) -> [Param<'v>; 10] {
    let Task { id, title, description, due_at, version, created_at, updated_at, .. } = task;
    [owner, id, title, folded, description, status, due_at, version, created_at, updated_at]
}

/// The task as it is, and as it stays until this transaction ends.
async fn locked(tx: &Tx<'_>, owner: Uuid, id: Uuid) -> Result<Task> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE owner_id = $1 AND id = $2 FOR UPDATE");
    tx.one(&sql, &[&owner, &id], task).await?.ok_or(Error::NotFound)
}

pub async fn stats(db: &Db, owner: Uuid) -> Result<Stats> {
    let sql = "SELECT count(*) FILTER (WHERE status = 'todo')  AS todo,
                      count(*) FILTER (WHERE status = 'doing') AS doing,
                      count(*) FILTER (WHERE status = 'done')  AS done
               FROM tasks WHERE owner_id = $1";
    let stats = |row: &Row| {
        let (todo, doing) = (row.get("todo")?, row.get("doing")?);
        Ok(Stats { todo, doing, done: row.get("done")? })
    };
    Ok(db.one(sql, &[&owner], stats).await?.unwrap_or_default())
}
