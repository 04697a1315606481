//! The example slice: what a task is, and what may be done with it. Next: `store.rs`, `api.rs`.

pub mod api;
pub mod draft;
pub mod edit;
pub mod page;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::conditional::IfMatch;
use crate::platform::idempotency::{Attempt, KEPT_SECS};
use crate::platform::time::Timestamp;
use crate::platform::whole;
use crate::state::AppState;
use draft::Draft;
use edit::Edit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    pub id: Uuid,
    pub title: String,
    pub description: String,
    pub status: Status,
    #[schema(required)]
    pub due_at: Option<Timestamp>,
    /// Raised by every change; the `ETag` of the task.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Todo,
    Doing,
    Done,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Doing => "doing",
            Self::Done => "done",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Todo, Self::Doing, Self::Done].into_iter().find(|status| status.as_str() == text)
    }

    /// The status that the database has kept.
    pub fn stored(text: &str) -> Result<Self> {
        Self::parse(text).ok_or_else(|| Error::internal("unknown status"))
    }

    /// The state machine: one step at a time, in either direction.
    pub fn may_become(self, next: Self) -> bool {
        use Status::{Doing, Done, Todo};
        self == next || matches!((self, next), (Todo | Done, Doing) | (Doing, Todo | Done))
    }
}

/// How many tasks of a user are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stats {
    pub todo: i64,
    pub doing: i64,
    pub done: i64,
}

/// A task made just now, or the one that the same key made before.
pub enum Created {
    New(Task),
    Replayed(Task),
}

/// Makes a task. With an attempt, a repeat gets the first answer again.
pub async fn create(
    state: &AppState,
    owner: Uuid,
    draft: Draft,
    attempt: Option<Attempt>,
) -> Result<Created> {
    let (state, task) = (state.clone(), draft.into_task(Timestamp::now()));
    whole::done(async move {
        let created = store::create(&state.db, owner, task, attempt).await?;
        state.cache.raise(owner).await;
        Ok(created)
    })
    .await
}

/// Changes a task that is still at the version the client saw.
pub async fn edit(
    state: &AppState,
    owner: Uuid,
    id: Uuid,
    edit: Edit,
    seen: IfMatch,
) -> Result<Task> {
    let now = Timestamp::now();
    let change = move |task: &Task| {
        if seen.allows(task.version) { edit.apply(task, now) } else { Err(Error::VersionMismatch) }
    };
    let state = state.clone();
    whole::done(async move {
        let task = store::change(&state.db, owner, id, change).await?;
        state.cache.raise(owner).await;
        Ok(task)
    })
    .await
}

/// Deletes a task that is still at the version the client saw.
pub async fn delete(state: &AppState, owner: Uuid, id: Uuid, seen: IfMatch) -> Result<()> {
    let check = move |task: &Task| {
        if seen.allows(task.version) { Ok(()) } else { Err(Error::VersionMismatch) }
    };
    let state = state.clone();
    whole::done(async move {
        store::delete(&state.db, owner, id, check).await?;
        state.cache.raise(owner).await;
        Ok(())
    })
    .await
}

/// Counts through the cache: true at once after a write of the same user.
pub async fn stats(state: &AppState, owner: Uuid) -> Result<Stats> {
    state.cache.read_through(owner, "tasks-stats", store::stats(&state.db, owner)).await
}

pub async fn purge(state: &AppState) -> Result<()> {
    store::purge_keys(&state.db, Timestamp::now().plus_secs(-KEPT_SECS)).await
}

/// How titles are compared in a search: the same on every database.
pub fn fold(title: &str) -> String {
    title.to_lowercase()
}
