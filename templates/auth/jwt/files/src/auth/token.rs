//! Access tokens: signed here, checked here, for this service alone.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::signature::{Error as Mismatch, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::time::Timestamp;

/// How long an access token is good for.
pub const SECONDS: i64 = 900;

/// Who made the token, and for whom: both are this service.
const SERVICE: &str = env!("CARGO_PKG_NAME");
const TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    exp: i64,
    jti: Uuid,
    /// The login that the token belongs to.
    sid: Uuid,
}

/// The key that signs, and all that are accepted. Cheap to clone is not needed: it is made once.
pub struct Keys {
    signs: EncodingKey,
    accepted: Vec<DecodingKey>,
}

impl Keys {
    pub fn new(secret: &SecretString, previous: Option<&SecretString>) -> Self {
        // only the first call installs it; later ones, in tests, find it there
        let _ = HS256_ONLY.install_default();
        let accepted = [Some(secret), previous].into_iter().flatten();
        Self {
            signs: EncodingKey::from_secret(secret.expose_secret().as_bytes()),
            accepted: accepted
                .map(|key| DecodingKey::from_secret(key.expose_secret().as_bytes()))
                .collect(),
        }
    }

    pub fn sign(&self, user: Uuid, session: Uuid, now: Timestamp) -> Result<String> {
        let iat = now.micros() / 1_000_000;
        let claims = Claims {
            iss: SERVICE.to_string(),
            aud: SERVICE.to_string(),
            sub: user,
            iat,
            exp: iat + SECONDS,
            jti: Uuid::now_v7(),
            sid: session,
        };
        let header = Header { typ: Some(TYPE.to_string()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &self.signs).map_err(Error::internal)
    }

    /// User and session of a token that is ours, of this type, and still good.
    pub fn check(&self, token: &str) -> Option<(Uuid, Uuid)> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.set_issuer(&[SERVICE]);
        rules.set_audience(&[SERVICE]);
        rules.validate_nbf = true;
        rules.leeway = 5;
        let read = |key| decode::<Claims>(token, key, &rules).ok();
        let token = self.accepted.iter().find_map(read)?;
        // `crit` names extensions that a reader must know, and here none is known
        let is_ours = token.header.typ.as_deref() == Some(TYPE) && token.header.crit.is_none();
        is_ours.then_some((token.claims.sub, token.claims.sid))
    }
}

/// HS256 and nothing else: what is not there cannot be asked for by a token's header.
static HS256_ONLY: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key| {
        Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> JwtResult<Self> {
        let mac = Hmac::new_from_slice(key).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        if algorithm == Algorithm::HS256 {
            Ok(Self(mac))
        } else {
            Err(ErrorKind::InvalidAlgorithm.into())
        }
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Mismatch> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// In constant time: how much of a signature is right must not show.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Mismatch> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(|_| Mismatch::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
