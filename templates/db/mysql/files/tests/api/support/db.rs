//! A database of its own for each test: made when it starts, dropped when it ends.

use std::time::Duration;

use app::platform::env::Env;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tokio::runtime::Builder;
use uuid::Uuid;

pub struct TestDb {
    pub url: String,
    server: String,
    name: String,
}

/// An empty database on the server of `TEST_DATABASE_URL`, or else of `DATABASE_URL`.
///
/// # Panics
/// When there is no server, within a second.
pub fn fresh() -> TestDb {
    let mut env = Env::load();
    let server = env.optional("TEST_DATABASE_URL").or_else(|| env.optional("DATABASE_URL"));
    let server = server.unwrap_or_else(|| "mysql://root@127.0.0.1:3306/test".to_string());
    let name = format!("test_{}", Uuid::now_v7().simple());
    if let Err(why) = run(&server, &format!("CREATE DATABASE {name}")) {
        panic!(
            "no test database: {why}\n\nhint: start MySQL or MariaDB, and set DATABASE_URL (or \
             TEST_DATABASE_URL) to a user who may create databases"
        );
    }
    TestDb { url: renamed(&server, &name), server, name }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Err(why) = run(&self.server, &format!("DROP DATABASE {}", self.name)) {
            eprintln!("the database {} stays: {why}", self.name);
        }
    }
}

/// The same server, another database.
fn renamed(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = address.rsplit_once('/').unwrap_or((address, ""));
    format!("{server}/{name}?{options}")
}

/// One statement on a connection of its own, from a test that is not async.
fn run(url: &str, sql: &str) -> Result<(), String> {
    let opts = Opts::from_url(url).map_err(|_| "its URL cannot be read")?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let connected = tokio::time::timeout(Duration::from_secs(1), Conn::new(opts)).await;
        let mut conn =
            connected.map_err(|_| "the server does not answer")?.map_err(|e| e.to_string())?;
        conn.query_drop(sql).await.map_err(|e| e.to_string())
    })
}
