//! Which foreign pages may read our answers: none, or those listed.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CONTENT_TYPE, ETAG,
    IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tower::layer::util::Identity;
use tower::util::{Either, option_layer};
use tower_http::cors::CorsLayer;

use super::Settings;

pub fn layer(settings: &Settings) -> Either<CorsLayer, Identity> {
    let origins = settings.cors_allowed_origins.iter();
    let origins: Vec<HeaderValue> = origins.filter_map(|origin| origin.parse().ok()).collect();
    let listed = (!origins.is_empty()).then(|| {
        let idempotency_key = HeaderName::from_static("idempotency-key");
        let request_id = HeaderName::from_static("x-request-id");
        CorsLayer::new()
            .allow_origin(origins)
            .allow_credentials(true)
            .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
            .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, idempotency_key])
            .expose_headers([ETAG, LOCATION, RETRY_AFTER, request_id])
    });
    option_layer(listed)
}

/// The library names the origin to those listed, and writes its other headers for everybody.
pub fn hide_from_others(headers: &mut HeaderMap, settings: &Settings) {
    if settings.cors_allowed_origins.is_empty() || headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN)
    {
        return;
    }
    headers.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS);
    headers.remove(ACCESS_CONTROL_ALLOW_HEADERS);
    headers.remove(ACCESS_CONTROL_ALLOW_METHODS);
    headers.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
}
