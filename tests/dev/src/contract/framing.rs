//! Errors: framing, headers, deadlines, and the first of several.

use std::io::Write;

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use super::answer::Answer;
use super::bodies::open;
use super::client::Ask;
use super::kind::Kind;
use super::wire;
use super::world::World;

super::cases! {
    Kind::any: broken_framing_is_400_and_the_connection_ends,
        two_requests_in_one_packet_are_not_smuggled,
        every_answer_has_the_headers_of_safety,
        a_request_id_is_given_back_when_it_is_harmless,
        a_slow_body_is_503_timeout,
        the_answer_is_json_whatever_accept_says,
        no_answer_names_its_server;
    Kind::users: first_404_then_413_then_403_then_401_then_415_then_400_then_422;
}

fn broken_framing_is_400_and_the_connection_ends(w: &World) -> Result<()> {
    let (path, _) = open(w);
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    let broken = [
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: x\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        "X Y: a\r\n\r\n",
    ];
    for rest in broken {
        let mut stream = w.nobody().connect()?;
        stream.write_all(format!("{head}{rest}").as_bytes())?;
        let answer = wire::read(&mut stream, false)?;
        let answer = Answer { sent: format!("{head}{rest}"), ..answer };
        ensure!(answer.status == 400, "{}", answer.but("400"));
        let again = stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        let next = again.is_ok().then(|| wire::read(&mut stream, false));
        ensure!(!matches!(next, Some(Ok(_))), "after `{rest}` the connection goes on");
    }
    Ok(())
}

/// A length and chunks at once: whoever believes the other would see two requests.
fn two_requests_in_one_packet_are_not_smuggled(w: &World) -> Result<()> {
    let (path, _) = open(w);
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    let both = format!(
        "{head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    );
    let mut stream = w.nobody().connect()?;
    stream.write_all(both.as_bytes())?;
    let answer = Answer { sent: both, ..wire::read(&mut stream, false)? };
    ensure!(answer.status == 400, "{}", answer.but("400: it has a length and chunks"));
    ensure!(wire::read(&mut stream, false).is_err(), "the smuggled request was answered");
    Ok(())
}

fn safe(answer: Answer) -> Result<Answer> {
    let answer =
        answer.says("x-content-type-options", "nosniff")?.says("x-frame-options", "DENY")?;
    let answer = answer
        .says("referrer-policy", "no-referrer")?
        .says("cross-origin-resource-policy", "same-origin")?;
    answer
        .says("content-security-policy", "default-src 'none'; frame-ancestors 'none'")?
        .says("cache-control", "no-store")?
        .tells("x-request-id")?
        .lacks("strict-transport-security")
}

fn every_answer_has_the_headers_of_safety(w: &World) -> Result<()> {
    let (path, body) = open(w);
    let nobody = w.nobody();
    for status in [safe(nobody.get("/livez")?)?, safe(nobody.get("/readyz")?)?] {
        status.is(200)?;
    }
    safe(nobody.get("/nothing")?)?.problem(404, "not_found")?;
    safe(nobody.send(Ask::new("PUT", "/livez"))?)?.problem(405, "method_not_allowed")?;
    safe(nobody.send(Ask::new("POST", path).text(&" ".repeat((1 << 20) + 1)))?)?
        .problem(413, "too_large")?;
    safe(nobody.send(Ask::new("POST", path).bytes(b"{}"))?)?
        .problem(415, "unsupported_media_type")?;
    safe(nobody.send(Ask::new("POST", path).text("{"))?)?.problem(400, "malformed")?;
    let made = safe(nobody.send(Ask::new("POST", path).text(&body))?)?;
    ensure!(matches!(made.status, 200 | 201), "{}", made.but("200 or 201"));
    if w.kind.users() {
        safe(w.read(&nobody)?)?.problem(401, "unauthenticated")?;
        safe(w.user()?.send(Ask::new("POST", "/auth/logout"))?)?.is(204)?;
    }
    Ok(())
}

fn a_request_id_is_given_back_when_it_is_harmless(w: &World) -> Result<()> {
    w.nobody()
        .with("X-Request-Id", "abc-123")
        .get("/livez")?
        .is(200)?
        .says("x-request-id", "abc-123")?;
    for evil in ["a b", "a\"b", &"x".repeat(65), "a;b", ""] {
        let answer =
            w.nobody().with("X-Request-Id", evil).get("/nothing")?.problem(404, "not_found")?;
        ensure!(answer.header("x-request-id") != Some(evil), "{}", answer.but("an id of its own"));
    }
    Ok(())
}

/// The deadline counts the time for the body.
fn a_slow_body_is_503_timeout(w: &World) -> Result<()> {
    let server = w.server(&[("REQUEST_TIMEOUT_MS", "300")])?;
    let (path, _) = open(w);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    let start = Instant::now();
    w.nobody_at(&server).raw(head.as_bytes())?.problem(503, "timeout")?;
    let took = start.elapsed();
    ensure!((250..2300).contains(&took.as_millis()), "it took {took:?}");
    Ok(())
}

fn the_answer_is_json_whatever_accept_says(w: &World) -> Result<()> {
    let html = w.nobody().with("Accept", "text/html");
    html.get("/livez")?.is(200)?.says("content-type", "application/json")?;
    html.get("/nothing")?.problem(404, "not_found")?;
    if w.kind.rest() {
        let user = w.user()?.with("Accept", "application/xml, image/png");
        user.get("/api/v1/tasks")?.is(200)?.says("content-type", "application/json")?;
    }
    Ok(())
}

fn no_answer_names_its_server(w: &World) -> Result<()> {
    w.nobody().get("/livez")?.lacks("server")?.lacks("x-powered-by")?;
    Ok(())
}

fn first_404_then_413_then_403_then_401_then_415_then_400_then_422(w: &World) -> Result<()> {
    let nobody = w.nobody();
    let (large, foreign) = (" ".repeat((1 << 20) + 1), ("Origin", "https://evil.example"));
    let wrong = |path: &str| Ask::new("POST", path).header("Content-Type", "text/plain");
    // 413 before 403, 401 and 415
    let guarded = if w.kind.rest() { "/api/v1/tasks" } else { "/graphql" };
    nobody
        .with(foreign.0, foreign.1)
        .send(wrong(guarded).bytes(large.as_bytes()))?
        .problem(413, "too_large")?;
    nobody
        .with(foreign.0, foreign.1)
        .send(wrong("/nothing").bytes(large.as_bytes()))?
        .problem(404, "not_found")?;
    if w.kind.session() {
        nobody
            .with(foreign.0, foreign.1)
            .send(wrong(guarded).bytes(b"{"))?
            .problem(403, "forbidden")?;
    }
    nobody.send(wrong(guarded).bytes(b"{"))?.problem(401, "unauthenticated")?;
    nobody
        .send(Ask::new("POST", "/auth/password").header("Content-Type", "text/plain").bytes(b"{"))?
        .problem(401, "unauthenticated")?;
    let user = w.user()?;
    user.send(wrong(guarded).bytes(b"{"))?.problem(415, "unsupported_media_type")?;
    user.send(Ask::new("POST", guarded).text("{"))?.problem(400, "malformed")?;
    if w.kind.rest() {
        user.send(Ask::new("POST", guarded).text("{}"))?.refuses(&[("/title", "required")])?;
        // 400 and 422 before 404 of the row, and that before 412
        let missing = "/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057";
        user.send(Ask::new("PATCH", missing).text("{"))?.problem(400, "malformed")?;
        user.patch(missing, &json!({"title": ""}))?.refuses(&[("/title", "too_short")])?;
        user.with("If-Match", "\"7\"").patch(missing, &json!({}))?.problem(404, "not_found")?;
        nobody.patch(missing, &json!({"title": ""}))?.problem(401, "unauthenticated")?;
    }
    Ok(())
}
