//! Logging in, and who one is.

use anyhow::{Result, ensure};
use serde_json::json;

use super::answer::Answer;
use super::client::Ask;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::users: a_wrong_password_and_an_unknown_user_look_alike,
        me_is_the_user_who_asks,
        without_credentials_everything_is_401;
}

fn a_wrong_password_and_an_unknown_user_look_alike(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let ask = |email: &str| {
        w.nobody().post("/auth/login", &json!({"email": email, "password": "wrong horse battery"}))
    };
    let (known, unknown) = (ask(&email)?, ask("unknown@example.com")?);
    let bare = |answer: &Answer| {
        let id = answer.header("x-request-id").unwrap_or_default();
        let names: Vec<&String> = answer.headers.iter().map(|(name, _)| name).collect();
        format!("{} {names:?} {}", answer.status, answer.text().replace(id, ""))
    };
    ensure!(
        bare(&known) == bare(&unknown),
        "{}\n{}",
        known.but("the same answer"),
        unknown.but("")
    );
    known.problem(401, "unauthenticated")?;
    Ok(())
}

fn me_is_the_user_who_asks(w: &World) -> Result<()> {
    let email = w.email();
    let made = w.register(&w.nobody(), &email)?;
    let me = w.login(&w.nobody(), &email)?.get("/auth/me")?.is(200)?;
    ensure!(me.at("") == made.at(""), "{}", me.but(&made.text()));
    Ok(())
}

fn without_credentials_everything_is_401(w: &World) -> Result<()> {
    let asks = [
        ("GET", "/auth/me"),
        ("POST", "/auth/logout"),
        ("GET", "/auth/sessions"),
        ("POST", "/auth/password"),
        ("POST", "/auth/delete"),
        ("DELETE", "/auth/sessions/01890a5d-ac96-774b-bcce-b302099a8057"),
        ("DELETE", "/auth/sessions/x"),
    ];
    let id = "/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057";
    let rest = [
        ("GET", "/api/v1/tasks"),
        ("POST", "/api/v1/tasks"),
        ("GET", "/api/v1/tasks/stats"),
        ("GET", id),
        ("PATCH", id),
        ("DELETE", id),
        ("GET", "/api/v1/tasks/x"),
        ("GET", "/api/v1/tasks?limit=0"),
    ];
    let api: &[(&str, &str)] = if w.kind.rest() { &rest } else { &[("POST", "/graphql")] };
    let nobody = w.nobody();
    let strangers = [
        nobody.clone(),
        nobody.with("Authorization", "Bearer nonsense"),
        nobody.with("Cookie", "session=nonsense"),
        nobody.with("Authorization", "Basic YTpi"),
    ];
    for stranger in strangers {
        for (method, path) in asks.iter().chain(api) {
            let answer = stranger
                .send(Ask::new(method, path).text("{}"))?
                .problem(401, "unauthenticated")?;
            let wanted = w.kind.jwt().then_some("Bearer");
            let challenge =
                answer.header("www-authenticate").and_then(|text| text.split(' ').next());
            ensure!(
                challenge == wanted,
                "{}",
                answer.but("`WWW-Authenticate: Bearer` exactly with jwt")
            );
        }
    }
    Ok(())
}
