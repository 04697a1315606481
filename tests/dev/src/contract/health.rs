//! Being alive, being ready, and coming to an end.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::kind::Kind;
use super::proxy::{self, Proxy};
use super::wire;
use super::world::World;

super::cases! {
    Kind::any: livez_answers_200, readyz_answers_200,
        an_idle_server_ends_with_0_at_sigterm, ctrl_c_ends_with_0_too,
        while_it_drains_every_probe_is_answered, while_it_drains_readyz_is_a_problem,
        while_it_drains_each_answer_ends_its_connection,
        a_request_in_flight_is_finished_before_the_end,
        a_stalled_client_does_not_hold_the_process_beyond_the_grace,
        a_second_signal_ends_at_once_with_143, a_second_ctrl_c_ends_at_once_with_130;
    Kind::remote: without_its_database_it_is_alive_not_ready_and_503;
    Kind::redis: without_redis_it_is_ready_and_says_so_and_answers;
}

fn livez_answers_200(w: &World) -> Result<()> {
    w.nobody().get("/livez")?.is(200)?.has("/status", "ok")?;
    Ok(())
}

fn readyz_answers_200(w: &World) -> Result<()> {
    w.nobody().get("/readyz")?.is(200)?.has("/status", "ok")?;
    Ok(())
}

fn an_idle_server_ends_with_0_at_sigterm(w: &World) -> Result<()> {
    let mut server = w.server(&[])?;
    server.signal("TERM")?;
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(0), "exit code {code:?}");
    Ok(())
}

fn ctrl_c_ends_with_0_too(w: &World) -> Result<()> {
    let mut server = w.server(&[])?;
    server.signal("INT")?;
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(0), "exit code {code:?}");
    Ok(())
}

fn while_it_drains_every_probe_is_answered(w: &World) -> Result<()> {
    let mut server = w.server(&[("SHUTDOWN_DELAY_MS", "900")])?;
    let nobody = w.nobody_at(&server);
    nobody.get("/readyz")?.is(200)?;
    server.signal("TERM")?;
    std::thread::sleep(Duration::from_millis(100));
    for _ in 0..10 {
        nobody.get("/readyz")?.is(503)?;
        nobody.get("/livez")?.is(200)?;
    }
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(0), "exit code {code:?}");
    Ok(())
}

fn while_it_drains_readyz_is_a_problem(w: &World) -> Result<()> {
    let server = w.server(&[("SHUTDOWN_DELAY_MS", "900")])?;
    server.signal("TERM")?;
    std::thread::sleep(Duration::from_millis(100));
    w.nobody_at(&server).get("/readyz")?.problem(503, "unavailable")?;
    Ok(())
}

/// So that a balancer does not send its next request over a connection that is about to close.
fn while_it_drains_each_answer_ends_its_connection(w: &World) -> Result<()> {
    let server = w.server(&[("SHUTDOWN_DELAY_MS", "900")])?;
    let mut stream = w.nobody_at(&server).connect()?;
    let mut ask = |expected: Option<&str>| {
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")?;
        let answer = wire::read(&mut stream, false)?.is(200)?;
        let seen = answer.header("connection");
        ensure!(seen == expected, "connection: {seen:?} in place of {expected:?}");
        Ok(())
    };
    ask(None)?;
    server.signal("TERM")?;
    std::thread::sleep(Duration::from_millis(100));
    ask(Some("close"))
}

/// A body that is still on its way when the signal comes.
fn a_request_in_flight_is_finished_before_the_end(w: &World) -> Result<()> {
    let mut server = w.server(&[])?;
    let (path, body) = slow(w);
    let mut stream = w.user_at(&server)?.connect()?;
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes())?;
    std::thread::sleep(Duration::from_millis(100));
    server.signal("TERM")?;
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(body.as_bytes())?;
    let answer = wire::read(&mut stream, false)?;
    ensure!(
        matches!(answer.status, 200 | 201),
        "{}",
        answer.but("the answer to a request in flight")
    );
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(0), "exit code {code:?}");
    Ok(())
}

/// Something that needs no credentials and is answered with 200 or 201.
fn slow(w: &World) -> (&'static str, String) {
    if w.kind.users() {
        let email = w.email();
        ("/auth/register", format!(r#"{{"email":"{email}","password":"correct horse battery"}}"#))
    } else if w.kind.rest() {
        ("/api/v1/tasks", r#"{"title":"slow"}"#.to_string())
    } else {
        ("/graphql", r#"{"query":"{taskStats{todo}}"}"#.to_string())
    }
}

/// Half a request, and then nothing.
fn stalled(
    w: &World,
    changes: &[(&str, &str)],
) -> Result<(super::server::Server, std::net::TcpStream)> {
    let server = w.server(changes)?;
    let (path, _) = slow(w);
    let mut stream = w.nobody_at(&server).connect()?;
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    stream.write_all(format!("{head}Content-Length: 100\r\n\r\n{{").as_bytes())?;
    std::thread::sleep(Duration::from_millis(100));
    server.signal("TERM")?;
    Ok((server, stream))
}

fn a_stalled_client_does_not_hold_the_process_beyond_the_grace(w: &World) -> Result<()> {
    let (mut server, _stream) = stalled(w, &[("SHUTDOWN_GRACE_MS", "700")])?;
    let start = Instant::now();
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(0), "exit code {code:?}");
    ensure!(start.elapsed() < Duration::from_millis(2500), "it took {:?}", start.elapsed());
    Ok(())
}

fn second(w: &World, signal: &str, expected: i32) -> Result<()> {
    let (mut server, _stream) = stalled(w, &[])?;
    std::thread::sleep(Duration::from_millis(200));
    server.signal(signal)?;
    let start = Instant::now();
    let code = server.ended(Duration::from_secs(5))?.code();
    ensure!(code == Some(expected), "exit code {code:?}, not {expected}");
    ensure!(start.elapsed() < Duration::from_secs(1), "it took {:?}", start.elapsed());
    Ok(())
}

fn a_second_signal_ends_at_once_with_143(w: &World) -> Result<()> {
    second(w, "TERM", 143)
}

fn a_second_ctrl_c_ends_at_once_with_130(w: &World) -> Result<()> {
    second(w, "INT", 130)
}

fn without_redis_it_is_ready_and_says_so_and_answers(w: &World) -> Result<()> {
    let server = w.server(&[("REDIS_URL", "redis://127.0.0.1:1")])?;
    let answer = w.nobody_at(&server).get("/readyz")?.is(200)?;
    let plain = w.nobody().get("/readyz")?.is(200)?;
    ensure!(answer.text() != plain.text(), "{}", answer.but("a word about the cache that is down"));
    let user = w.user_at(&server)?;
    w.task(&user, "without a cache")?;
    let stats = w.stats(&user)?;
    ensure!(stats == [1, 0, 0], "{stats:?}");
    Ok(())
}

fn without_its_database_it_is_alive_not_ready_and_503(w: &World) -> Result<()> {
    let database = w.database()?;
    let wire = Proxy::start(&proxy::server(&database.url)?)?;
    let url = wire.url(&database.url)?;
    let settings = [("DATABASE_URL", url.as_str()), ("DATABASE_ACQUIRE_TIMEOUT_MS", "500")];
    let server = w.server_on(&database, &settings)?;
    let user = w.user_at(&server)?.unrecorded();
    w.read(&user)?.is(200)?;
    wire.cut();
    user.get("/livez")?.is(200)?;
    user.get("/readyz")?.problem(503, "unavailable")?;
    for _ in 0..3 {
        let answer = w.read(&user)?;
        // a resolver that fails answers in its own shape
        if w.kind.graphql() && w.kind.none() && answer.status == 200 {
            answer.has("/errors/0/extensions/code", "UNAVAILABLE")?;
        } else {
            answer.problem(503, "unavailable")?;
        }
    }
    wire.mend();
    let start = Instant::now();
    while w.read(&user)?.status != 200 || user.get("/readyz")?.status != 200 {
        ensure!(start.elapsed() < Duration::from_secs(8), "it does not recover");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
