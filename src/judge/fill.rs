//! `<name>` in a text, replaced by what is known under that name; a text that is only a name keeps
//! the type of what is known.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Values by name.
#[derive(Clone, Debug, Default)]
pub struct Known(BTreeMap<String, Value>);

impl Known {
    /// From now on this is known.
    pub fn learn(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// All of these are.
    pub fn learn_all(&mut self, values: Map<String, Value>) {
        self.0.extend(values);
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text with every name replaced, or the first name that is not known.
    pub fn text(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = next(rest) {
            filled.push_str(before);
            filled.push_str(&plain(self.0.get(name).ok_or_else(|| name.to_string())?));
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The same in every text of a JSON value.
    pub fn value(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match next(text) {
                Some(("", name, "")) => {
                    self.0.get(name).cloned().ok_or_else(|| name.to_string())?
                }
                _ => Value::String(self.text(text)?),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let fields =
                    fields.iter().map(|(name, field)| Ok((name.clone(), self.value(field)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }
}

/// A value as it stands in a URL or a header.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first `<name>`: what is before it, the name, and what is after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find('<')?;
        let end = start + text[start..].find('>')?;
        let name = &text[start + 1..end];
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
        if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(letter) {
            return Some((&text[..start], name, &text[end + 1..]));
        }
        from = start + 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_that_is_only_a_name_keeps_its_type() {
        let mut known = Known::default();
        known.learn("qty", 3);
        known.learn("ann.id", "a-1");
        let body = json!({"qty": "<qty>", "text": "<qty> of <ann.id>", "odd": "1 < 2 <X> <>"});
        let filled = json!({"qty": 3, "text": "3 of a-1", "odd": "1 < 2 <X> <>"});
        assert_eq!(known.value(&body).unwrap(), filled);
        assert_eq!(known.text("/x/<ann.id>/<qty>").unwrap(), "/x/a-1/3");
        assert_eq!(known.text("<ben.id>").unwrap_err(), "ben.id");
    }
}
