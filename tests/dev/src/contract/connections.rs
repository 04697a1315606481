//! Connections: how many all instances open, and poolers that lend them.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::database::Database;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::any: config_check_counts_the_connections_of_all_instances;
    Kind::postgres: a_pooler_that_lends_for_a_transaction_is_refused;
}

const CHECK: [&str; 2] = ["config", "check"];

fn config_check_counts_the_connections_of_all_instances(w: &World) -> Result<()> {
    let database = w.database()?;
    let few = w.verb(&database, &CHECK, &[("DATABASE_MAX_CONNECTIONS", "2")], "")?;
    ensure!(few.code == Some(0) && !few.err.contains("warning"), "{:?}: {}", few.code, few.err);
    let many = w.verb(&database, &CHECK, &[("INSTANCES", "1000")], "")?;
    ensure!(many.code == Some(0), "a warning ends with {:?}: {}", many.code, many.err);
    let warns = many.err.contains("warning: ") && many.err.contains("1000");
    ensure!(warns, "no warning of 1000 instances: {}{}", many.out, many.err);
    Ok(())
}

/// PgBouncer before the database of a case. It ends with the value.
struct Pooler {
    child: Child,
    port: u16,
}

impl Pooler {
    /// `None` where it is not installed, which is a failure in CI.
    fn start(database: &Database, mode: &str) -> Result<Option<Pooler>> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
        let Some(program) = program.iter().find(|it| std::path::Path::new(it).exists()) else {
            ensure!(std::env::var("CI").is_err(), "there is no pgbouncer (Debian: pgbouncer)");
            return Ok(None);
        };
        let (login, server) = parts(&database.url)?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let settings = format!(
            "[databases]\n* = {server} {login}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        let file = std::env::temp_dir().join(format!("pgbouncer-{port}.ini"));
        std::fs::write(&file, settings)?;
        let mut command = Command::new(program);
        let who = Command::new("id").arg("-u").output()?;
        if who.stdout.trim_ascii() == b"0" {
            // it will not run as root
            command.args(["-u", "nobody"]);
        }
        let child = command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let pooler = Pooler { child, port };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(start.elapsed() < Duration::from_secs(10), "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::fs::remove_file(&file)?;
        Ok(Some(pooler))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `user=… password=…` and `host=… port=…` of a URL.
fn parts(url: &str) -> Result<(String, String)> {
    let rest = url.split_once("://").context("no URL")?.1;
    let (login, server) = rest.rsplit_once('@').context("a URL without a user")?;
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let server = server.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = server.rsplit_once(':').unwrap_or((server, "5432"));
    let password =
        if password.is_empty() { String::new() } else { format!(" password={password}") };
    Ok((format!("user={user}{password}"), format!("host={host} port={port}")))
}

fn a_pooler_that_lends_for_a_transaction_is_refused(w: &World) -> Result<()> {
    let database = w.database()?;
    let name = database.url.rsplit('/').next().unwrap_or_default();
    for (mode, works) in [("session", true), ("transaction", false)] {
        let Some(pooler) = Pooler::start(&database, mode)? else { return Ok(()) };
        let url = format!("postgres://somebody@127.0.0.1:{}/{name}", pooler.port);
        let said = w.verb(&database, &CHECK, &[("DATABASE_URL", &url)], "")?;
        ensure!((said.code == Some(0)) == works, "{mode}: {:?} {}", said.code, said.err);
        let named = said.err.contains("pooler") && said.err.contains("hint: ");
        ensure!(works || named, "{mode}: it does not say why: {}", said.err);
    }
    Ok(())
}
