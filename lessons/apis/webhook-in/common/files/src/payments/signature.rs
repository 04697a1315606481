//! Whether a message is the provider's, and of now: `Webhook-Signature: t=<seconds>,v1=<hex>`.

use axum::http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::hmac;
use crate::error::{Error, Result};
use crate::platform::problem::Problem;
use crate::platform::secret::hex;
use crate::platform::time::Timestamp;

/// So many seconds a message may be old, or ahead: clocks differ, and networks wait.
pub const WINDOW: u64 = 300;

/// Believes a message when one of the secrets has signed exactly these bytes, and not long ago.
pub fn verify(
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[SecretString],
    now: Timestamp,
) -> Result<()> {
    let Some(signed) = Signed::read(headers) else { return Err(refused()) };
    if signed.at.abs_diff(now.micros() / 1_000_000) > WINDOW {
        return Err(refused());
    }
    let message = [format!("{}.", signed.at).as_bytes(), body].concat();
    let known = secrets.iter().any(|secret| {
        let ours = hex(&hmac::sha256(secret.expose_secret().as_bytes(), &message));
        signed.signatures.iter().any(|theirs| hmac::same(&ours, theirs))
    });
    if known { Ok(()) } else { Err(refused()) }
}

/// What the header says.
pub struct Signed<'a> {
    /// When it was signed, in unix seconds.
    pub at: i64,
    /// Every `v1`, in hex: during a change of secrets there are two.
    pub signatures: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    /// Nothing when there is no such header, more than one, or no time in it.
    pub fn read(headers: &'a HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all("webhook-signature").iter();
        let line = lines.next()?.to_str().ok().filter(|_| lines.next().is_none())?;
        let pairs: Vec<_> =
            line.split(',').filter_map(|pair| pair.trim().split_once('=')).collect();
        let all = |name| pairs.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1);
        let at = all("t").next()?.parse().ok()?;
        Some(Self { at, signatures: all("v1").collect() })
    }
}

/// The same answer for every reason: who tries signatures learns nothing from it.
pub fn refused() -> Error {
    Error::Problem(Problem::new(StatusCode::UNAUTHORIZED, "bad_signature"))
}
