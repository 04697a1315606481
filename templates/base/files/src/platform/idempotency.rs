//! A repeated POST has one effect: the key that a client sends along with a new thing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::problem::{FieldError, Problem};
use super::secret::sha256;

/// How long an answer is kept for a repeat.
pub const KEPT_SECS: i64 = 24 * 60 * 60;

/// One try at something that must happen once: who sees the key again replays the answer.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub key: Key,
    pub route: &'static str,
    /// SHA-256 of what was asked for: the same key may not ask for something else.
    pub fingerprint: [u8; 32],
}

impl Attempt {
    /// Something of our own that is named by its words and happens once a day at most.
    pub fn once(route: &'static str, what: &str) -> Self {
        Key(what.to_string()).attempt(route, what.as_bytes())
    }
}

/// 1 to 255 printable ASCII characters, chosen by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        (printable && (1..=255).contains(&text.len())).then(|| Self(text.to_string()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn attempt(self, route: &'static str, asked: &[u8]) -> Attempt {
        Attempt { key: self, route, fingerprint: sha256(asked) }
    }
}

/// The `Idempotency-Key` of a request, if it has one.
pub struct IdempotencyKey(pub Result<Option<Key>, Problem>);

impl IdempotencyKey {
    fn read(parts: &Parts) -> Result<Option<Key>, Problem> {
        let mut lines = parts.headers.get_all("idempotency-key").iter();
        let Some(line) = lines.next() else {
            return Ok(None);
        };
        let key = line.to_str().ok().and_then(Key::parse).filter(|_| lines.next().is_none());
        let why = "must be 1 to 255 printable ASCII characters";
        let refused = || vec![FieldError::new("Idempotency-Key", "invalid", why)];
        key.map(Some).ok_or_else(|| Problem::validation(refused()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = std::convert::Infallible;

    /// Kept as a result, because a body that is no JSON is reported before a bad key.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Self::read(parts)))
    }
}
