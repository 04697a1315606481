//! How a step signs what it sends, in the way in which providers sign their webhooks.

use serde::Deserialize;

/// A header `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`, over the very bytes that
/// are sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The name of the header.
    #[serde(default = "usual")]
    pub header: String,
    /// One `v1` for each of these, in this order.
    pub secrets: Vec<String>,
    /// So many seconds ago it was signed; below zero, so far ahead.
    #[serde(default)]
    pub ago_s: i64,
    /// So many seconds ago it says that it was signed, where that is not true.
    pub says_s: Option<i64>,
    /// Only so many hex digits of each signature are sent.
    pub digits: Option<usize>,
    /// One bit of the body is changed when it is signed already.
    #[serde(default)]
    pub tamper: bool,
}

impl Sign {
    /// Whether it can be done, or what is wrong with it.
    pub fn sound(&self) -> Result<(), String> {
        if self.secrets.is_empty() {
            return Err("`sign` has no `secrets`".to_string());
        }
        match self.digits {
            Some(digits) if digits >= DIGITS => {
                Err(format!("`digits` is {digits}, and a signature has {DIGITS}"))
            }
            _ => Ok(()),
        }
    }
}

/// Hex digits of a whole signature.
const DIGITS: usize = 64;

fn usual() -> String {
    "Webhook-Signature".to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_needs_a_secret_and_is_cut_only_when_it_is_longer() {
        let sign = |text: &str| toml::from_str::<Sign>(text).unwrap();
        assert_eq!(sign("secrets = [\"<new>\"]").header, "Webhook-Signature");
        assert!(sign("secrets = [\"<new>\"]\ndigits = 8").sound().is_ok());
        assert!(sign("secrets = []").sound().unwrap_err().contains("no `secrets`"));
        assert!(sign("secrets = [\"a\"]\ndigits = 64").sound().unwrap_err().contains("64"));
        assert!(toml::from_str::<Sign>("secrets = [\"a\"]\nago = 3").is_err());
    }
}
