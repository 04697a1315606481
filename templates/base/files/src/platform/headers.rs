//! Headers on every answer that keep browsers from doing more with it than it is for.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

use super::Settings;

const SAME_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A page may have set a policy of its own; nobody may set another `nosniff`.
pub fn write(headers: &mut HeaderMap, settings: &Settings) {
    // those below and the request's id, so that the map grows once
    headers.reserve(8);
    let mut always = |name, value| headers.insert(name, HeaderValue::from_static(value));
    always(X_CONTENT_TYPE_OPTIONS, "nosniff");
    always(X_FRAME_OPTIONS, "DENY");
    always(REFERRER_POLICY, "no-referrer");
    always(SAME_ORIGIN, "same-origin");
    if settings.is_https() {
        always(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    let mut unless_set = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    unless_set(CACHE_CONTROL, "no-store");
}
