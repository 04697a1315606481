//! The signature of a body that is sent, and what somebody on the way can do to that body.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::judge::Known;
use crate::lesson::sign::Sign;

/// The value of the header: `t=<unix seconds>,v1=<hex>`, with a `v1` for each secret. `<now>` must
/// be known; else the name of what is not comes back.
pub fn header(sign: &Sign, body: &str, known: &Known) -> Result<String, String> {
    let now = known.get(NOW).and_then(|now| now.as_i64()).ok_or(NOW)?;
    let signed_at = now - sign.ago_s;
    let mut header = format!("t={}", now - sign.says_s.unwrap_or(sign.ago_s));
    for secret in &sign.secrets {
        let mut hex = hmac_sha256(&known.text(secret)?, &format!("{signed_at}.{body}"));
        hex.truncate(sign.digits.unwrap_or(hex.len()));
        header.push_str(&format!(",v1={hex}"));
    }
    Ok(header)
}

/// The body with the lowest bit of its last letter or digit turned over; it stays text.
pub fn tampered(body: &str) -> String {
    let last = body.rfind(|c: char| c.is_ascii_alphanumeric());
    let flipped = last.and_then(|at| Some((at, char::from(body.as_bytes().get(at)? ^ 1))));
    match flipped {
        Some((at, other)) => format!("{}{other}{}", &body[..at], &body[at + 1..]),
        None => format!("{body} "),
    }
}

fn hmac_sha256(secret: &str, message: &str) -> String {
    // HMAC takes a key of any length
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    let bytes = mac.chain_update(message).finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name under which the time of sending is known, in unix seconds.
const NOW: &str = "now";

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let mut known = Known::default();
        known.learn(NOW, 1_700_000_000);
        known.learn("new", "Jefe");
        known
    }

    fn sign(more: &str) -> Sign {
        toml::from_str(&format!("secrets = [\"<new>\"]\n{more}")).unwrap()
    }

    #[test]
    fn a_signature_is_the_one_of_rfc_4231() {
        let hex = hmac_sha256("Jefe", "what do ya want for nothing?");
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac_sha256(&"k".repeat(200), "longer than a block");
        assert_eq!(long.len(), 64);
    }

    #[test]
    fn the_header_holds_the_time_that_was_signed_and_each_signature() {
        let header = |more: &str| header(&sign(more), "{}", &known()).unwrap();
        let now = header("");
        assert_eq!(now, format!("t=1700000000,v1={}", hmac_sha256("Jefe", "1700000000.{}")));
        let past = hmac_sha256("Jefe", "1699999600.{}");
        assert_eq!(header("ago_s = 400"), format!("t=1699999600,v1={past}"));
        assert_eq!(header("ago_s = 400\nsays_s = 0"), format!("t=1700000000,v1={past}"));
        assert!(header("ago_s = -9").starts_with("t=1700000009,"));
        assert!(now.starts_with(&header("digits = 6")));
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert_eq!(header(&sign(""), "", &Known::default()).unwrap_err(), "now");
        let other: Sign = toml::from_str("secrets = [\"<old>\"]").unwrap();
        assert_eq!(header(&other, "", &known()).unwrap_err(), "old");
    }

    #[test]
    fn one_bit_of_a_body_is_changed_and_no_more() {
        for body in ["{\"note\":\"lamp\"}", "{\"amount\":10}", "{\"x\":\"é7\"}"] {
            let other = tampered(body);
            let bits = body.bytes().zip(other.bytes()).map(|(a, b)| (a ^ b).count_ones());
            assert_eq!((bits.sum::<u32>(), other.len()), (1, body.len()), "{other}");
        }
        assert_ne!(tampered("{}"), "{}");
    }
}
