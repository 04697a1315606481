//! The body of a request: JSON into a struct, every refusal a problem that names the field.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::{FieldError, Problem};
use super::query::NoQuery;

/// A body of `application/json`, with the bytes it was read from.
pub struct Json<T> {
    pub value: T,
    pub bytes: Bytes,
}

/// A body of `application/json` or `application/merge-patch+json`.
pub struct MergePatch<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (value, bytes) = read(request, &["application/json"]).await?;
        Ok(Self { value, bytes })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for MergePatch<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kinds = ["application/json", "application/merge-patch+json"];
        Ok(Self(read(request, &kinds).await?.0))
    }
}

async fn read<T>(request: Request, kinds: &[&str]) -> Result<(T, Bytes), Problem>
where
    T: DeserializeOwned,
{
    if !has_kind(request.headers(), kinds) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            .detail(format!("send the body as {}", kinds.join(" or "))));
    }
    if is_encoded(request.headers()) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            .detail("send the body without a Content-Encoding"));
    }
    let no_query = NoQuery::of(request.uri());
    // how large it may be was checked before
    let bytes = to_bytes(request.into_body(), usize::MAX).await.map_err(|_| unread())?;
    let value = parse(&bytes)?;
    no_query?;
    Ok((value, bytes))
}

/// The connection broke or the framing was wrong while the body was read.
fn unread() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed").detail("the body could not be read")
}

/// Whether the media type is one of these; parameters such as `charset` do not matter.
fn has_kind(headers: &HeaderMap, kinds: &[&str]) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    kinds.iter().any(|kind| essence.eq_ignore_ascii_case(kind))
}

/// A body that is packed is small, and what comes out of it may not be.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(CONTENT_ENCODING).iter();
    kinds.any(|kind| !kind.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// 400 for what is not JSON, 422 for JSON of another shape.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would read a list as the fields of a struct, in their order
    if bytes.trim_ascii_start().starts_with(b"[") && is_json(bytes) {
        return Err(shape(String::new(), "a list"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        match error.into_inner() {
            // the rest was not read: a body that is no JSON is that first of all
            inner if inner.is_data() && is_json(bytes) => shape(pointer, &inner.to_string()),
            _ => not_json(),
        }
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

fn not_json() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed").detail("the body is not JSON")
}

/// Serde says in words which field it missed or did not expect.
fn shape(pointer: String, message: &str) -> Problem {
    let name = message.split('`').nth(1).unwrap_or_default();
    let error = if message.starts_with("missing field") {
        FieldError::new(format!("{pointer}/{name}"), "required", "is missing")
    } else if message.starts_with("unknown field") {
        FieldError::new(pointer, "unknown_field", "is not a field of this body")
    } else if message.starts_with("duplicate field") {
        FieldError::new(format!("{pointer}/{name}"), "invalid", "is given twice")
    } else {
        FieldError::new(pointer, "invalid", "has the wrong type or format")
    };
    Problem::validation(vec![error])
}

/// The path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        pointer.push('/');
        match segment {
            Segment::Map { key } => pointer += &key.replace('~', "~0").replace('/', "~1"),
            Segment::Seq { index } => pointer += &index.to_string(),
            Segment::Enum { variant } => pointer += variant,
            Segment::Unknown => pointer.push('?'),
        }
        pointer
    })
}
