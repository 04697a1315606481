//! Sessions by cookie.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Ask;
use super::kind::Kind;
use super::world::{PASSWORD, World};

super::cases! {
    Kind::session:
        the_cookie_is_for_this_host_and_no_script, in_production_the_cookie_has_its_host_prefix,
        logging_out_takes_the_cookie_away, the_cookie_is_sent_once, tokens_have_256_bits_and_are_unique,
        a_token_that_a_client_chose_is_never_taken, logging_in_again_ends_the_session_before,
        an_unused_session_ends, a_session_that_has_idled_is_not_listed, a_used_session_ends_at_its_absolute_limit,
        foreign_pages_are_403_before_anything_else, pages_of_the_base_url_are_our_own, our_own_pages_and_programs_may,
        there_is_no_refresh_with_sessions, a_bearer_is_no_credential;
}

fn login(email: &str) -> serde_json::Value {
    json!({"email": email, "password": PASSWORD})
}

fn the_cookie_is_for_this_host_and_no_script(w: &World) -> Result<()> {
    let email = w.email();
    let made = w.register(&w.nobody(), &email)?;
    let answer = w
        .nobody()
        .post("/auth/login", &login(&email))?
        .is(200)?
        .says("cache-control", "no-store")?;
    ensure!(answer.at("") == made.at(""), "{}", answer.but(&made.text()));
    let cookie = answer.header("set-cookie").unwrap_or_default().to_string();
    let mut parts: Vec<&str> = cookie.split("; ").skip(1).collect();
    parts.sort_unstable();
    ensure!(cookie.starts_with("session="), "{}", answer.but("a cookie named `session`"));
    ensure!(
        parts == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"],
        "{}",
        answer.but("four attributes")
    );
    Ok(())
}

fn in_production_the_cookie_has_its_host_prefix(w: &World) -> Result<()> {
    let production = [
        ("APP_ENV", "production"),
        ("BASE_URL", "https://app.example"),
        ("HOST", "127.0.0.1"),
        ("MIGRATE_ON_START", "true"),
    ];
    let server = w.server(&production)?;
    let (nobody, email) = (w.nobody_at(&server), w.email());
    w.register(&nobody, &email)?;
    let answer = nobody.post("/auth/login", &login(&email))?.is(200)?;
    let cookie = answer.header("set-cookie").unwrap_or_default().to_string();
    let mut parts: Vec<&str> = cookie.split("; ").skip(1).collect();
    parts.sort_unstable();
    ensure!(cookie.starts_with("__Host-session="), "{}", answer.but("`__Host-session`"));
    ensure!(
        parts == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"],
        "{}",
        answer.but("five attributes")
    );
    let mut user = w.holder(&nobody, &answer)?;
    user.get("/auth/me")?.is(200)?;
    user.cookie = user.cookie.map(|cookie| cookie.replace("__Host-", ""));
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}

fn logging_out_takes_the_cookie_away(w: &World) -> Result<()> {
    let answer = w.user()?.send(Ask::new("POST", "/auth/logout"))?.is(204)?;
    let cookie = answer.header("set-cookie").unwrap_or_default();
    ensure!(
        cookie.starts_with("session=;") && cookie.contains("Max-Age=0"),
        "{}",
        answer.but("an empty cookie")
    );
    Ok(())
}

fn the_cookie_is_sent_once(w: &World) -> Result<()> {
    let user = w.user()?;
    user.get("/auth/me")?.is(200)?.lacks("set-cookie")?;
    w.read(&user)?.is(200)?.lacks("set-cookie")?;
    Ok(())
}

fn tokens_have_256_bits_and_are_unique(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        let cookie = w.login(&w.nobody(), &email)?.cookie.unwrap_or_default();
        let token = cookie.trim_start_matches("session=").to_string();
        ensure!(token.len() >= 43, "`{token}` is short");
        tokens.push(token);
    }
    tokens.sort();
    tokens.dedup();
    ensure!(tokens.len() == 8, "{} of 8 are different", tokens.len());
    Ok(())
}

fn a_token_that_a_client_chose_is_never_taken(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let chosen = format!("session={}", "A".repeat(43));
    let mut nobody = w.nobody();
    nobody.cookie = Some(chosen.clone());
    let answer = nobody.post("/auth/login", &login(&email))?.is(200)?;
    ensure!(
        !answer.header("set-cookie").unwrap_or_default().starts_with(&chosen),
        "{}",
        answer.but("a new token")
    );
    nobody.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}

fn logging_in_again_ends_the_session_before(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let first = w.login(&w.nobody(), &email)?;
    let answer = first.post("/auth/login", &login(&email))?.is(200)?;
    first.get("/auth/me")?.problem(401, "unauthenticated")?;
    w.holder(&w.nobody(), &answer)?.get("/auth/me")?.is(200)?;
    Ok(())
}

fn an_unused_session_ends(w: &World) -> Result<()> {
    let server = w.server(&[("SESSION_IDLE_SECS", "1"), ("SESSION_ABSOLUTE_SECS", "60")])?;
    let user = w.user_at(&server)?;
    for _ in 0..4 {
        sleep(Duration::from_millis(400));
        user.get("/auth/me")?.is(200)?;
    }
    sleep(Duration::from_millis(1300));
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}

fn a_session_that_has_idled_is_not_listed(w: &World) -> Result<()> {
    let server = w.server(&[("SESSION_IDLE_SECS", "1")])?;
    let (nobody, email) = (w.nobody_at(&server), w.email());
    w.register(&nobody, &email)?;
    let (used, _idle) = (w.login(&nobody, &email)?, w.login(&nobody, &email)?);
    for _ in 0..3 {
        sleep(Duration::from_millis(400));
        used.unrecorded().get("/auth/me")?.is(200)?;
    }
    let answer = used.unrecorded().get("/auth/sessions")?.is(200)?;
    let items = answer.at("/items").as_array().map(Vec::len);
    ensure!(items == Some(1), "{}", answer.but("the one that is used"));
    Ok(())
}

fn a_used_session_ends_at_its_absolute_limit(w: &World) -> Result<()> {
    let server = w.server(&[("SESSION_IDLE_SECS", "2"), ("SESSION_ABSOLUTE_SECS", "2")])?;
    let user = w.user_at(&server)?;
    for _ in 0..3 {
        sleep(Duration::from_millis(450));
        user.get("/auth/me")?.is(200)?;
    }
    sleep(Duration::from_millis(1000));
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}

fn foreign_pages_are_403_before_anything_else(w: &World) -> Result<()> {
    let user = w.user()?;
    let foreign = [
        ("Origin", "https://evil.example".to_string()),
        ("Origin", "null".to_string()),
        ("Origin", format!("http://{}.evil.example", user.address)),
        ("Origin", format!("http://x{}", user.address)),
        ("Sec-Fetch-Site", "cross-site".to_string()),
        ("Sec-Fetch-Site", "same-site".to_string()),
    ];
    for (name, value) in foreign {
        let page = user.with(name, &value);
        let login = page.nobody().unrecorded();
        let login = login.post("/auth/login", &json!({}))?;
        login.problem(403, "forbidden")?;
        for path in ["/auth/logout", "/auth/register", "/auth/password", "/auth/delete"] {
            page.unrecorded().send(Ask::new("POST", path).text("{"))?.problem(403, "forbidden")?;
        }
        let api = if w.kind.rest() { "/api/v1/tasks" } else { "/graphql" };
        page.unrecorded().send(Ask::new("POST", api).bytes(b"{"))?.problem(403, "forbidden")?;
        page.unrecorded().get("/auth/me")?.is(200)?;
    }
    user.get("/auth/me")?.is(200)?;
    Ok(())
}

/// A proxy may talk to us by another name than pages do.
fn pages_of_the_base_url_are_our_own(w: &World) -> Result<()> {
    let server = w.server(&[("BASE_URL", "https://api.example")])?;
    let (nobody, email) = (w.nobody_at(&server), w.email());
    w.register(&nobody.with("Origin", "https://api.example"), &email)?;
    let answer = nobody.post("/auth/login", &login(&email))?.is(200)?;
    let cookie = answer.header("set-cookie").unwrap_or_default();
    ensure!(
        cookie.starts_with("session=") && cookie.contains("; Secure"),
        "{}",
        answer.but("a cookie for https only")
    );
    for other in ["http://api.example", "https://api.example:8443", "https://www.api.example"] {
        let page = w.holder(&nobody, &answer)?.with("Origin", other);
        page.send(Ask::new("POST", "/auth/logout"))?.problem(403, "forbidden")?;
    }
    Ok(())
}

fn our_own_pages_and_programs_may(w: &World) -> Result<()> {
    let user = w.user()?;
    let own = format!("http://{}", user.address);
    for (name, value) in
        [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none")]
    {
        w.task(&user.with(name, value).unrecorded(), "from our own page")?;
    }
    let server = w.server(&[("CORS_ALLOWED_ORIGINS", "https://app.example")])?;
    let user = w.user_at(&server)?;
    w.task(
        &user.with("Origin", "https://app.example").with("Sec-Fetch-Site", "cross-site"),
        "from a friend",
    )?;
    Ok(())
}

fn there_is_no_refresh_with_sessions(w: &World) -> Result<()> {
    w.user()?.post("/auth/refresh", &json!({}))?.problem(404, "not_found")?;
    Ok(())
}

fn a_bearer_is_no_credential(w: &World) -> Result<()> {
    let user = w.user()?;
    let token = user.cookie.clone().unwrap_or_default().replace("session=", "");
    let nobody = w.nobody().with("Authorization", &format!("Bearer {token}"));
    nobody.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}
