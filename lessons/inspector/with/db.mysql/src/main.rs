//! Reads the database of a lesson: a JSON line with `sql` and `args` in, a JSON line with rows out.
//! `make` and `drop` are for whole databases, so that each check has one of its own.

use std::io::{BufRead, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Row, Value as Cell};
use serde_json::{Map, Value, json};

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = match serde_json::from_str(&line) {
            Ok(ask) => runtime.block_on(run(&url, &ask)),
            Err(error) => Ok(json!({ "error": error.to_string() })),
        };
        let answer = answer.unwrap_or_else(|error| json!({ "error": error.to_string() }));
        if writeln!(std::io::stdout(), "{answer}").is_err() {
            break;
        }
    }
}

async fn run(url: &str, ask: &Value) -> Result<Value, Error> {
    if let Some(name) = ask["make"].as_str() {
        let mut conn = Conn::from_url(url).await?;
        clear(&mut conn).await?;
        conn.query_drop(format!("CREATE DATABASE {name}")).await?;
        conn.disconnect().await?;
        return Ok(json!({ "rows": [] }));
    }
    if let Some(name) = ask["drop"].as_str() {
        let mut conn = Conn::from_url(url).await?;
        conn.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await?;
        conn.disconnect().await?;
        return Ok(json!({ "rows": [] }));
    }
    let sql = ask["sql"].as_str().unwrap_or_default();
    let mut args = ask["args"].as_array().into_iter().flatten();
    let mut filled = String::new();
    for letter in sql.chars() {
        match letter {
            '?' => filled.push_str(&literal(args.next().unwrap_or(&Value::Null))),
            other => filled.push(other),
        }
    }
    let mut conn = Conn::from_url(ask["url"].as_str().unwrap_or(url)).await?;
    let found: Vec<Row> = conn.query(filled).await?;
    let changed = conn.affected_rows();
    conn.disconnect().await?;
    let rows: Vec<Value> = found.into_iter().map(shown).collect();
    Ok(json!({ "rows": rows, "changed": changed }))
}

/// Databases of checks that were killed: their name says when they were made.
async fn clear(conn: &mut Conn) -> Result<(), Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let names: Vec<String> = conn.query("SHOW DATABASES LIKE 'learn\\_%'").await?;
    for name in names {
        let made = name.split('_').nth(1).and_then(|made| made.parse::<u64>().ok());
        if made.is_some_and(|made| made + 3600 < now) {
            conn.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await?;
        }
    }
    Ok(())
}

fn shown(row: Row) -> Value {
    let names: Vec<String> = row.columns_ref().iter().map(|it| it.name_str().into_owned()).collect();
    let mut fields = Map::new();
    for (name, cell) in names.into_iter().zip(row.unwrap()) {
        let value = match cell {
            Cell::NULL => Value::Null,
            Cell::Int(number) => number.into(),
            Cell::UInt(number) => number.into(),
            Cell::Float(number) => number.into(),
            Cell::Double(number) => number.into(),
            Cell::Bytes(bytes) => match String::from_utf8(bytes) {
                Ok(text) => text.into(),
                Err(odd) => odd.into_bytes().iter().map(|it| format!("{it:02x}")).collect::<String>().into(),
            },
            other => other.as_sql(true).into(),
        };
        fields.insert(name, value);
    }
    Value::Object(fields)
}

fn literal(value: &Value) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    match value {
        Value::Null => "NULL".to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}
