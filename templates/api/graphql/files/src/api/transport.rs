//! GraphQL over HTTP: what a request looks like, and how an answer is written.

use std::collections::BTreeMap;

use async_graphql::{Request, Response as Outcome, ServerError, Value, Variables};
use axum::Extension;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::schema::Graph;
use crate::error::Result;
use crate::identity::CurrentUser;
use crate::platform::graphql::{errors, unique};
use crate::platform::json::Json;
use crate::platform::problem::Problem;
use crate::platform::telemetry::RequestId;
use crate::state::AppState;

/// What a client sends. `null` is as good as absent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Variables>,
    #[serde(rename = "extensions")]
    _extensions: Option<BTreeMap<String, IgnoredAny>>,
    /// The standard wants keys that it does not know to be ignored.
    #[serde(flatten)]
    _others: BTreeMap<String, IgnoredAny>,
}

/// `POST /graphql`. Whoever has no credentials learns nothing, not even what a good request is.
pub async fn answer(
    State(state): State<AppState>,
    user: CurrentUser,
    Extension(graph): Extension<Graph>,
    headers: HeaderMap,
    body: Result<Json<Body>, Problem>,
) -> Result<Response> {
    let Json { value: body, bytes } = body.map_err(one_object)?;
    unique::check(&bytes)?;
    let mut outcome = match body.query {
        Some(query) => {
            let mut request = Request::new(query).data(state).data(user);
            request.operation_name = body.operation_name;
            request.variables = body.variables.unwrap_or_default();
            graph.execute(request).await
        }
        None => Outcome::from_errors(vec![ServerError::new("`query` is missing", None)]),
    };
    let id = RequestId::current();
    for error in &mut outcome.errors {
        errors::finished(error, id.as_str());
    }
    Ok(Media::of(&headers).write(outcome))
}

/// A list of requests would pass every limit that holds for one.
fn one_object(problem: Problem) -> Problem {
    if problem.errors.iter().any(|error| error.pointer.is_empty()) {
        return Problem::new(StatusCode::BAD_REQUEST, "malformed")
            .detail("the body must be one object; there are no batches");
    }
    problem
}

/// The two types of an answer; they differ in the status of a request that was not run.
#[derive(Clone, Copy, PartialEq)]
enum Media {
    GraphQl,
    Json,
}

impl Media {
    fn name(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    /// What the client likes best; GraphQL's own type when it does not mind, or names neither.
    fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
        let ranges: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        let json = Self::Json.weight(&ranges);
        if json > Self::GraphQl.weight(&ranges) { Self::Json } else { Self::GraphQl }
    }

    /// How much a type is wanted; the range that names it best decides (RFC 9110).
    fn weight(self, ranges: &[&str]) -> f32 {
        let names = [self.name(), "application/*", "*/*"];
        let of = |name: &str| ranges.iter().find_map(|range| weight_of(range, name));
        names.into_iter().find_map(of).unwrap_or(0.0)
    }

    fn write(self, outcome: Outcome) -> Response {
        // an error of a field has a path; without one, and without data, nothing was run
        let run = outcome.data != Value::Null
            || outcome.errors.iter().any(|error| !error.path.is_empty());
        let status = match self {
            Self::GraphQl if !run => StatusCode::BAD_REQUEST,
            _ => StatusCode::OK,
        };
        let answer = Answer { data: run.then_some(outcome.data), errors: outcome.errors };
        let kind = [(CONTENT_TYPE, self.name())];
        (status, outcome.http_headers, kind, serde_json::to_string(&answer).unwrap_or_default())
            .into_response()
    }
}

#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// The `q` of a media range, if it is about this name.
fn weight_of(range: &str, name: &str) -> Option<f32> {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(name) {
        return None;
    }
    let q = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some(q.and_then(|q| q.parse().ok()).unwrap_or(1.0))
}
