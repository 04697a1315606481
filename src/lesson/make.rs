//! Random values from a seed: the same seed makes the same values again.

use std::fmt;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where the randomness of one check comes from. It is printed, and can be given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u32);

impl Seed {
    /// Reads a seed as it was printed.
    pub fn parse(text: &str) -> Option<Seed> {
        u32::from_str_radix(text, 16).ok().map(Seed)
    }

    /// The value of a name, made as `how` says.
    pub fn make(self, name: &str, how: &str) -> Result<Value, String> {
        Dice { seed: self, name, rolled: 0 }.make(how)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Numbers for one name.
struct Dice<'a> {
    seed: Seed,
    name: &'a str,
    rolled: u64,
}

impl Dice<'_> {
    fn make(&mut self, how: &str) -> Result<Value, String> {
        let (kind, rest) = how.split_once(' ').unwrap_or((how, ""));
        let numbers: Vec<i64> = rest.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(match (kind, numbers.as_slice()) {
            ("uuid", []) => json!(self.uuid()),
            ("int", [low, high]) if low <= high => json!(self.between(*low, *high)),
            ("hex", [letters]) => json!(self.letters(*letters, "0123456789abcdef")),
            ("key", []) => json!(self.letters(24, "abcdefghijkmnpqrstuvwxyz23456789")),
            ("words", [count]) => json!(self.words(*count)),
            ("text", [low, high]) if low <= high => {
                let letters = self.between(*low, *high);
                json!(self.letters(letters, "abcdefghijklmnopqrstuvwxyzäéßλж0123456789"))
            }
            ("email", []) => json!(format!("{}@example.com", self.letters(12, LETTERS))),
            ("pick", _) if !rest.is_empty() => {
                let words: Vec<&str> = rest.split(' ').collect();
                json!(words[self.below(words.len() as u64) as usize])
            }
            _ => return Err(format!("`{how}` makes nothing: {KINDS}")),
        })
    }

    fn roll(&mut self) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.seed.0.to_le_bytes());
        hash.update(self.rolled.to_le_bytes());
        hash.update(self.name.as_bytes());
        self.rolled += 1;
        let bytes = hash.finalize();
        bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound.max(1)
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high.abs_diff(low) + 1) as i64
    }

    fn letters(&mut self, count: i64, of: &str) -> String {
        let letters: Vec<char> = of.chars().collect();
        (0..count).map(|_| letters[self.below(letters.len() as u64) as usize]).collect()
    }

    fn words(&mut self, count: i64) -> String {
        let words: Vec<&str> =
            (0..count).map(|_| WORDS[self.below(WORDS.len() as u64) as usize]).collect();
        words.join(" ")
    }

    /// Of version 7, so that nobody can tell it from a real one.
    fn uuid(&mut self) -> String {
        let time = 0x0190_0000_0000 + self.below(0x20_0000_0000);
        let (a, b) = (self.roll(), self.roll());
        format!(
            "{:08x}-{:04x}-7{:03x}-{:x}{:03x}-{:012x}",
            time >> 16,
            time & 0xffff,
            a & 0xfff,
            8 + (a >> 16 & 3),
            a >> 24 & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }
}

const KINDS: &str = "known are `uuid`, `int LOW HIGH`, `words N`, `text LOW HIGH`, `hex N`, \
                     `email`, `key`, `port` and `pick A B`";
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
#[rustfmt::skip]
const WORDS: [&str; 24] = [
    "amber", "anchor", "birch", "canvas", "cedar", "cobalt", "copper", "feather", "flint", "harbour", "ivory", "juniper",
    "lantern", "linen", "maple", "marble", "meadow", "olive", "pebble", "quartz", "saffron", "timber", "velvet", "willow",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_again_and_another_something_else() {
        let one = Seed(7).make("id", "uuid").unwrap();
        assert_eq!(one, Seed(7).make("id", "uuid").unwrap());
        assert_ne!(one, Seed(8).make("id", "uuid").unwrap());
        assert_ne!(one, Seed(7).make("other", "uuid").unwrap());
        assert_eq!(Seed::parse("000000ff"), Some(Seed(255)));
        assert_eq!(Seed(255).to_string(), "000000ff");
    }

    #[test]
    fn every_kind_is_what_it_says() {
        let make = |how: &str| Seed(3).make("x", how).unwrap();
        let uuid = make("uuid").as_str().unwrap().to_string();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "7"));
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        assert!((5..=9).contains(&make("int 5 9").as_i64().unwrap()));
        assert_eq!(make("hex 9").as_str().unwrap().len(), 9);
        assert_eq!(make("words 3").as_str().unwrap().split(' ').count(), 3);
        assert!(["a", "b"].contains(&make("pick a b").as_str().unwrap()));
        for bad in ["int 9 5", "int", "uuids", "pick", ""] {
            assert!(Seed(3).make("x", bad).is_err(), "{bad}");
        }
    }
}
