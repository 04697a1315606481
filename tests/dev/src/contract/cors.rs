//! Foreign origins.

use anyhow::{Result, ensure};

use super::answer::Answer;
use super::client::{Ask, Client};
use super::kind::Kind;
use super::server::Server;
use super::world::World;

super::cases! {
    Kind::any: no_origin_is_allowed_by_default,
        an_allowed_origin_is_named_with_credentials,
        a_preflight_names_methods_and_headers,
        origins_that_look_alike_are_not_allowed;
}

fn foreign(client: &Client, origin: &str) -> Result<Answer> {
    client.with("Origin", origin).get("/livez")?.is(200)
}

fn no_origin_is_allowed_by_default(w: &World) -> Result<()> {
    let nobody = w.nobody();
    foreign(&nobody, "https://evil.example")?
        .lacks("access-control-allow-origin")?
        .lacks("access-control-allow-credentials")?;
    let preflight = Ask::new("OPTIONS", "/livez")
        .header("Origin", "https://evil.example")
        .header("Access-Control-Request-Method", "GET");
    nobody.send(preflight)?.lacks("access-control-allow-origin")?;
    Ok(())
}

fn friendly(w: &World) -> Result<Server> {
    w.server(&[("CORS_ALLOWED_ORIGINS", "https://app.example, http://localhost:5173")])
}

fn words(answer: &Answer, header: &str) -> Vec<String> {
    let words = answer.header(header).unwrap_or_default().split(',');
    let mut words: Vec<String> = words.map(|word| word.trim().to_ascii_lowercase()).collect();
    words.sort();
    words
}

fn an_allowed_origin_is_named_with_credentials(w: &World) -> Result<()> {
    let server = friendly(w)?;
    for origin in ["https://app.example", "http://localhost:5173"] {
        let answer =
            foreign(&w.nobody_at(&server), origin)?.says("access-control-allow-origin", origin)?;
        let answer = answer.says("access-control-allow-credentials", "true")?;
        ensure!(
            words(&answer, "vary").contains(&"origin".to_string()),
            "{}",
            answer.but("`Vary: Origin`")
        );
        let exposed = words(&answer, "access-control-expose-headers");
        ensure!(
            exposed == ["etag", "location", "retry-after", "x-request-id"],
            "{}",
            answer.but("four exposed headers")
        );
        // errors can be read as well
        let missing = w
            .nobody_at(&server)
            .with("Origin", origin)
            .get("/nothing")?
            .problem(404, "not_found")?;
        missing.says("access-control-allow-origin", origin)?;
    }
    Ok(())
}

fn a_preflight_names_methods_and_headers(w: &World) -> Result<()> {
    let server = friendly(w)?;
    let path = if w.kind.rest() { "/api/v1/tasks" } else { "/graphql" };
    let ask = Ask::new("OPTIONS", path)
        .header("Origin", "https://app.example")
        .header("Access-Control-Request-Method", "POST");
    let answer = w
        .nobody_at(&server)
        .send(ask.header("Access-Control-Request-Headers", "content-type,x-other"))?;
    ensure!(matches!(answer.status, 200 | 204), "{}", answer.but("200 or 204"));
    let answer = answer.says("access-control-allow-origin", "https://app.example")?;
    let headers = words(&answer, "access-control-allow-headers");
    let wanted = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"];
    ensure!(headers == wanted, "{}", answer.but("exactly five headers"));
    ensure!(
        words(&answer, "access-control-allow-methods").contains(&"post".to_string()),
        "{}",
        answer.but("POST")
    );
    Ok(())
}

fn origins_that_look_alike_are_not_allowed(w: &World) -> Result<()> {
    let server = friendly(w)?;
    let evil = [
        "https://evil.example",
        "null",
        "http://app.example",
        "https://app.example.evil",
        "https://app.example:8443",
        "https://xapp.example",
        "https://APP.example.",
        "*",
    ];
    for origin in evil {
        let nobody = w.nobody_at(&server);
        let preflight = Ask::new("OPTIONS", "/livez")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET");
        for answer in [foreign(&nobody, origin)?, nobody.send(preflight)?] {
            let told = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
            ensure!(!told, "{}", answer.but("no `Access-Control-…` at all"));
        }
    }
    Ok(())
}
