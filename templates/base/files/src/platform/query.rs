//! The query string: each parameter picked by name, whatever is left over refused.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::problem::{FieldError, Problem};

/// The parameters of one request; errors are gathered until `finish`.
pub struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    errors: Vec<FieldError>,
}

impl<'a> Query<'a> {
    pub fn of(uri: &'a Uri) -> Self {
        let mut query = Self { pairs: Vec::new(), errors: Vec::new() };
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => query.pairs.push((name, value)),
                (Some(name), None) => query.invalid(&name, "is not UTF-8"),
                (None, _) => query.invalid(name, "is not UTF-8"),
            }
        }
        query
    }

    /// Takes a parameter out; given twice it is refused.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(key, _)| key == name)?;
        let (_, value) = self.pairs.remove(at);
        let before = self.pairs.len();
        self.pairs.retain(|(key, _)| key != name);
        if self.pairs.len() < before {
            self.invalid(name, "is given twice");
        }
        Some(value.into_owned())
    }

    pub fn number<N>(&mut self, name: &str, default: N, range: RangeInclusive<N>) -> N
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.text(name) else {
            return default;
        };
        // `+5` would parse, but is not how a number is written here
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && range.contains(&number) => number,
            _ => {
                let why = format!("must be a number from {} to {}", range.start(), range.end());
                self.invalid(name, why);
                default
            }
        }
    }

    /// A parameter that its own function reads.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        why: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.invalid(name, why);
        }
        value
    }

    pub fn invalid(&mut self, name: &str, why: impl Into<String>) {
        self.errors.push(FieldError::new(format!("?{name}"), "invalid", why));
    }

    /// Every refused and every unknown parameter at once.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in self.pairs {
            let pointer = format!("?{name}");
            if self.errors.iter().all(|error| error.pointer != pointer) {
                let why = "is not a parameter of this route";
                self.errors.push(FieldError::new(pointer, "unknown_field", why));
            }
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::validation(self.errors)) }
    }
}

/// Undoes `%20` and `+`; `None` when the bytes are no UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('+') {
        return percent_decode_str(text).decode_utf8().ok();
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()))
}

/// For a route without parameters: an extractor that refuses any.
pub struct NoQuery;

impl NoQuery {
    pub fn of(uri: &Uri) -> Result<Self, Problem> {
        Query::of(uri).finish().map(|()| Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}
