//! Tasks over REST: what a handler needs stands in its signature, in the order it is checked.

mod params;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Created, Stats, Task, store};
use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::conditional::{IfMatch, IfNoneMatch, etag};
use crate::platform::idempotency::IdempotencyKey;
use crate::platform::json::{Json, MergePatch};
use crate::platform::query::NoQuery;
use crate::state::AppState;
use crate::tasks::draft::{Draft, NewTask};
use crate::tasks::edit::{Edit, TaskPatch};
use params::{List, Page, TaskId, filter};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(stats))
        .routes(routes!(read, update, remove))
}

/// Make a task. With an `Idempotency-Key` a repeat answers as the first time.
#[utoipa::path(post, path = "/api/v1/tasks", tag = "tasks", security(("user" = [])),
    params(("Idempotency-Key" = Option<String>, Header,
        min_length = 1, max_length = 255, pattern = "^[ -~]+$")),
    request_body = NewTask, responses((status = 201, body = Task),
        (status = 409, description = "The same key is in use just now")))]
async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    key: IdempotencyKey,
    body: Json<NewTask>,
) -> Result<Response> {
    let attempt = key.0?.map(|key| key.attempt("POST /api/v1/tasks", &body.bytes));
    let draft = Draft::parse(body.value)?;
    let (task, replayed) = match super::create(&state, user.id, draft, attempt).await? {
        Created::New(task) => (task, None),
        Created::Replayed(task) => (task, Some([("idempotent-replayed", "true")])),
    };
    let location = [(LOCATION, format!("/api/v1/tasks/{}", task.id))];
    Ok((StatusCode::CREATED, location, replayed, tagged(task)).into_response())
}

/// A page of your tasks.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks", security(("user" = [])), params(List),
    responses((status = 200, body = Page)))]
async fn list(State(state): State<AppState>, user: CurrentUser, uri: Uri) -> Result<Answer<Page>> {
    let filter = filter(&uri)?;
    let mut items = store::list(&state.db, user.id, &filter.with_one_more()).await?;
    let more = filter.cut(&mut items);
    let next_cursor = items.last().filter(|_| more).map(|last| filter.cursor(last));
    Ok(Answer(Page { items, next_cursor }))
}

/// How many tasks are in each state.
#[utoipa::path(get, path = "/api/v1/tasks/stats", tag = "tasks", security(("user" = [])),
    responses((status = 200, body = Stats)))]
async fn stats(
    State(state): State<AppState>,
    user: CurrentUser,
    _: NoQuery,
) -> Result<Answer<Stats>> {
    super::stats(&state, user.id).await.map(Answer)
}

/// One task; 304 when you have its version already.
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "tasks", security(("user" = [])),
    params(TaskId, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Task), (status = 304, description = "You have this version"),
        (status = 404, description = "There is no such task of yours")))]
async fn read(
    State(state): State<AppState>,
    user: CurrentUser,
    seen: IfNoneMatch,
    _: NoQuery,
    id: TaskId,
) -> Result<Response> {
    let task = store::find(&state.db, user.id, id.0).await?.ok_or(Error::NotFound)?;
    if seen.has(task.version) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag(task.version))]).into_response());
    }
    Ok(tagged(task))
}

/// Change a task: fields that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/tasks/{id}", tag = "tasks", security(("user" = [])),
    params(TaskId, ("If-Match" = Option<String>, Header)),
    request_body(content((TaskPatch = "application/json"),
        (TaskPatch = "application/merge-patch+json"))),
    responses((status = 200, body = Task),
        (status = 404, description = "There is no such task of yours"),
        (status = 409, description = "The status may not change so"),
        (status = 412, description = "The task has changed since")))]
async fn update(
    State(state): State<AppState>,
    user: CurrentUser,
    seen: IfMatch,
    id: Result<TaskId>,
    MergePatch(body): MergePatch<TaskPatch>,
) -> Result<Response> {
    let edit = Edit::parse(body)?;
    super::edit(&state, user.id, id?.0, edit, seen).await.map(tagged)
}

/// Delete a task.
#[utoipa::path(delete, path = "/api/v1/tasks/{id}", tag = "tasks", security(("user" = [])),
    params(TaskId, ("If-Match" = Option<String>, Header)),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is no such task of yours"),
        (status = 412, description = "The task has changed since")))]
async fn remove(
    State(state): State<AppState>,
    user: CurrentUser,
    seen: IfMatch,
    _: NoQuery,
    id: TaskId,
) -> Result<StatusCode> {
    super::delete(&state, user.id, id.0, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A task with its version as the entity tag.
fn tagged(task: Task) -> Response {
    ([(ETAG, etag(task.version))], Answer(task)).into_response()
}
