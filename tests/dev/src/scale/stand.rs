//! The program, its generated files, and instances of it on a database of their own.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, render};

use crate::contract::database::Database;
use crate::contract::server::Server;
use crate::{folder, servers, work};

/// What all instances have in common.
pub struct Stand {
    pub binary: PathBuf,
    /// The files of the project.
    pub files: BTreeMap<String, String>,
    servers: Vec<(String, String)>,
    kind: String,
}

/// Instances that share a database. They are killed when it is dropped.
pub struct Instances {
    pub database: Arc<Database>,
    pub ports: Vec<u16>,
    env: Vec<(String, String)>,
    binary: PathBuf,
    running: Vec<Option<Server>>,
}

impl Stand {
    pub fn build(catalog: &Catalog, stack: &Stack) -> Result<Stand> {
        let tree = render(catalog, stack, &work::project(stack)?)?;
        let dir = work::root().join("target").join("scale");
        folder::write(&dir, &tree)?;
        let said = work::output(&mut work::cargo(&dir, &["build", "--quiet", "--locked"]))?;
        ensure!(said.status.success(), "it does not build: {}", work::tail(&said, 20));
        let texts = tree.iter().filter_map(|(path, bytes)| {
            let text = String::from_utf8(bytes.clone()).ok()?;
            Some((path.to_string_lossy().replace('\\', "/"), text))
        });
        let all = servers::of(catalog, stack).into_iter().map(|it| (it.variable, it.url));
        let (_, kind) = stack.choices().find(|(axis, _)| *axis == "db").context("no database")?;
        let name = format!("{}{}", stack.key(), std::env::consts::EXE_SUFFIX);
        Ok(Stand {
            binary: work::target_dir().join("debug").join(name),
            files: texts.collect(),
            servers: all.collect(),
            kind: kind.to_string(),
        })
    }

    /// The usual address of the database server.
    pub fn admin(&self) -> &str {
        self.url("DATABASE_URL")
    }

    fn url(&self, variable: &str) -> &str {
        let found = self.servers.iter().find(|(name, _)| name == variable);
        found.map_or("", |(_, url)| url)
    }

    /// So many instances on free ports, with more settings.
    pub fn start(&self, count: usize, more: &[(&str, &str)]) -> Result<Instances> {
        self.start_by("", count, more)
    }

    /// The same, with another way to the database server: `HOST:PORT`.
    pub fn start_by(&self, way: &str, count: usize, more: &[(&str, &str)]) -> Result<Instances> {
        let database = Arc::new(Database::make(&self.kind, self.admin())?);
        let host = self.admin().split("://").nth(1).unwrap_or_default();
        let host = host.rsplit('@').next().and_then(|it| it.split(['/', '?']).next());
        let url = match host.filter(|_| !way.is_empty()) {
            Some(host) => database.url.replace(host, way),
            None => database.url.clone(),
        };
        let mut env = vec![("DATABASE_URL".to_string(), url)];
        env.push(("REDIS_URL".to_string(), self.url("REDIS_URL").to_string()));
        let usual = [
            ("HOST", "127.0.0.1"),
            ("TRUSTED_PROXIES", "127.0.0.0/8"),
            ("RATE_LIMIT_PER_MINUTE", "0"),
            ("SHUTDOWN_DELAY_MS", "2500"),
            ("RUST_LOG", "warn"),
        ];
        for (name, value) in usual.iter().chain(more) {
            env.retain(|(other, _)| other != name);
            env.push((name.to_string(), value.to_string()));
        }
        let listeners = (0..count).map(|_| TcpListener::bind("127.0.0.1:0"));
        let listeners: Vec<TcpListener> = listeners.collect::<std::io::Result<_>>()?;
        let ports =
            listeners.iter().map(|it| Ok(it.local_addr()?.port())).collect::<Result<_>>()?;
        drop(listeners);
        let running = (0..count).map(|_| None).collect();
        let mut all = Instances { database, ports, env, binary: self.binary.clone(), running };
        for number in 0..count {
            all.raise(number)?;
        }
        Ok(all)
    }
}

impl Instances {
    /// Starts one on its port.
    pub fn raise(&mut self, number: usize) -> Result<()> {
        let port = ("PORT".to_string(), self.ports[number].to_string());
        let env = self.env.iter().cloned().chain([port]).collect();
        self.running[number] = Some(Server::start(&self.binary, &self.database, &env)?);
        Ok(())
    }

    /// Ends one without a warning.
    pub fn kill(&mut self, number: usize) {
        self.running[number] = None;
    }

    /// Asks one to end, and waits; it must end well.
    pub fn stop(&mut self, number: usize) -> Result<()> {
        let server = self.running[number].as_mut().context("it does not run")?;
        server.signal("TERM")?;
        let status = server.ended(Duration::from_secs(40))?;
        ensure!(status.success(), "it ended with {status}");
        self.running[number] = None;
        Ok(())
    }

    /// A new version: the same program as another file.
    pub fn renew(&mut self) -> Result<()> {
        let new = self.database.dir.join("new-version");
        std::fs::copy(&self.binary, &new)?;
        self.binary = new;
        Ok(())
    }

    pub fn url(&self, number: usize) -> String {
        format!("http://127.0.0.1:{}", self.ports[number])
    }
}
