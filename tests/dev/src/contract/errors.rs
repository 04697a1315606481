//! Errors: what is not there.

use anyhow::{Result, ensure};

use super::client::Ask;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::any: an_unknown_path_is_404_whatever_is_sent,
        the_root_is_404,
        files_do_not_leak,
        a_wrong_method_is_405_and_says_what_is_allowed,
        unknown_methods_are_405,
        a_wrong_method_comes_before_every_gate,
        head_is_answered_like_get_without_a_body;
}

fn an_unknown_path_is_404_whatever_is_sent(w: &World) -> Result<()> {
    let user = w.user()?;
    for path in [
        "/nothing",
        "/api",
        "/api/v1",
        "/api/v1/nothing",
        "/auth",
        "/auth/nothing",
        "/livez/",
        "/metrics",
        "/a%00b",
        "/%ff",
    ] {
        for method in ["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"] {
            user.send(Ask::new(method, path))?.problem(404, "not_found")?;
        }
        w.nobody()
            .send(Ask::new("POST", path).header("Content-Type", "text/plain").bytes(b"{"))?
            .problem(404, "not_found")?;
    }
    Ok(())
}

fn the_root_is_404(w: &World) -> Result<()> {
    w.nobody().get("/")?.problem(404, "not_found")?;
    Ok(())
}

fn files_do_not_leak(w: &World) -> Result<()> {
    for path in [
        "/.env",
        "/.git/config",
        "/Cargo.toml",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/../Cargo.toml",
        "/data/app.db",
        "/app.db",
    ] {
        w.nobody().get(path)?.problem(404, "not_found")?;
    }
    Ok(())
}

fn a_wrong_method_is_405_and_says_what_is_allowed(w: &World) -> Result<()> {
    let mut routes = vec![("PUT", "/livez", "GET,HEAD"), ("POST", "/readyz", "GET,HEAD")];
    if w.kind.users() {
        let auth = [
            ("GET", "/auth/register", "POST"),
            ("GET", "/auth/login", "POST"),
            ("PUT", "/auth/me", "GET,HEAD"),
            ("GET", "/auth/logout", "POST"),
            ("PATCH", "/auth/sessions", "GET,HEAD"),
            ("GET", "/auth/password", "POST"),
            ("DELETE", "/auth/delete", "POST"),
        ];
        routes.extend(auth);
    }
    if w.kind.rest() {
        let id = "/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057";
        routes.extend([
            ("DELETE", "/api/v1/tasks", "GET,HEAD,POST"),
            ("POST", "/api/v1/tasks/stats", "GET,HEAD"),
            ("PUT", id, "DELETE,GET,HEAD,PATCH"),
        ]);
    } else {
        routes.extend([
            ("GET", "/graphql", "POST"),
            ("PUT", "/graphql", "POST"),
            ("GET", "/graphql?query={__typename}", "POST"),
        ]);
    }
    for (method, path, allowed) in routes {
        let answer = w
            .nobody()
            .send(Ask::new(method, path).header("Content-Type", "text/plain").bytes(b"{"))?;
        let answer = answer.problem(405, "method_not_allowed")?;
        let mut names: Vec<&str> =
            answer.header("allow").unwrap_or_default().split(',').map(str::trim).collect();
        names.sort_unstable();
        ensure!(
            names.join(",") == allowed,
            "{}",
            answer.but(&format!("`Allow: {allowed}` in any order"))
        );
    }
    Ok(())
}

fn unknown_methods_are_405(w: &World) -> Result<()> {
    for method in ["TRACE", "BREW", "CONNECT"] {
        let answer = w.nobody().send(Ask::new(method, "/livez"))?;
        answer.problem(405, "method_not_allowed")?.tells("allow")?;
    }
    let ask = Ask::new("POST", "/livez").header("X-HTTP-Method-Override", "GET");
    w.nobody().send(ask)?.problem(405, "method_not_allowed")?;
    Ok(())
}

/// Size, foreign pages, limits: of a method that is not there nothing else is asked.
fn a_wrong_method_comes_before_every_gate(w: &World) -> Result<()> {
    let server = w.server(&[
        ("BODY_LIMIT_BYTES", "100"),
        ("RATE_LIMIT_PER_MINUTE", "2"),
        ("REDIS_URL", &w.room()),
    ])?;
    let path = if w.kind.rest() { "/api/v1/tasks" } else { "/graphql" };
    for path in [path, "/openapi.json"] {
        let ask = || Ask::new("PUT", path).header("Sec-Fetch-Site", "cross-site");
        for _ in 0..3 {
            let answer = w.nobody_at(&server).send(ask().text(&" ".repeat(101)))?;
            answer.problem(405, "method_not_allowed")?.tells("allow")?;
            w.nobody_at(&server).send(ask())?.problem(405, "method_not_allowed")?;
        }
    }
    Ok(())
}

fn head_is_answered_like_get_without_a_body(w: &World) -> Result<()> {
    let answer = w.nobody().send(Ask::new("HEAD", "/livez"))?.is(200)?;
    let get = w.nobody().get("/livez")?;
    ensure!(
        answer.header("content-length") == get.header("content-length"),
        "{}",
        answer.but("the length of GET")
    );
    Ok(())
}
