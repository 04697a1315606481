//! An answer as a file of choices writes it: one option, or a list of them.

use std::fmt;
use std::ops::Range;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// `"sqlite"`, or `["docker", "vps"]`.
pub enum Answer {
    One(String),
    Several(Vec<Spanned<String>>),
}

impl Answer {
    /// It is written as a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Answer::Several(_))
    }

    /// Each option, and where it stands.
    pub fn options(&self, whole: Range<usize>) -> Vec<(&str, Range<usize>)> {
        match self {
            Answer::One(option) => vec![(option, whole)],
            Answer::Several(options) => {
                options.iter().map(|option| (option.get_ref().as_str(), option.span())).collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Answer, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Answer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or a list of strings")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Answer, E> {
                Ok(Answer::One(word.to_string()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Answer, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(Answer::Several(words))
            }
        }
        deserializer.deserialize_any(Words)
    }
}
