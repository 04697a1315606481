//! Every route, and the gates a request passes before its handler. Next: `error.rs`, `tasks/`.

use axum::Router;
use axum::extract::Request;
use axum::http::{Extensions, StatusCode};
use axum::response::IntoResponse;
use utoipa::openapi::{Info, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::error::Result;
use crate::identity::{self, CurrentUser};
use crate::platform::client::ClientIp;
use crate::platform::gate::{Answer, Next, gate};
use crate::platform::limits::{self, Limits};
use crate::platform::rate_limit::Caller;
use crate::platform::{docs, housekeeping, layers, openapi, rate_limit};
use crate::state::AppState;
use crate::{api, auth, health};

/// The whole service. The gates stand in the order in which a request passes them: how much, how
/// large; foreign pages; who is asking, how often. Then the handler checks what it is told.
pub fn router(state: AppState) -> Router {
    let settings = state.config.server.clone();
    let (routes, _) = guarded().split_for_parts();
    let (open, _) = health::router().split_for_parts();
    let routes = routes.merge(docs::router(&settings, document)).merge(api::pages(&settings));
    let gates = (
        gate(Limits::new(&settings), limits::apply),
        auth::protect(&settings),
        gate(state.clone(), admit),
    );
    // a method that a route does not have comes before every gate
    let not_allowed = || async { StatusCode::METHOD_NOT_ALLOWED };
    let routes = routes.route_layer(gates).method_not_allowed_fallback(not_allowed);
    // health has no gates: it answers also when the service is full
    let routes = routes.merge(open);
    let cleaner = state.clone();
    housekeeping::every_half_minute(state.lifecycle.clone(), move || {
        let state = cleaner.clone();
        async move { state.clean_up().await }
    });
    layers::wrap(routes.with_state(state), &settings)
}

fn guarded() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(auth::router()).merge(api::router())
}

/// The OpenAPI document of these very routes; it needs no database.
pub fn document() -> OpenApi {
    let mut document = guarded().merge(health::router()).into_openapi();
    document.info = Info::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    openapi::complete(document, auth::security_scheme())
}

/// Who is asking, and how often; whether somebody has to be logged in is the handler's affair.
async fn admit(state: AppState, mut request: Request, next: impl Next) -> Answer {
    let admitted = async {
        identity::resolve(&state, &mut request).await?;
        within_rate(&state, request.extensions()).await
    };
    let mut response = match admitted.await {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    identity::sign(&mut response);
    Ok(response)
}

/// A user has a bucket of their own; everybody else shares the one of their address.
async fn within_rate(state: &AppState, request: &Extensions) -> Result<()> {
    let limit = state.config.server.rate_limit_per_minute;
    if limit > 0 {
        let user = request.get::<CurrentUser>().filter(|user| user.is_logged_in());
        let client = request.get::<ClientIp>();
        let caller = match user {
            Some(user) => Caller::User(user.id),
            None => Caller::Network(client.map(ClientIp::network)),
        };
        let shared = state.cache.count(caller, rate_limit::WINDOW).await;
        let count = shared.unwrap_or_else(|| state.counters.count(caller, rate_limit::WINDOW));
        rate_limit::allow(limit, count)?;
    }
    Ok(())
}
