//! A database of its own for each test: made when it starts, dropped when it ends.

use std::time::Duration;

use app::db::script;
use app::platform::env::Env;
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
    let local = "postgres://postgres:postgres@127.0.0.1:5432/postgres";
    let server = server.unwrap_or_else(|| local.to_string());
    let name = format!("test_{}", Uuid::now_v7().simple());
    if let Err(why) = run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")) {
        panic!(
            "{why}\n(the tests want a server in DATABASE_URL or TEST_DATABASE_URL, and a role that \
             may create databases)"
        );
    }
    TestDb { url: renamed(&server, &name), server, name }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        if let Err(why) = run(&self.server, &sql) {
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
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let url = url.into();
    runtime.block_on(script(&url, Duration::from_secs(1), sql)).map_err(|error| error.to_string())
}
