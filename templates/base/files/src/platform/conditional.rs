//! Versions as entity tags: `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 13).

use axum::extract::FromRequestParts;
use axum::http::header::{AsHeaderName, HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use std::convert::Infallible;

/// The strong tag of a version: `"3"`.
pub fn etag(version: i64) -> HeaderValue {
    // a quoted number is always a legal header value
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from(version))
}

/// Do it only when the version is still the one I saw.
#[derive(Clone, Debug, Default)]
pub struct IfMatch(Option<Tags>);

/// Answer only when the version is another than the one I have.
#[derive(Clone, Debug, Default)]
pub struct IfNoneMatch(Option<Tags>);

impl IfMatch {
    /// Demands this version; `None` demands nothing.
    pub fn version(version: Option<i64>) -> Self {
        Self(version.map(|version| Tags { any: false, versions: vec![version] }))
    }

    /// Without the header everything is allowed.
    pub fn allows(&self, version: i64) -> bool {
        self.0.as_ref().is_none_or(|tags| tags.has(version))
    }
}

impl IfNoneMatch {
    pub fn has(&self, version: i64) -> bool {
        self.0.as_ref().is_some_and(|tags| tags.has(version))
    }
}

#[derive(Clone, Debug)]
struct Tags {
    any: bool,
    versions: Vec<i64>,
}

impl Tags {
    /// Reads the header; a weak tag counts only where `weak` says so, an unreadable one never.
    fn read(headers: &HeaderMap, name: impl AsHeaderName, weak: bool) -> Option<Self> {
        let mut lines = headers.get_all(name).iter().peekable();
        lines.peek()?;
        let texts: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        let tags = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        let versions = tags.filter_map(|tag| version(tag, weak)).collect();
        Some(Self { any: texts.iter().any(|text| text.trim() == "*"), versions })
    }

    fn has(&self, version: i64) -> bool {
        self.any || self.versions.contains(&version)
    }
}

fn version(tag: &str, weak: bool) -> Option<i64> {
    let tag = if weak { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let number: i64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Tags::read(&parts.headers, IF_MATCH, false)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // here a weak comparison is the standard's wish: the content is the same
        Ok(Self(Tags::read(&parts.headers, IF_NONE_MATCH, true)))
    }
}
