//! Which passwords are accepted: long ones that are not among the first an attacker tries.

use secrecy::{ExposeSecret, SecretString};

use crate::platform::checks::{self, Broken};

const LONGEST: usize = 128;

/// Words and walks over the keyboard that the lists of stolen passwords are made of.
const WORDS: &str = include_str!("common_words.txt");

/// A password that may be set: no rules about its characters, nothing cut off, nothing trimmed.
pub fn check(password: &SecretString, shortest: usize, email: &str) -> Result<(), Broken> {
    let password = password.expose_secret();
    checks::text(password, shortest..=LONGEST)?;
    if is_common(password, email) {
        return Err(Broken("password_too_common", "is one of the first that an attacker tries"));
    }
    Ok(())
}

/// Whether a login may carry this password at all: a longer one cannot have been set.
pub fn fits(password: &SecretString) -> Result<(), Broken> {
    checks::text(password.expose_secret(), 0..=LONGEST)
}

/// A common word, this service's name or the user's own, once or twice, with digits before it and
/// digits or a mark after it: with some 400 words that is more than a million passwords. A number
/// is a date or a telephone, and a walk over the keyboard is one however far it goes.
fn is_common(password: &str, email: &str) -> bool {
    let password = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let is_number = password.len() <= 20 && password.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || password == email || password == local {
        return true;
    }
    let own = [env!("CARGO_PKG_NAME"), local];
    let words = WORDS.split_whitespace().chain(own).filter(|word| word.len() >= 4);
    let (plain, bare) = (plain(&password), password.trim_start_matches(|c: char| c.is_numeric()));
    words.into_iter().any(|word| {
        [password.as_str(), plain.as_str(), bare].into_iter().any(|text| {
            if text.len() >= 8 && word.starts_with(text) {
                return true;
            }
            let Some(mut rest) = text.strip_prefix(word) else { return false };
            rest = rest.strip_prefix(word).unwrap_or(rest);
            rest.chars().count() <= 8 && rest.chars().all(|c| !c.is_alphabetic())
        })
    })
}

/// Undoes the usual disguises: `p@ssw0rd` is `password`.
fn plain(password: &str) -> String {
    let disguises =
        [('@', 'a'), ('4', 'a'), ('3', 'e'), ('!', 'i'), ('0', 'o'), ('$', 's'), ('5', 's')];
    let head = password.trim_end_matches(|c: char| !c.is_alphabetic());
    let undo = |c| disguises.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
    head.chars().map(undo).chain(password[head.len()..].chars()).collect()
}
