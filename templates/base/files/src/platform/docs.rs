//! The OpenAPI document and a page to read and try it, with nothing from outside this machine.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use utoipa::openapi::OpenApi;

use super::Settings;

const PAGE: &str = include_str!("docs/page.html");
const SCRIPT: &str = include_str!("docs/page.js");
const STYLE: &str = include_str!("docs/page.css");

/// What a page of ours may load: itself.
pub const OWN_ONLY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                            connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
                            form-action 'none'; frame-ancestors 'none'";

/// `/openapi.json` and `/docs`; nothing where the documents are switched off.
pub fn router<S>(settings: &Settings, document: fn() -> OpenApi) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    if !settings.docs_enabled {
        return Router::new();
    }
    let json: Arc<str> = document().to_json().unwrap_or_default().into();
    let kind = [(CONTENT_TYPE, "application/json")];
    Router::new()
        .route("/openapi.json", get(async move || (kind, json.to_string())))
        .route("/docs", page("text/html; charset=utf-8", PAGE))
        .route("/docs/page.js", page("text/javascript; charset=utf-8", SCRIPT))
        .route("/docs/page.css", page("text/css; charset=utf-8", STYLE))
}

/// A file of a page, with the policy that lets it load its neighbours.
pub fn page<S>(kind: &'static str, text: &'static str) -> axum::routing::MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    get(async move || ([(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, OWN_ONLY)], text))
}
