//! A fresh database, gone when it is not used any more.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};

use crate::work;

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A database, and the folder in which its servers work.
pub struct Database {
    pub kind: String,
    pub url: String,
    pub dir: PathBuf,
    name: String,
    admin: String,
}

impl Database {
    /// `admin` is the URL of a server; SQLite needs none.
    pub fn make(kind: &str, admin: &str) -> Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("contract_{}_{number}", std::process::id());
        let dir = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&dir)?;
        let url = match kind {
            "sqlite" => "sqlite:app.db".to_string(),
            _ => with_name(admin, &name),
        };
        let database = Self { kind: kind.to_string(), url, dir, name, admin: admin.to_string() };
        if kind != "sqlite" {
            database.ask(&format!("CREATE DATABASE {}", database.name))?;
        }
        Ok(database)
    }

    /// Runs a statement in this database, which must be one of a server.
    pub fn run(&self, sql: &str) -> Result<()> {
        match self.kind.as_str() {
            "postgres" => self.ask_at(&self.url, sql),
            _ => self.ask(&format!("USE {}; {sql}", self.name)),
        }
    }

    /// Runs a statement as the owner of the server.
    fn ask(&self, sql: &str) -> Result<()> {
        self.ask_at(&self.admin, sql)
    }

    fn ask_at(&self, url: &str, sql: &str) -> Result<()> {
        let mut client = match self.kind.as_str() {
            "postgres" => {
                let mut psql = Command::new("psql");
                psql.args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", sql]).arg(url);
                psql
            }
            _ => mariadb(url, sql)?,
        };
        let said = work::output(client.stdin(Stdio::null()))?;
        ensure!(said.status.success(), "`{sql}`: {}", work::tail(&said, 5));
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let force = if self.kind == "postgres" { " WITH (FORCE)" } else { "" };
        if self.kind != "sqlite" {
            let _ = self.ask(&format!("DROP DATABASE IF EXISTS {}{force}", self.name));
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// The URL with another database's name.
fn with_name(url: &str, name: &str) -> String {
    let (url, query) = url.split_once('?').map_or((url, ""), |(url, query)| (url, query));
    let start = url.find("://").map_or(0, |at| at + 3);
    let server = url[start..].find('/').map_or(url, |at| &url[..start + at]);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{server}/{name}{mark}{query}")
}

/// Its client knows no URLs.
fn mariadb(url: &str, sql: &str) -> Result<Command> {
    let (_, rest) = url.split_once("://").context("no URL")?;
    let (user, host) = rest.rsplit_once('@').unwrap_or(("root", rest));
    let host = host.split(['/', '?']).next().unwrap_or(host);
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = host.rsplit_once(':').unwrap_or((host, "3306"));
    let mut client = Command::new("mariadb");
    client.args(["--protocol=tcp", "-h", host, "-P", port, "-u", user, "-e", sql]);
    client.env("MYSQL_PWD", password);
    Ok(client)
}
