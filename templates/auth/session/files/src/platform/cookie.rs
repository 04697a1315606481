//! One cookie in, one cookie out.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

use super::env::Env;
use crate::error::{Error, Result};

/// The cookie of a session.
#[derive(Clone)]
pub struct Cookie {
    name: &'static str,
    secure: &'static str,
}

impl Cookie {
    /// Where browsers come over https, they send it over nothing else.
    pub fn read(env: &mut Env) -> Self {
        let name = if env.production() { "__Host-session" } else { "session" };
        let https = env.optional("BASE_URL").is_some_and(|url| url.starts_with("https:"));
        let secure = if https || env.production() { "; Secure" } else { "" };
        Self { name, secure }
    }

    /// The value that a client sends.
    pub fn find<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs =
            lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name).map(|(_, value)| value)
    }

    /// The value for so many seconds; zero takes it back.
    pub fn set(&self, value: &str, seconds: i64) -> SetCookie {
        let Self { name, secure } = self;
        let rest = format!("HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}");
        SetCookie(format!("{name}={value}; {rest}"))
    }
}

/// A whole `Set-Cookie` line, as a part of a response.
pub struct SetCookie(String);

impl IntoResponseParts for SetCookie {
    type Error = Error;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts> {
        let line = HeaderValue::try_from(self.0).map_err(Error::internal)?;
        parts.headers_mut().append(SET_COOKIE, line);
        Ok(parts)
    }
}
