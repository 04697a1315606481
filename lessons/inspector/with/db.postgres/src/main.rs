//! Reads the database of a lesson: a JSON line with `sql` and `args` in, a JSON line with rows out.
//! `make` and `drop` are for whole databases, so that each check has one of its own.

use std::io::{BufRead, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = match serde_json::from_str(&line) {
            Ok(ask) => runtime.block_on(run(&url, &ask)).unwrap_or_else(told),
            Err(error) => json!({ "error": error.to_string() }),
        };
        if writeln!(std::io::stdout(), "{answer}").is_err() {
            break;
        }
    }
}

async fn run(url: &str, ask: &Value) -> Result<Value, Error> {
    if let Some(name) = ask["make"].as_str() {
        let client = connect(url).await?;
        clear(&client).await?;
        client.simple_query(&format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
        return Ok(json!({ "rows": [] }));
    }
    if let Some(name) = ask["drop"].as_str() {
        connect(url).await?.simple_query(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        return Ok(json!({ "rows": [] }));
    }
    let mut sql = ask["sql"].as_str().unwrap_or_default().to_string();
    let args = ask["args"].as_array().map_or(&[][..], Vec::as_slice);
    // from the last one, so that $1 is not found in $10
    for (at, value) in args.iter().enumerate().rev() {
        sql = sql.replace(&format!("${}", at + 1), &literal(value));
    }
    let target = ask["url"].as_str().unwrap_or(url);
    let mut rows = Vec::new();
    let mut changed = 0;
    for message in connect(target).await?.simple_query(&sql).await? {
        match message {
            SimpleQueryMessage::Row(row) => {
                let mut fields = Map::new();
                for (at, column) in row.columns().iter().enumerate() {
                    fields.insert(column.name().to_string(), row.get(at).into());
                }
                rows.push(Value::Object(fields));
            }
            SimpleQueryMessage::CommandComplete(count) => changed = count,
            _ => {}
        }
    }
    Ok(json!({ "rows": rows, "changed": changed }))
}

async fn connect(url: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Databases of checks that were killed: their name says when they were made.
async fn clear(client: &Client) -> Result<(), Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let found = client.simple_query("SELECT datname FROM pg_database WHERE datname LIKE 'learn\\_%'").await?;
    for message in found {
        let SimpleQueryMessage::Row(row) = message else { continue };
        let name = row.get(0).unwrap_or_default();
        let made = name.split('_').nth(1).and_then(|made| made.parse::<u64>().ok());
        if made.is_some_and(|made| made + 3600 < now) {
            client.simple_query(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
    }
    Ok(())
}

fn told(error: Error) -> Value {
    let text = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    json!({ "error": text })
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => format!("'{}'", other.to_string().replace('\'', "''")),
    }
}
