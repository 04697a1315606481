//! Tasks in the graph: the fields a slice adds to its roots. Next: `types.rs`, `connection.rs`.

mod connection;
mod types;

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use super::draft::Draft;
use super::edit::Edit;
use super::page::Filter;
use super::{Created, store};
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::conditional::IfMatch;
use crate::platform::idempotency::Key;
use crate::state::AppState;
use connection::{Page, TaskConnection};
use types::{CreateTaskInput, Status, Task, TaskStats, UpdateTaskInput};

#[derive(Default)]
pub struct TaskQueries;

#[Object]
impl TaskQueries {
    /// One of your tasks; null when there is no such one.
    async fn task(&self, ctx: &Context<'_>, id: ID) -> Option<async_graphql::Result<Task>> {
        let (state, owner) = whose(ctx);
        let found = store::find(&state.db, owner, id.parse().ok()?).await;
        // null with an error beside it when the database is away
        found.map(|task| task.map(Task::from)).map_err(Into::into).transpose()
    }

    /// Your tasks, newest first, 1 to 100 at a time. `after` is the `endCursor` of the page before
    /// with the same filters; `q` is a part of the title, upper or lower case.
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(Filter::DEFAULT_LIMIT)")] first: Option<i64>,
        after: Option<String>,
        status: Option<Status>,
        q: Option<String>,
    ) -> Result<TaskConnection> {
        let (state, owner) = whose(ctx);
        let page = Page::parse(first, after, status, q)?;
        let tasks = store::list(&state.db, owner, &page.filter.with_one_more()).await?;
        Ok(page.connection(tasks))
    }

    /// How many tasks are in each state.
    async fn task_stats(&self, ctx: &Context<'_>) -> Result<TaskStats> {
        let (state, owner) = whose(ctx);
        Ok(super::stats(state, owner).await?.into())
    }
}

#[derive(Default)]
pub struct TaskMutations;

#[Object]
impl TaskMutations {
    /// Makes a task; with a key, a repeat gets the first answer again.
    async fn create_task(
        &self,
        ctx: &Context<'_>,
        input: CreateTaskInput,
        idempotency_key: Option<String>,
    ) -> Result<Task> {
        let (state, owner) = whose(ctx);
        let key = idempotency_key.map(|text| Key::parse(&text).ok_or_else(bad_key)).transpose()?;
        let asked = serde_json::to_vec(&input).map_err(Error::internal)?;
        let attempt = key.map(|key| key.attempt("createTask", &asked));
        match super::create(state, owner, Draft::parse(input.into())?, attempt).await? {
            Created::New(task) => Ok(task.into()),
            Created::Replayed(task) => {
                ctx.insert_http_header("idempotent-replayed", "true");
                Ok(task.into())
            }
        }
    }

    /// Changes what the input names; with a version, only when nobody else was faster.
    async fn update_task(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: UpdateTaskInput,
        version: Option<i64>,
    ) -> Result<Task> {
        let (state, owner) = whose(ctx);
        let edit = Edit::parse(input.into())?;
        let seen = IfMatch::version(version);
        super::edit(state, owner, uuid(&id)?, edit, seen).await.map(Task::from)
    }

    /// Deletes a task and gives its id back.
    async fn delete_task(&self, ctx: &Context<'_>, id: ID, version: Option<i64>) -> Result<ID> {
        let (state, owner) = whose(ctx);
        let id = uuid(&id)?;
        super::delete(state, owner, id, IfMatch::version(version)).await?;
        Ok(id.into())
    }
}

fn whose<'a>(ctx: &Context<'a>) -> (&'a AppState, Uuid) {
    (ctx.data_unchecked::<AppState>(), ctx.data_unchecked::<CurrentUser>().id)
}

/// An id that is no UUID belongs to no task.
fn uuid(id: &ID) -> Result<Uuid> {
    id.parse().map_err(|_| Error::NotFound)
}

fn bad_key() -> Error {
    Error::field("/idempotencyKey", "invalid", "must be 1 to 255 printable ASCII characters")
}
