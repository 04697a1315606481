//! GraphQL: one URL, and a language to say what is wanted. Next: `schema.rs`, `transport.rs`.

pub mod schema;
mod transport;

use axum::routing::post;
use axum::{Extension, Router};
use utoipa_axum::router::OpenApiRouter;

use crate::error::Result;
use crate::platform::say::say;
use crate::platform::{Settings, docs};
use crate::state::AppState;
use schema::Graph;

/// Words of the binary that only this API has.
pub const USAGE: &str = "
       schema                    the types of the API in GraphQL's own notation";

/// The console: a page to try the API, with nothing from outside this machine.
const PAGE: &str = include_str!("console/index.html");
const SCRIPT: &str = include_str!("console/console.js");
const STYLE: &str = include_str!("console/console.css");

/// Routes of the OpenAPI document: none, the schema says what there is.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}

/// The one route of the API; its console where documents are shown.
pub fn pages(settings: &Settings) -> Router<AppState> {
    let suggestions = settings.docs_enabled && !settings.production;
    let graph = Graph::new(settings.docs_enabled, suggestions);
    let api = Router::new().route("/graphql", post(transport::answer)).layer(Extension(graph));
    if settings.docs_enabled { api.merge(console()) } else { api }
}

fn console() -> Router<AppState> {
    Router::new()
        .route("/graphiql", docs::page("text/html; charset=utf-8", PAGE))
        .route("/graphiql/console.js", docs::page("text/javascript; charset=utf-8", SCRIPT))
        .route("/graphiql/console.css", docs::page("text/css; charset=utf-8", STYLE))
}

pub fn verb(words: &[&str]) -> Option<Result<()>> {
    (words == ["schema"]).then(|| say(Graph::new(true, true).sdl().trim_end()))
}
