//! REST: resources under `/api/v1`, JSON in and out. Next: `tasks/api.rs`.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use crate::error::Result;
use crate::platform::Settings;
use crate::state::AppState;
use crate::tasks;

/// Words of the binary that only this API has: none.
pub const USAGE: &str = "";

/// One line a slice.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(tasks::api::router())
}

/// Pages beside the documented routes: none.
pub fn pages(_: &Settings) -> Router<AppState> {
    Router::new()
}

pub fn verb(_: &[&str]) -> Option<Result<()>> {
    None
}
