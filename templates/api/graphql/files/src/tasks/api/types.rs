//! The types of the graph that stand for a task, and what a client says of one.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use serde::Serialize;

use crate::api::schema::DateTime;
use crate::tasks::draft::NewTask;
use crate::tasks::edit::TaskPatch;
use crate::tasks::{self, Stats};

#[derive(SimpleObject)]
pub struct Task {
    id: ID,
    title: String,
    description: String,
    status: Status,
    due_at: Option<DateTime>,
    /// Raised by every change.
    version: i64,
    created_at: DateTime,
    updated_at: DateTime,
}

impl From<tasks::Task> for Task {
    fn from(task: tasks::Task) -> Self {
        Self {
            id: task.id.into(),
            title: task.title,
            description: task.description,
            status: task.status.into(),
            due_at: task.due_at.map(DateTime::from),
            version: task.version,
            created_at: task.created_at.into(),
            updated_at: task.updated_at.into(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "tasks::Status")]
pub enum Status {
    Todo,
    Doing,
    Done,
}

#[derive(SimpleObject)]
pub struct TaskStats {
    todo: i64,
    doing: i64,
    done: i64,
}

impl From<Stats> for TaskStats {
    fn from(Stats { todo, doing, done }: Stats) -> Self {
        Self { todo, doing, done }
    }
}

/// A new task. Its `title` has 1 to 200 characters, its `description` at most 10,000.
#[derive(InputObject, Serialize)]
pub struct CreateTaskInput {
    title: String,
    description: Option<String>,
    due_at: Option<DateTime>,
}

impl From<CreateTaskInput> for NewTask {
    fn from(input: CreateTaskInput) -> Self {
        Self {
            title: input.title,
            description: input.description.unwrap_or_default(),
            due_at: input.due_at.map(|moment| moment.0),
        }
    }
}

/// What is absent stays; null clears `dueAt` and empties `description`. The status moves one step
/// at a time: TODO, DOING, DONE, or back.
#[derive(InputObject)]
pub struct UpdateTaskInput {
    title: MaybeUndefined<String>,
    description: MaybeUndefined<String>,
    status: MaybeUndefined<Status>,
    due_at: MaybeUndefined<DateTime>,
}

impl From<UpdateTaskInput> for TaskPatch {
    fn from(input: UpdateTaskInput) -> Self {
        let name = |status: Status| tasks::Status::from(status).as_str().to_string();
        Self {
            title: input.title.into(),
            description: input.description.into(),
            status: input.status.map_value(name).into(),
            due_at: input.due_at.map_value(|moment| moment.0).into(),
        }
    }
}
