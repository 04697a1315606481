//! Whether a value is what `expect` says of it.

use serde_json::{Map, Value};

use crate::judge::fill::plain;

/// What is wrong with a value, as the end of a sentence: "to be `3`". Nothing when it fits.
pub fn mismatch(wanted: &Value, got: Option<&Value>) -> Option<String> {
    let there = got.is_some_and(|value| !matches!(value, Value::Null));
    match wanted {
        Value::String(any) if any == "*" => {
            let empty = got.is_none_or(|value| value.is_null() || *value == "");
            empty.then(|| "to be there".to_string())
        }
        Value::Object(demands) if is_demand(demands) => {
            demands.iter().find_map(|(name, demand)| unmet(name, demand, got, there))
        }
        _ => (!same(wanted, got)).then(|| format!("to be {}", shown(wanted))),
    }
}

/// A header or a text of a table is a text, whatever it was compared with.
fn same(wanted: &Value, got: Option<&Value>) -> bool {
    let Some(got) = got else { return wanted.is_null() };
    match (wanted, got) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::String(text), Value::Number(_) | Value::Bool(_)) => *text == plain(got),
        (Value::Number(_) | Value::Bool(_), Value::String(text)) => *text == plain(wanted),
        _ => wanted == got,
    }
}

fn is_demand(table: &Map<String, Value>) -> bool {
    !table.is_empty() && table.keys().all(|name| DEMANDS.contains(&name.as_str()))
}

fn unmet(name: &str, demand: &Value, got: Option<&Value>, there: bool) -> Option<String> {
    let number = |value: &Value| match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    let compared = |holds: fn(f64, f64) -> bool| {
        let pair = got.and_then(number).zip(number(demand));
        pair.is_some_and(|(got, demand)| holds(got, demand))
    };
    let text = || got.map(plain).unwrap_or_default();
    let part = plain(demand);
    let (holds, words) = match name {
        "absent" => (there != demand.as_bool().unwrap_or(true), "to be absent".to_string()),
        "not" => (!same(demand, got), format!("to be anything but {}", shown(demand))),
        "has" => (has(got, demand), format!("to have {}", shown(demand))),
        "lacks" => (there && !has(got, demand), format!("not to have {}", shown(demand))),
        "starts" => (text().starts_with(&part), format!("to start with `{part}`")),
        "min" => (compared(|got, least| got >= least), format!("to be at least {part}")),
        "max" => (compared(|got, most| got <= most), format!("to be at most {part}")),
        "length" => (length(got) == demand.as_u64(), format!("to have the length {part}")),
        "kind" => (got.map(kind) == demand.as_str(), format!("to be of the kind `{part}`")),
        _ => {
            let any = demand.as_array().into_iter().flatten().any(|one| same(one, got));
            (any, format!("to be one of {}", shown(demand)))
        }
    };
    (!holds).then_some(words)
}

fn has(got: Option<&Value>, part: &Value) -> bool {
    match got {
        Some(Value::Array(items)) => items.iter().any(|item| same(part, Some(item))),
        Some(Value::Object(fields)) => fields.contains_key(&plain(part)),
        Some(Value::Null) | None => false,
        Some(other) => plain(other).contains(&plain(part)),
    }
}

fn length(got: Option<&Value>) -> Option<u64> {
    match got? {
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(fields) => Some(fields.len() as u64),
        Value::String(text) => Some(text.chars().count() as u64),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// In backticks, on one line.
pub fn shown(value: &Value) -> String {
    format!("`{}`", plain(value))
}

const DEMANDS: [&str; 10] =
    ["absent", "not", "has", "lacks", "starts", "min", "max", "length", "kind", "any"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_demand_can_be_met_and_missed() {
        let cases = [
            (json!("*"), json!("x"), json!("")),
            (json!("*"), json!(0), json!(null)),
            (json!(3), json!(3), json!(4)),
            (json!("3"), json!(3), json!(30)),
            (json!({"absent": true}), json!(null), json!("x")),
            (json!({"not": 3}), json!(4), json!(3)),
            (json!({"has": "bc"}), json!("abcd"), json!("acbd")),
            (json!({"has": 2}), json!([1, 2]), json!([1, 3])),
            (json!({"lacks": 2}), json!([1, 3]), json!([1, 2])),
            (json!({"starts": "ab"}), json!("abc"), json!("cab")),
            (json!({"min": 2, "max": 3}), json!(3), json!(4)),
            (json!({"min": 2}), json!("2"), json!("1")),
            (json!({"length": 2}), json!([1, 2]), json!([1])),
            (json!({"kind": "string"}), json!("1"), json!(1)),
            (json!({"any": [1, 2]}), json!(2), json!(3)),
            (json!({"other": 1}), json!({"other": 1}), json!({"other": 2})),
        ];
        for (wanted, good, bad) in cases {
            assert_eq!(mismatch(&wanted, Some(&good)), None, "{wanted} {good}");
            assert!(mismatch(&wanted, Some(&bad)).is_some(), "{wanted} {bad}");
        }
        assert!(mismatch(&json!({"lacks": 1}), None).is_some());
        assert!(mismatch(&json!({"absent": true}), None).is_none());
    }
}
