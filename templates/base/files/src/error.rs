//! What can go wrong in this backend, and what the client is told. Next: `tasks/mod.rs`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::platform::problem::{FieldError, Problem};

pub type Result<T, E = Error> = std::result::Result<T, E>;
type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug)]
pub enum Error {
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    EmailTaken,
    IllegalTransition,
    VersionMismatch,
    IdempotencyMismatch,
    /// Whole seconds until another try is counted anew.
    RateLimited {
        retry_after: u64,
    },
    Overloaded,
    /// The database did not answer; the reason is for the log alone.
    Unavailable(String),
    /// A mistake of ours; the cause is for the log alone.
    Internal(Source),
    /// What the platform refused before the domain was asked.
    Problem(Problem),
}

impl Error {
    /// One field that breaks a rule.
    pub fn field(pointer: &str, code: &'static str, detail: &str) -> Self {
        Self::Problem(Problem::validation(vec![FieldError::new(pointer, code, detail)]))
    }

    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict"),
            Self::EmailTaken => (StatusCode::CONFLICT, "email_taken"),
            Self::IllegalTransition => (StatusCode::CONFLICT, "illegal_transition"),
            Self::VersionMismatch => (StatusCode::PRECONDITION_FAILED, "version_mismatch"),
            Self::IdempotencyMismatch => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch"),
            Self::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::Problem(problem) => (problem.status, problem.code),
        }
    }

    /// What the client sees; the log gets the cause here, once.
    pub fn into_problem(self) -> Problem {
        let (status, code) = self.status();
        let problem = Problem::new(status, code);
        match self {
            Self::Problem(problem) => problem,
            Self::RateLimited { retry_after } => problem.retry_after(retry_after),
            Self::Overloaded => problem.retry_after(1),
            Self::Unavailable(reason) => {
                tracing::error!(event = "unavailable", %reason);
                problem.retry_after(1)
            }
            Self::Internal(cause) => {
                tracing::error!(event = "internal", %cause);
                problem
            }
            _ => problem,
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.into_problem().into_response()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable(reason) => f.write_str(reason),
            Self::Internal(cause) => write!(f, "{cause}"),
            Self::Problem(problem) => match problem.errors.first() {
                Some(field) => write!(f, "{} {}", field.pointer, field.detail),
                None => f.write_str(problem.detail.as_deref().unwrap_or(problem.code)),
            },
            other => f.write_str(other.status().1),
        }
    }
}
