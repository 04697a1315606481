//! What a client says of a task that is there: what is absent stays as it is.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::draft::{Description, Title, due_at};
use super::{Status, Task};
use crate::error::{Error, Result};
use crate::platform::checks::{Broken, Checks};
use crate::platform::time::Timestamp;

/// The body of a change (RFC 7396): what is absent stays, `null` clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
    pub title: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = r"^[^\x00]*$")]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Status, required = false)]
    pub status: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Option<String>>,
}

/// Tells `null` (`Some(None)`) from absent (`None`).
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A change whose every value is good.
#[derive(Clone, Debug)]
pub struct Edit {
    title: Option<Title>,
    description: Option<Description>,
    status: Option<Status>,
    due_at: Option<Option<Timestamp>>,
}

impl Edit {
    pub fn parse(body: TaskPatch) -> Result<Self> {
        const NULL: Broken = Broken("invalid", "must not be null");
        let mut checks = Checks::default();
        let title = body.title.map(|text| text.ok_or(NULL).and_then(Title::parse));
        let description = body.description.map(|text| Description::parse(text.unwrap_or_default()));
        let status = body.status.map(|text| {
            let unknown = Broken("invalid", "must be todo, doing or done");
            Status::parse(&text.ok_or(NULL)?).ok_or(unknown)
        });
        let due = body.due_at.map(|text| text.as_deref().map(due_at).transpose());
        let edit = Self {
            title: checks.field("/title", title.transpose()).flatten(),
            description: checks.field("/description", description.transpose()).flatten(),
            status: checks.field("/status", status.transpose()).flatten(),
            due_at: checks.field("/due_at", due.transpose()).flatten(),
        };
        checks.finish()?;
        Ok(edit)
    }

    /// The task after the change; `None` when nothing would be different.
    pub fn apply(&self, task: &Task, now: Timestamp) -> Result<Option<Task>> {
        let mut next = task.clone();
        if let Some(status) = self.status {
            if !task.status.may_become(status) {
                return Err(Error::IllegalTransition);
            }
            next.status = status;
        }
        if let Some(Title(title)) = &self.title {
            next.title.clone_from(title);
        }
        if let Some(Description(description)) = &self.description {
            next.description.clone_from(description);
        }
        next.due_at = self.due_at.unwrap_or(next.due_at);
        if next == *task {
            return Ok(None);
        }
        next.version += 1;
        next.updated_at = now;
        Ok(Some(next))
    }
}
