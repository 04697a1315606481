//! Logs: one line a request, with its id; never a body, a token or a password.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::io::IsTerminal;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

use super::Settings;
use super::json_lines::{JsonLines, PlainFields};

const NAME: &str = "x-request-id";

tokio::task_local! {
    /// The request that this task is answering.
    static ASKED: Asked;
}

/// What every line of the log can know of a request.
struct Asked {
    id: RequestId,
    user: Cell<Option<Uuid>>,
}

/// Whose request it is, once that is known.
pub fn note_user(id: Uuid) {
    let _ = ASKED.try_with(|asked| asked.user.set(Some(id)));
}

/// What a request is called in the log, in its errors and in the header of its answer.
#[derive(Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// One that nobody else has. It is no secret, so the operating system is not asked for it.
    pub fn new() -> Self {
        let [high, low] = [(); 2].map(|()| u128::from(RandomState::new().hash_one(())));
        let random = ((high << 64) | low).to_ne_bytes();
        let text = uuid::Builder::from_random_bytes(random).into_uuid().to_string();
        // the text of a UUID is always a legal header value
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unknown")))
    }

    /// The client's own, when it is harmless.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(NAME).filter(|value| {
            let legal = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            (1..=64).contains(&value.len()) && value.as_bytes().iter().all(legal)
        });
        given.cloned().map_or_else(Self::new, Self)
    }

    /// That of the request which is being answered; outside of all requests a new one.
    pub fn current() -> Self {
        ASKED.try_with(|asked| asked.id.clone()).unwrap_or_default()
    }

    /// What is logged while `answer` is made carries this id.
    pub fn during<A: Future>(self, answer: A) -> impl Future<Output = A::Output> {
        ASKED.scope(Asked { id: self, user: Cell::default() }, answer)
    }

    /// Lets the log write the id, if there is a request.
    pub(super) fn log<T>(write: impl FnOnce(&str) -> T) -> Option<T> {
        ASKED.try_with(|asked| write(asked.id.as_str())).ok()
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub fn write(&self, headers: &mut HeaderMap) {
        headers.insert(NAME, self.0.clone());
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether `RUST_LOG` can be understood. A word alone must be a level: the library would take a
/// typing mistake for the name of a module, and log nothing else.
pub fn is_filter(text: &str) -> bool {
    let is_level = |word: &str| word.trim().parse::<LevelFilter>().is_ok();
    text.parse::<Targets>().is_ok()
        && text.split(',').all(|part| part.contains('=') || is_level(part))
}

/// Lines on stdout, for people or as JSON. A stdout that is full or closed is ignored.
pub fn init(settings: &Settings) {
    let filter: Targets = settings.log_filter.parse().unwrap_or_default();
    let registry = tracing_subscriber::registry().with(filter);
    let _ = if settings.log_json {
        let lines = fmt::layer().fmt_fields(JsonLines).event_format(JsonLines);
        registry.with(lines.log_internal_errors(false)).try_init()
    } else {
        let lines = fmt::layer().with_ansi(std::io::stdout().is_terminal()).with_target(false);
        let lines = lines.fmt_fields(PlainFields);
        registry.with(lines.log_internal_errors(false)).try_init()
    };
}

/// The line of a request, written when it has been answered.
pub struct Line {
    start: Instant,
    method: Method,
    route: Option<MatchedPath>,
}

impl Line {
    pub fn begin(request: &Request) -> Self {
        // the template and not the path: /tasks/{id} is one line in a table, without ids in it
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { start: Instant::now(), method: request.method().clone(), route }
    }

    /// Writes the line, and the id of the request into the answer.
    pub fn end(self, response: &mut Response) {
        RequestId::current().write(response.headers_mut());
        let user = ASKED.try_with(|asked| asked.user.get()).ok().flatten();
        let mut text = Uuid::encode_buffer();
        let user = user.map(|id| &*id.hyphenated().encode_lower(&mut text));
        let route = self.route.as_ref().map_or("", MatchedPath::as_str);
        let (method, status) = (self.method.as_str(), response.status().as_u16());
        let ms = (self.start.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        if matches!(route, "/livez" | "/readyz") {
            tracing::debug!(event = "request", method, route, status, ms);
        } else {
            tracing::info!(event = "request", method, route, status, ms, user);
        }
    }
}
