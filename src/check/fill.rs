//! `<name>` in a text, replaced by what is known under that name.

use std::collections::BTreeMap;

use serde_json::Value;

/// The text with every name replaced, or the first name that is not known.
pub fn text(text: &str, known: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        filled.push_str(known.get(name).ok_or_else(|| name.to_string())?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The same in every text of a JSON value: what is filled in can never become syntax.
pub fn value(value: &Value, known: &BTreeMap<String, String>) -> Result<Value, String> {
    Ok(match value {
        Value::String(string) => Value::String(text(string, known)?),
        Value::Array(items) => {
            let items = items.iter().map(|item| self::value(item, known));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, field)| Ok((name.clone(), self::value(field, known)?)));
            Value::Object(fields.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// The first `<name>`: what is before it, the name, and what is after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find('<')?;
        let end = start + text[start..].find('>')?;
        let name = &text[start + 1..end];
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Some((&text[..start], name, &text[end + 1..]));
        }
        from = start + 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known() -> BTreeMap<String, String> {
        BTreeMap::from([("task".to_string(), "\"7\"".to_string())])
    }

    #[test]
    fn names_are_replaced_and_nothing_else() {
        let filled = text("/a/<task>/b<task>, 1 < 2 <> <X> «<»", &known());
        assert_eq!(filled.unwrap(), "/a/\"7\"/b\"7\", 1 < 2 <> <X> «<»");
        assert_eq!(text("<task> <user>", &known()).unwrap_err(), "user");
    }

    #[test]
    fn what_is_filled_in_never_becomes_syntax() {
        let body = json!({"id": "<task>", "ids": ["<task>", 1, null]});
        let filled = value(&body, &known()).unwrap().to_string();
        assert_eq!(filled, r#"{"id":"\"7\"","ids":["\"7\"",1,null]}"#);
    }
}
