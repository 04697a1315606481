//! Directives: `{{#name word key="value"}}`, alone on a line.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

/// What stands between the braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directive {
    /// `#listing`, `/tabs`.
    pub name: String,
    /// The words without a key.
    pub words: Vec<String>,
    keys: BTreeMap<String, String>,
}

impl Directive {
    /// Reads a line; `None` when it is no directive.
    pub fn parse(line: &str) -> Result<Option<Directive>> {
        let line = line.trim();
        let Some(inner) = line.strip_prefix("{{") else { return Ok(None) };
        let inner = inner.strip_suffix("}}").with_context(|| format!("`{line}` does not end"))?;
        let mut words = split(inner)?.into_iter();
        let (name, _) = words.next().context("a directive without a name")?;
        ensure!(name.starts_with(['#', '/']), "`{name}` is no directive: `{{{{#…}}}}`");
        let mut directive = Directive { name, ..Directive::default() };
        for (word, value) in words {
            match value {
                None => directive.words.push(word),
                Some(value) => drop(directive.keys.insert(word, value)),
            }
        }
        Ok(Some(directive))
    }

    /// The value of a key.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys.get(name).map(String::as_str)
    }

    /// It has no other keys than these.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self.keys.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => bail!("`{}` has no key `{key}`", self.name),
            None => Ok(()),
        }
    }

    /// Takes a word out, when it is there.
    pub fn take(&mut self, word: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|other| other != word);
        self.words.len() < before
    }
}

/// Words, and words with a value: `a key=b key="b c"`.
fn split(text: &str) -> Result<Vec<(String, Option<String>)>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let word = rest[..end].to_string();
        rest = &rest[end..];
        let value = match rest.strip_prefix('=') {
            None => None,
            Some(quoted) if quoted.starts_with('"') => {
                let (value, after) =
                    quoted[1..].split_once('"').context("a `\"` does not close")?;
                rest = after;
                Some(value.to_string())
            }
            Some(plain) => {
                let end = plain.find(' ').unwrap_or(plain.len());
                rest = &plain[end..];
                Some(plain[..end].to_string())
            }
        };
        words.push((word, value));
        rest = rest.trim_start();
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_values() {
        let it = Directive::parse("{{#listing a.rs b from=\"x = y\" tabs=db}}").unwrap().unwrap();
        assert_eq!((it.name.as_str(), it.words.len()), ("#listing", 2));
        assert_eq!((it.key("from"), it.key("tabs")), (Some("x = y"), Some("db")));
        assert!(it.only(&["from"]).is_err());
        assert_eq!(Directive::parse("text").unwrap(), None);
        assert!(Directive::parse("{{#listing").is_err());
        assert!(Directive::parse("{{x}}").is_err());
    }
}
