//! Errors in GraphQL's clothes: the same codes as everywhere, in `extensions.code`, in capitals.

use async_graphql::{ErrorExtensionValues, Name, ServerError, Value};

use crate::error::Error;
use crate::platform::problem::FieldError;

/// What a resolver returns; the cause of an internal error goes to the log alone.
impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        let problem = error.into_problem();
        let mut extensions = coded(problem.code);
        let mut message = problem.detail.unwrap_or_else(|| problem.code.replace('_', " "));
        if let Some(first) = problem.errors.first() {
            message = format!("{} {}", pointer(first).trim_start_matches('/'), first.detail);
            extensions.set("errors", problem.errors.iter().map(field).collect::<Vec<Value>>());
        }
        if let Some(seconds) = problem.retry_after {
            extensions.set("retryAfter", seconds);
        }
        Self { message, source: None, extensions: Some(extensions) }
    }
}

fn coded(code: &str) -> ErrorExtensionValues {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.to_uppercase());
    extensions
}

fn field(error: &FieldError) -> Value {
    let entries = [("pointer", &*pointer(error)), ("code", error.code), ("detail", &error.detail)];
    Value::Object(entries.map(|(name, text)| (Name::new(name), Value::from(text))).into())
}

/// A field by its name in the schema: `/due_at` is `/dueAt` here.
fn pointer(error: &FieldError) -> String {
    let mut words = error.pointer.split('_');
    let first = words.next().unwrap_or_default().to_string();
    words.fold(first, |pointer, word| {
        let (initial, rest) = word.split_at_checked(1).unwrap_or_default();
        pointer + &initial.to_uppercase() + rest
    })
}

/// A document that is no GraphQL; the parser draws a picture, of which the last line says it all.
pub fn unparsed(mut error: ServerError) -> ServerError {
    let last = error.message.lines().last().unwrap_or_default();
    error.message = format!("syntax error: {}", last.trim_start_matches([' ', '=']));
    error
}

/// What has no code yet comes from the validation. The id finds the request in the log.
pub fn finished(error: &mut ServerError, request_id: &str) {
    let extensions = error.extensions.get_or_insert_with(|| coded("validation"));
    extensions.set("requestId", request_id);
}
