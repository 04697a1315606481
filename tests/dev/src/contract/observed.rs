//! Metrics, the trace of statements, and the log.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::client::Client;
use super::config::PRODUCTION;
use super::kind::Kind;
use super::world::{PASSWORD, World};

super::cases! {
    Kind::any: metrics_are_on_their_own_address_only,
        who_leaves_early_is_not_in_flight_for_ever,
        the_trace_has_a_line_for_each_statement,
        production_writes_no_trace,
        secrets_are_never_logged;
}

fn metrics_address(log: &str) -> Result<String> {
    let address = log
        .split("http://")
        .find_map(|rest| rest.split_once("/metrics").map(|(address, _)| address.to_string()));
    address.with_context(|| format!("the address of the metrics is not logged: {log}"))
}

fn metrics_are_on_their_own_address_only(w: &World) -> Result<()> {
    let server = w.server(&[("METRICS_ADDR", "127.0.0.1:0")])?;
    std::thread::sleep(Duration::from_millis(50));
    let address = metrics_address(&server.log())?;
    let nobody = w.nobody_at(&server);
    nobody.get("/metrics")?.problem(404, "not_found")?;
    nobody.get("/nothing/canary-path")?.problem(404, "not_found")?;
    let metrics = Client::new(&address).get("/metrics")?;
    ensure!(
        metrics.status == 200 && metrics.text().contains("# TYPE"),
        "{}",
        metrics.but("Prometheus text")
    );
    ensure!(
        metrics.header("content-type").is_some_and(|kind| kind.contains("text")),
        "{}",
        metrics.but("text")
    );
    ensure!(!metrics.text().contains("canary-path"), "{}", metrics.but("routes, not paths"));
    Ok(())
}

fn who_leaves_early_is_not_in_flight_for_ever(w: &World) -> Result<()> {
    let server = w.server(&[("METRICS_ADDR", "127.0.0.1:0")])?;
    let metrics = Client::new(&metrics_address(&server.log())?);
    let in_flight = || -> Result<String> {
        let text = metrics.get("/metrics")?.text();
        let line = text.lines().find(|line| line.starts_with("http_requests_in_flight "));
        Ok(line.unwrap_or_default().to_string())
    };
    let (path, _) = super::bodies::open(w);
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    let mut stalled = w.nobody_at(&server).connect()?;
    stalled.write_all(format!("{head}Content-Length: 9\r\n\r\n{{").as_bytes())?;
    for (wanted, within) in [("http_requests_in_flight 1", 50), ("http_requests_in_flight 0", 50)] {
        let mut tries = 0;
        while in_flight()? != wanted {
            tries += 1;
            ensure!(tries < within, "`{wanted}` is expected, got `{}`", in_flight()?);
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = stalled.shutdown(Shutdown::Both);
    }
    Ok(())
}

fn the_trace_has_a_line_for_each_statement(w: &World) -> Result<()> {
    let server = w.server(&[("SQL_TRACE", "trace.sql")])?;
    let user = w.user_at(&server)?;
    let file = server.database.dir.join("trace.sql");
    std::thread::sleep(Duration::from_millis(100));
    let before = std::fs::read_to_string(&file)?.lines().count();
    w.task(&user, "canary title")?;
    std::thread::sleep(Duration::from_millis(100));
    let text = std::fs::read_to_string(&file)?;
    let new: Vec<&str> = text.lines().skip(before).collect();
    ensure!(
        new.iter().any(|line| line.to_uppercase().contains("INSERT INTO")),
        "no INSERT in {new:?}"
    );
    ensure!(new.len() <= 8 && !text.contains("canary title"), "{new:?}");
    Ok(())
}

fn production_writes_no_trace(w: &World) -> Result<()> {
    let database = w.database()?;
    let changes = [&PRODUCTION[..], &[("SQL_TRACE", "trace.sql")]].concat();
    // it may refuse the setting or ignore it
    if let Ok(server) = w.server_on(&database, &changes) {
        w.nobody_at(&server).get("/readyz")?.is(200)?;
    }
    ensure!(!database.dir.join("trace.sql").exists(), "production has written a trace");
    Ok(())
}

/// With everything logged that there is.
fn secrets_are_never_logged(w: &World) -> Result<()> {
    let server = w.server(&[("RUST_LOG", "trace")])?;
    let nobody = w.nobody_at(&server).unrecorded().with("User-Agent", "evil \u{9b}31m");
    let mut secrets = vec![PASSWORD.to_string(), "canary-body".to_string()];
    let mut user = nobody.clone();
    if w.kind.users() {
        let email = w.email();
        w.register(&nobody, &email)?;
        let answer =
            nobody.post("/auth/login", &json!({"email": email, "password": PASSWORD}))?.is(200)?;
        user = w.holder(&nobody, &answer)?;
        secrets.extend(user.bearer.clone());
        secrets.extend(user.cookie.clone().map(|cookie| cookie.replace("session=", "")));
        secrets.extend(answer.at("/refresh_token").as_str().map(str::to_string));
        nobody
            .post("/auth/login", &json!({"email": email, "password": "canary-wrong-pass"}))?
            .is(401)?;
        secrets.push("canary-wrong-pass".to_string());
        user.get("/auth/me")?.is(200)?;
    }
    w.task(&user, "canary-body")?;
    std::thread::sleep(Duration::from_millis(100));
    let log = server.log();
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret)).unwrap_or_default();
        ensure!(
            line.is_empty(),
            "`{secret}` is logged: {}",
            line.chars().take(400).collect::<String>()
        );
    }
    ensure!(!log.contains('\u{9b}'), "an escape character is logged");
    Ok(())
}
