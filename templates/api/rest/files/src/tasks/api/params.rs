//! What stands in a URL: the id of a task, and the parameters of a list.

use axum::extract::{FromRequestParts, Path};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::query::Query;
use crate::tasks::page::Filter;
use crate::tasks::{Status, Task};

/// A path id that is no UUID belongs to no task.
#[derive(Deserialize, IntoParams)]
#[into_params(names("id"), parameter_in = Path)]
pub struct TaskId(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for TaskId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = Path::<Uuid>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Error::NotFound)
    }
}

/// The parameters as the OpenAPI document shows them; `filter` reads them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct List {
    /// Tasks a page, 20 when not said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next_cursor` of the page before, with the same filters.
    cursor: Option<String>,
    status: Option<Status>,
    /// Part of the title, upper or lower case.
    #[param(max_length = 200, pattern = r"^[^\x00]*$")]
    q: Option<String>,
    #[param(inline)]
    sort: Option<Sort>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
pub enum Sort {
    #[serde(rename = "-created_at")]
    NewestFirst,
    #[serde(rename = "created_at")]
    OldestFirst,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Page {
    pub items: Vec<Task>,
    /// Continues the list; `null` on its last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Reads the parameters; every bad one is reported.
pub fn filter(uri: &Uri) -> Result<Filter> {
    let mut query = Query::of(uri);
    let mut filter = Filter {
        limit: query.number("limit", Filter::DEFAULT_LIMIT, 1..=Filter::MAX_LIMIT),
        status: query.parsed("status", "must be todo, doing or done", Status::parse),
        q: query.parsed("q", "must be at most 200 characters", |text| Filter::search(text).ok()),
        newest_first: query
            .parsed("sort", "must be -created_at or created_at", |text| match text {
                "-created_at" => Some(true),
                "created_at" => Some(false),
                _ => None,
            })
            .unwrap_or(true),
        after: None,
    };
    let broken = "is broken or belongs to another list";
    query.parsed("cursor", broken, |text| filter.resume(text));
    query.finish()?;
    Ok(filter)
}
