//! Tokens that nobody has signed, and other tricks.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::jwt::{bearer, decode, login, refresh};
use super::kind::Kind;
use super::world::{PASSWORD, World};

super::cases! {
    Kind::jwt: tampered_tokens_are_401,
        tokens_signed_in_other_ways_are_401,
        odd_authorizations_are_401_never_500,
        tokens_in_the_url_or_a_cookie_are_nothing,
        the_scheme_is_not_case_sensitive,
        the_old_key_holds_while_it_is_named,
        a_password_change_ends_the_other_families,
        foreign_pages_do_no_harm_without_cookies;
}

fn encode(bytes: &[u8]) -> String {
    let symbols = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let symbol = |bits: &[u8]| {
        let index = usize::from_str_radix(&format!("{:0<6}", String::from_utf8_lossy(bits)), 2);
        char::from(symbols[index.unwrap_or_default()])
    };
    bits.as_bytes().chunks(6).map(symbol).collect()
}

fn tampered_tokens_are_401(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    let parts: Vec<&str> = token.split('.').collect();
    let other = login(w)?.word("/access_token")?;
    let others: Vec<&str> = other.split('.').collect();
    let flipped = if parts[2].starts_with('A') { "B" } else { "A" };
    let forged = [
        format!("{}.{}.{flipped}{}", parts[0], parts[1], &parts[2][1..]),
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.x"),
        format!("{token}="),
        format!(".{token}"),
    ];
    for token in forged {
        let answer = bearer(&w.nobody(), &token)
            .unrecorded()
            .get("/auth/me")?
            .problem(401, "unauthenticated")?;
        ensure!(
            answer.header("www-authenticate").is_some_and(|it| it.starts_with("Bearer")),
            "{}",
            answer.but("a challenge")
        );
    }
    Ok(())
}

fn tokens_signed_in_other_ways_are_401(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    let parts: Vec<&str> = token.split('.').collect();
    for alg in ["none", "None", "NONE", "HS384", "HS512", "RS256", "ES256"] {
        let head = encode(json!({"alg": alg, "typ": "at+jwt"}).to_string().as_bytes());
        for signature in ["", parts[2]] {
            let forged = format!("{head}.{}.{signature}", parts[1]);
            bearer(&w.nobody(), &forged).get("/auth/me")?.problem(401, "unauthenticated")?;
        }
    }
    let tricks = [
        json!({"kid": "../../dev/null"}),
        json!({"kid": "' OR 1=1--"}),
        json!({"jku": "http://127.0.0.1:1/"}),
        json!({"typ": "JWT"}),
    ];
    for trick in tricks {
        let mut head: serde_json::Value = serde_json::from_slice(&decode(parts[0]))?;
        if let (Some(head), Some(trick)) = (head.as_object_mut(), trick.as_object()) {
            head.extend(trick.clone());
        }
        let forged = format!("{}.{}.{}", encode(head.to_string().as_bytes()), parts[1], parts[2]);
        bearer(&w.nobody(), &forged).get("/auth/me")?.problem(401, "unauthenticated")?;
    }
    Ok(())
}

fn odd_authorizations_are_401_never_500(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    for value in [
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Basic x",
        "Bearer ..",
        "Bearer \u{fc}",
        &format!("Bearer {}", "x".repeat(8000)),
        &token,
    ] {
        w.nobody()
            .with("Authorization", value)
            .unrecorded()
            .get("/auth/me")?
            .problem(401, "unauthenticated")?;
    }
    let twice = bearer(&w.nobody(), &token).with("Authorization", &format!("Bearer {token}"));
    let answer = twice.unrecorded().get("/auth/me")?;
    ensure!(matches!(answer.status, 200 | 400 | 401), "{}", answer.but("200, 400 or 401"));
    Ok(())
}

fn tokens_in_the_url_or_a_cookie_are_nothing(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    for name in ["access_token", "token", "jwt"] {
        let answer = w.nobody().unrecorded().get(&format!("/auth/me?{name}={token}"))?;
        ensure!(matches!(answer.status, 401 | 422), "{}", answer.but("401"));
        let cookie = format!("{name}={token}; session={token}");
        w.nobody().with("Cookie", &cookie).get("/auth/me")?.problem(401, "unauthenticated")?;
    }
    Ok(())
}

fn the_scheme_is_not_case_sensitive(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    for scheme in ["bearer", "BEARER"] {
        w.nobody().with("Authorization", &format!("{scheme} {token}")).get("/auth/me")?.is(200)?;
    }
    Ok(())
}

fn the_old_key_holds_while_it_is_named(w: &World) -> Result<()> {
    let (old, new) = ("b41e8d0a77c35f92d6e0148c9a3f7b25", "60f2c9d81b7e4a5340d19e6c8f2ab753");
    let server = w.server(&[("JWT_SECRET", old)])?;
    let user = w.user_at(&server)?;
    let both =
        w.server_on(&server.database, &[("JWT_SECRET", new), ("JWT_PREVIOUS_SECRET", old)])?;
    user.at(&both.address).get("/auth/me")?.is(200)?;
    let later = w.server_on(&server.database, &[("JWT_SECRET", new)])?;
    user.at(&later.address).get("/auth/me")?.problem(401, "unauthenticated")?;
    // the old key signs nothing
    sleep(Duration::from_millis(10));
    let fresh = w.user_at(&both)?;
    fresh.at(&later.address).get("/auth/me")?.is(200)?;
    Ok(())
}

fn a_password_change_ends_the_other_families(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let login =
        || w.nobody().post("/auth/login", &json!({"email": email, "password": PASSWORD}))?.is(200);
    let (one, two) = (login()?, login()?);
    let user = bearer(&w.nobody(), &one.word("/access_token")?);
    user.post(
        "/auth/password",
        &json!({"current_password": PASSWORD, "new_password": "a better horse battery"}),
    )?
    .is(204)?;
    refresh(&w.nobody(), &two.word("/refresh_token")?)?.problem(401, "unauthenticated")?;
    user.get("/auth/me")?.is(200)?;
    refresh(&w.nobody(), &one.word("/refresh_token")?)?.is(200)?;
    Ok(())
}

fn foreign_pages_do_no_harm_without_cookies(w: &World) -> Result<()> {
    let mut user = w.user()?;
    user = user.with("Origin", "https://evil.example");
    user.get("/auth/me")?.is(200)?.lacks("access-control-allow-origin")?;
    Ok(())
}
