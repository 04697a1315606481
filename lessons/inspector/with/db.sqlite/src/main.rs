//! Reads the database of a lesson: a JSON line with `sql` and `args` in, a JSON line with rows out.

use std::io::{BufRead, Write};

use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Value, json};

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = serde_json::from_str(&line).map_err(|error| error.to_string());
        let answer = answer.and_then(|ask| run(&url, &ask).map_err(|error| error.to_string()));
        let answer = answer.unwrap_or_else(|error| json!({ "error": error }));
        if writeln!(std::io::stdout(), "{answer}").is_err() {
            break;
        }
    }
}

/// A connection for each question: nothing is kept open while the backend is killed or restarted.
fn run(url: &str, ask: &Value) -> rusqlite::Result<Value> {
    let url = ask["url"].as_str().unwrap_or(url);
    let path = url.strip_prefix("sqlite:").unwrap_or(url).split('?').next().unwrap_or_default();
    let sql = ask["sql"].as_str().unwrap_or_default();
    let args = ask["args"].as_array().into_iter().flatten().map(cell);
    let db = Connection::open(path)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    let mut statement = db.prepare(sql)?;
    if statement.column_count() == 0 {
        return Ok(json!({ "changed": statement.execute(params_from_iter(args))? }));
    }
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_string).collect();
    let mut found = statement.query(params_from_iter(args))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut fields = Map::new();
        for (at, name) in names.iter().enumerate() {
            fields.insert(name.clone(), shown(row.get_ref(at)?));
        }
        rows.push(Value::Object(fields));
    }
    Ok(json!({ "rows": rows }))
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cell::Integer(whole),
            None => Cell::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Cell::Text(text.clone()),
        other => Cell::Text(other.to_string()),
    }
}

fn shown(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}
