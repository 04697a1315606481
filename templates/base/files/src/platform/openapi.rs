//! Completes the OpenAPI document: what every operation may answer is said here, once.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Response};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{FieldError, Text};

/// The name under which handlers say that they need a user.
const SCHEME: &str = "user";

/// Adds the errors that come from the platform; `scheme` says how a user is known.
pub fn complete(mut document: OpenApi, scheme: Option<SecurityScheme>) -> OpenApi {
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("FieldError".to_string(), FieldError::schema());
    components.schemas.insert(Text::name().to_string(), Text::schema());
    let by_cookie = matches!(scheme, Some(SecurityScheme::ApiKey(_)));
    let has_users = scheme.is_some();
    if let Some(scheme) = scheme {
        components.add_security_scheme(SCHEME, scheme);
    }
    for (path, _, operation) in operations(&mut document) {
        if path == "/livez" || path == "/readyz" {
            describe_errors(operation);
            continue;
        }
        if !has_users {
            operation.security = None;
        }
        let mut statuses = vec![
            ("422", "A value breaks a rule, or a parameter is unknown"),
            ("429", "Too many requests; `Retry-After` says when to come back"),
            ("500", "A mistake of ours, with an id to report"),
            ("503", "Overloaded, too slow, or the database is away"),
        ];
        if operation.security.is_some() {
            statuses.push(("401", "Nobody is logged in"));
        }
        if by_cookie {
            statuses.push(("403", "A foreign page sent this"));
        }
        if operation.request_body.is_some() {
            statuses.push(("400", "The body is not JSON"));
            statuses.push(("413", "The body is too large"));
            statuses.push(("415", "The body is not declared as JSON"));
        }
        for (status, description) in statuses {
            let responses = &mut operation.responses.responses;
            responses
                .entry(status.to_string())
                .or_insert_with(|| Response::new(description).into());
        }
        describe_errors(operation);
    }
    document
}

/// Every error has the body of a problem.
fn describe_errors(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.as_str() >= "400"
        {
            let schema = Ref::from_schema_name(Text::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response.content.insert("application/problem+json".to_string(), content.into());
        }
    }
}

/// Path, method and operation of everything in the document.
fn operations(document: &mut OpenApi) -> Vec<(&String, &'static str, &mut Operation)> {
    let mut all = Vec::new();
    for (path, item) in &mut document.paths.paths {
        let methods = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PUT", &mut item.put),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                all.push((path, method, operation));
            }
        }
    }
    all
}

/// One line an operation: method, path and what it does.
pub fn routes(document: &OpenApi) -> String {
    let mut document = document.clone();
    let line = |(path, method, operation): (&String, &str, &mut Operation)| {
        let summary = operation.summary.as_deref().unwrap_or_default();
        format!("{method:<7}{path:<26}{summary}").trim_end().to_string() + "\n"
    };
    operations(&mut document).into_iter().map(line).collect()
}
