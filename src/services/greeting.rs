//! What is said to a server to learn whether it is the one we look for, and what its answer means.

use anyhow::{Context, Result, bail};

use crate::catalog::spec::Hello;

/// A conversation of one question and one answer, ready to be held.
#[derive(Clone, Debug)]
pub struct Greeting {
    pub send: Vec<u8>,
    answers: Vec<(Answer, Vec<Option<u8>>)>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is the server, and takes questions.
    Ready,
    /// It is the server, and starts.
    Busy,
    /// It is the server, and will not have us.
    Refused,
    /// Something else listens there.
    Stranger,
    /// Nothing listens there.
    Nobody,
}

impl Greeting {
    /// Out of what the catalogue says.
    pub fn of(hello: &Hello) -> Result<Greeting> {
        let send = pattern(&hello.send)?.into_iter().collect::<Option<Vec<u8>>>();
        let kinds = [
            (Answer::Busy, &hello.busy),
            (Answer::Ready, &hello.ready),
            (Answer::Refused, &hello.refused),
        ];
        let mut answers = Vec::new();
        for (answer, patterns) in kinds {
            for text in patterns {
                answers.push((answer, pattern(text)?));
            }
        }
        Ok(Greeting { send: send.context("`..` cannot be said")?, answers })
    }

    /// What these first bytes mean; nothing while `more` could still tell.
    pub fn read(&self, bytes: &[u8], more: bool) -> Option<Answer> {
        let same = |(byte, wanted): (&u8, &Option<u8>)| wanted.is_none_or(|it| it == *byte);
        let alike = |pattern: &[Option<u8>]| bytes.iter().zip(pattern).all(same);
        for (answer, pattern) in self.answers.iter().filter(|(_, pattern)| alike(pattern)) {
            if bytes.len() >= pattern.len() {
                return Some(*answer);
            }
            if more {
                return None;
            }
        }
        Some(Answer::Stranger)
    }
}

/// `52 'text' ..` as bytes, of which some may be anything.
fn pattern(text: &str) -> Result<Vec<Option<u8>>> {
    let mut bytes = Vec::new();
    for (at, part) in text.split('\'').enumerate() {
        if at % 2 == 1 {
            bytes.extend(part.bytes().map(Some));
            continue;
        }
        for word in part.split_whitespace() {
            if word == ".." {
                bytes.push(None);
                continue;
            }
            if !word.len().is_multiple_of(2) || !word.is_ascii() {
                bail!("`{word}` in `{text}` is no byte");
            }
            for at in (0..word.len()).step_by(2) {
                let byte = u8::from_str_radix(&word[at..at + 2], 16);
                bytes.push(Some(byte.with_context(|| format!("`{word}` is no byte"))?));
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting() -> Greeting {
        let words = |text: &str| vec![text.to_string()];
        Greeting::of(&Hello {
            send: "0a 'HI' 0d0a".to_string(),
            ready: words("'R'"),
            busy: words("'E' .. 'W'"),
            refused: words("'E'"),
        })
        .unwrap()
    }

    #[test]
    fn what_is_said_is_bytes_and_text() {
        assert_eq!(greeting().send, b"\nHI\r\n");
        assert!(pattern("abc").is_err() && pattern("zz").is_err());
    }

    #[test]
    fn an_answer_is_read_as_soon_as_it_is_clear() {
        let greeting = greeting();
        let read = |bytes| greeting.read(bytes, true);
        assert_eq!(read(b""), None);
        assert_eq!(read(b"R"), Some(Answer::Ready));
        assert_eq!(read(b"E1"), None);
        assert_eq!(read(b"E1W"), Some(Answer::Busy));
        assert_eq!(read(b"E1X"), Some(Answer::Refused));
        assert_eq!(read(b"HTTP/1.1"), Some(Answer::Stranger));
        assert_eq!(greeting.read(b"E1", false), Some(Answer::Refused));
        assert_eq!(greeting.read(b"", false), Some(Answer::Stranger));
    }
}
