//! Is the process alive, is it ready for work? Read by balancers and orchestrators.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::platform::problem::Problem;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache: Option<&'static str>,
}

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(livez)).routes(routes!(readyz))
}

/// 200 while the process can answer. It touches nothing, or a sick database would restart us.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, body = Health)))]
async fn livez() -> Json<Health> {
    Json(Health { status: "ok", cache: None })
}

/// 200 when requests will work; 503 while the database is away, behind, or the server drains.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 200, body = Health), (status = 503, description = "Not ready")))]
async fn readyz(State(state): State<AppState>) -> Result<Json<Health>, Problem> {
    readiness(&state).await?;
    // a cache that is down is worth a word, but the database can do its work
    Ok(Json(Health { status: "ok", cache: state.cache.status().await }))
}

async fn readiness(state: &AppState) -> Result<(), Problem> {
    if state.lifecycle.is_draining() {
        return Err(Problem::unavailable("draining"));
    }
    let ask = async {
        let ready = state.db.ready().await;
        ready.inspect_err(|reason| tracing::warn!(event = "not_ready", %reason)).is_ok()
    };
    let is_ready = state.database.get(Duration::from_secs(1), ask).await;
    is_ready.then_some(()).ok_or_else(|| Problem::unavailable("the database is not ready"))
}
