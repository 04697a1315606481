//! What a client says of a new task: raw fields in, checked values out. Next: `edit.rs`.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Status, Task};
use crate::error::{Error, Result};
use crate::platform::checks::{self, Broken, Checks};
use crate::platform::time::Timestamp;

/// The body of a new task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
    pub title: String,
    #[serde(default)]
    #[schema(max_length = 10_000, pattern = r"^[^\x00]*$")]
    pub description: String,
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
}

/// 1 to 200 code points, not blank.
#[derive(Clone, Debug)]
pub struct Title(pub String);

impl Title {
    pub fn parse(text: String) -> Result<Self, Broken> {
        checks::text(&text, 1..=200)?;
        if text.chars().all(char::is_whitespace) {
            return Err(Broken("too_short", "must not be blank"));
        }
        Ok(Self(text))
    }
}

/// At most 10,000 code points; empty when there is nothing to say.
#[derive(Clone, Debug)]
pub struct Description(pub String);

impl Description {
    pub fn parse(text: String) -> Result<Self, Broken> {
        checks::text(&text, 0..=10_000).map(|()| Self(text))
    }
}

pub fn due_at(text: &str) -> Result<Timestamp, Broken> {
    Timestamp::parse(text).ok_or(Broken("invalid", "must be an RFC 3339 time from 1970 to 9999"))
}

/// A new task whose every value is good.
#[derive(Debug)]
pub struct Draft {
    title: Title,
    description: Description,
    due_at: Option<Timestamp>,
}

impl Draft {
    pub fn parse(body: NewTask) -> Result<Self> {
        let mut checks = Checks::default();
        let title = checks.field("/title", Title::parse(body.title));
        let description = checks.field("/description", Description::parse(body.description));
        let due = checks.field("/due_at", body.due_at.as_deref().map(due_at).transpose());
        checks.finish()?;
        let (Some(title), Some(description), Some(due_at)) = (title, description, due) else {
            return Err(Error::internal("a broken rule was not reported"));
        };
        Ok(Self { title, description, due_at })
    }

    pub fn into_task(self, now: Timestamp) -> Task {
        Task {
            id: Uuid::now_v7(),
            title: self.title.0,
            description: self.description.0,
            status: Status::Todo,
            due_at: self.due_at,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}
