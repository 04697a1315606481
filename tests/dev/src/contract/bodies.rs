//! Errors: bodies that nobody can read.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Ask;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::any: a_body_too_large_by_its_length_is_413,
        a_body_too_large_in_chunks_is_413,
        a_body_of_exactly_the_limit_is_not_too_large,
        another_content_type_is_415,
        a_packed_body_is_415_after_who_is_asking,
        a_list_is_no_body,
        none_at_all_is_415_too,
        a_charset_does_not_matter,
        broken_json_is_400,
        broken_json_is_400_before_its_fields_are_judged;
}

/// A path that takes a JSON body without any credentials, and a body that is welcome.
pub fn open(w: &World) -> (&'static str, String) {
    match (w.kind.users(), w.kind.rest()) {
        (true, _) => (
            "/auth/register",
            json!({"email": w.email(), "password": super::world::PASSWORD}).to_string(),
        ),
        (false, true) => ("/api/v1/tasks", r#"{"title":"welcome"}"#.to_string()),
        (false, false) => ("/graphql", r#"{"query":"{taskStats{todo}}"}"#.to_string()),
    }
}

fn a_body_too_large_by_its_length_is_413(w: &World) -> Result<()> {
    let (path, _) = open(w);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let start = Instant::now();
    w.nobody().send(Ask::new("POST", path).text(&large))?.problem(413, "too_large")?;
    ensure!(start.elapsed() < Duration::from_secs(2), "it took {:?}", start.elapsed());
    Ok(())
}

fn a_body_too_large_in_chunks_is_413(w: &World) -> Result<()> {
    let (path, _) = open(w);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(1 << 16));
    let body = format!("{head}{}0\r\n\r\n", chunk.repeat(17));
    w.nobody().raw(body.as_bytes())?.problem(413, "too_large")?;
    Ok(())
}

fn a_body_of_exactly_the_limit_is_not_too_large(w: &World) -> Result<()> {
    let (path, body) = open(w);
    let server = w.server(&[("BODY_LIMIT_BYTES", "2000")])?;
    let exact = format!("{}{body}", " ".repeat(2000 - body.len()));
    let answer = w.nobody_at(&server).send(Ask::new("POST", path).text(&exact))?;
    ensure!(matches!(answer.status, 200 | 201), "{}", answer.but("200 or 201"));
    w.nobody_at(&server)
        .send(Ask::new("POST", path).text(&format!(" {exact}")))?
        .problem(413, "too_large")?;
    Ok(())
}

fn another_content_type_is_415(w: &World) -> Result<()> {
    let (path, body) = open(w);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "nonsense",
        "",
        "application/jsonp",
        "text/json",
    ] {
        let ask = Ask::new("POST", path).header("Content-Type", kind).bytes(body.as_bytes());
        w.nobody().send(ask)?.problem(415, "unsupported_media_type")?;
    }
    Ok(())
}

fn a_packed_body_is_415_after_who_is_asking(w: &World) -> Result<()> {
    let packed = |path: &str, body: &str| {
        Ask::new("POST", path).text(body).header("Content-Encoding", "gzip")
    };
    let (path, body) = open(w);
    w.nobody().send(packed(path, &body))?.problem(415, "unsupported_media_type")?;
    if w.kind.users() {
        w.nobody().send(packed("/auth/password", "{}"))?.problem(401, "unauthenticated")?;
    }
    let plain = Ask::new("POST", path).text(&body).header("Content-Encoding", "Identity");
    let answer = w.nobody().send(plain)?;
    ensure!(matches!(answer.status, 200 | 201), "{}", answer.but("200 or 201"));
    Ok(())
}

/// Whose elements would fit the fields one by one.
fn a_list_is_no_body(w: &World) -> Result<()> {
    if w.kind.users() {
        let list = json!([w.email(), super::world::PASSWORD]);
        for path in ["/auth/register", "/auth/login"] {
            w.nobody().post(path, &list)?.problem(422, "validation")?;
        }
        w.user()?
            .post("/auth/delete", &json!([super::world::PASSWORD]))?
            .problem(422, "validation")?;
    }
    if w.kind.rest() {
        let user = w.user()?;
        user.post("/api/v1/tasks", &json!(["a title", "", null]))?.problem(422, "validation")?;
        let task = super::tasks_rest::make(&user, "whole")?;
        for list in [json!([]), json!(["another title"])] {
            user.patch(&task, &list)?.problem(422, "validation")?;
        }
    }
    Ok(())
}

fn none_at_all_is_415_too(w: &World) -> Result<()> {
    let (path, body) = open(w);
    w.nobody()
        .send(Ask::new("POST", path).bytes(body.as_bytes()))?
        .problem(415, "unsupported_media_type")?;
    Ok(())
}

fn a_charset_does_not_matter(w: &World) -> Result<()> {
    let (path, body) = open(w);
    let ask = Ask::new("POST", path)
        .header("Content-Type", "Application/JSON; charset=utf-8")
        .bytes(body.as_bytes());
    let answer = w.nobody().send(ask)?;
    ensure!(matches!(answer.status, 200 | 201), "{}", answer.but("200 or 201"));
    Ok(())
}

fn broken_json_is_400(w: &World) -> Result<()> {
    let (path, _) = open(w);
    let cases = ["", "{", "\u{feff}{}", "{'a':1}", "nul", "{,}"];
    for body in cases {
        w.nobody().send(Ask::new("POST", path).text(body))?.problem(400, "malformed")?;
    }
    let ask = Ask::new("POST", path).header("Content-Type", "application/json").bytes(b"\"\xff\"");
    w.nobody().send(ask)?.problem(400, "malformed")?;
    w.nobody().get("/livez")?.is(200)?;
    Ok(())
}

fn broken_json_is_400_before_its_fields_are_judged(w: &World) -> Result<()> {
    let (path, body) = open(w);
    let (trailing, deep) = (format!("{body} x"), "[".repeat(100_000));
    for body in ["{\"a\":}", "{\"a\":1} x", "{\"a\":1", "{\"a\":1,\"a\":}", &trailing, &deep] {
        w.nobody().send(Ask::new("POST", path).text(body))?.problem(400, "malformed")?;
    }
    Ok(())
}
