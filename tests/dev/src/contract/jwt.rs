//! Access and refresh tokens, and their families.

use anyhow::{Result, ensure};
use serde_json::json;

use super::answer::Answer;
use super::client::{Ask, Client};
use super::kind::Kind;
use super::world::{PASSWORD, World, at_once};

super::cases! {
    Kind::jwt: a_login_answers_two_tokens_and_their_times,
        the_access_token_is_a_signed_access_token,
        refreshing_rotates_the_tokens,
        a_refresh_token_used_again_ends_its_family,
        of_twenty_parallel_refreshes_at_most_one_wins,
        bad_refresh_tokens_are_401_or_422,
        logout_ends_the_family_and_no_other,
        an_access_token_does_not_refresh_and_the_reverse;
}

pub fn login(w: &World) -> Result<Answer> {
    let email = w.email();
    w.register(&w.nobody().unrecorded(), &email)?;
    w.nobody().post("/auth/login", &json!({"email": email, "password": PASSWORD}))?.is(200)
}

pub fn bearer(at: &Client, token: &str) -> Client {
    Client { bearer: Some(token.to_string()), ..at.nobody() }
}

pub fn refresh(at: &Client, token: &str) -> Result<Answer> {
    at.post("/auth/refresh", &json!({"refresh_token": token}))
}

fn a_login_answers_two_tokens_and_their_times(w: &World) -> Result<()> {
    let answer = login(w)?
        .has("/token_type", "Bearer")?
        .says("cache-control", "no-store")?
        .lacks("set-cookie")?;
    let keys: Vec<String> =
        answer.at("").as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    let wanted =
        ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type"];
    ensure!(
        wanted.iter().all(|key| keys.iter().any(|it| it == key)) && keys.len() == 5,
        "{}",
        answer.but("five members")
    );
    ensure!(
        answer.at("/expires_in").as_u64().is_some_and(|secs| (1..=900).contains(&secs)),
        "{}",
        answer.but("at most 15 minutes")
    );
    let days = answer.at("/refresh_expires_in").as_u64().unwrap_or_default();
    ensure!((3600..=30 * 86_400).contains(&days), "{}", answer.but("at most 30 days"));
    ensure!(answer.word("/refresh_token")?.len() >= 43, "{}", answer.but("256 bits"));
    Ok(())
}

/// Base64url without padding.
pub fn decode(text: &str) -> Vec<u8> {
    let value = |c: u8| {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .bytes()
            .position(|it| it == c)
    };
    let bits: String = text.bytes().filter_map(value).map(|value| format!("{value:06b}")).collect();
    let bytes = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(&String::from_utf8_lossy(byte), 2));
    bytes.filter_map(Result::ok).collect()
}

fn the_access_token_is_a_signed_access_token(w: &World) -> Result<()> {
    let token = login(w)?.word("/access_token")?;
    let parts: Vec<serde_json::Value> = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&decode(part)).unwrap_or_default())
        .collect();
    ensure!(token.split('.').count() == 3 && parts[0]["typ"] == "at+jwt", "header {}", parts[0]);
    ensure!(parts[0]["alg"] == "HS256" || parts[0]["alg"] == "EdDSA", "header {}", parts[0]);
    for claim in ["exp", "iat", "iss", "aud", "sub", "sid", "jti"] {
        ensure!(!parts[1][claim].is_null(), "`{claim}` is missing: {}", parts[1]);
    }
    let life =
        parts[1]["exp"].as_i64().unwrap_or_default() - parts[1]["iat"].as_i64().unwrap_or_default();
    ensure!((1..=900).contains(&life), "it lives {life} s");
    Ok(())
}

fn refreshing_rotates_the_tokens(w: &World) -> Result<()> {
    let first = login(w)?;
    let second = refresh(&w.nobody(), &first.word("/refresh_token")?)?
        .is(200)?
        .has("/token_type", "Bearer")?;
    ensure!(
        first.word("/refresh_token")? != second.word("/refresh_token")?,
        "the refresh token is the same"
    );
    bearer(&w.nobody(), &second.word("/access_token")?).get("/auth/me")?.is(200)?;
    let (before, after) =
        (first.at("/refresh_expires_in").as_u64(), second.at("/refresh_expires_in").as_u64());
    ensure!(after <= before, "the end of the family moves: {before:?}, then {after:?}");
    Ok(())
}

fn a_refresh_token_used_again_ends_its_family(w: &World) -> Result<()> {
    let first = login(w)?;
    let old = first.word("/refresh_token")?;
    let second = refresh(&w.nobody(), &old)?.is(200)?;
    refresh(&w.nobody(), &old)?.problem(401, "unauthenticated")?;
    refresh(&w.nobody(), &second.word("/refresh_token")?)?.problem(401, "unauthenticated")?;
    for answer in [first, second] {
        bearer(&w.nobody(), &answer.word("/access_token")?)
            .get("/auth/me")?
            .problem(401, "unauthenticated")?;
    }
    Ok(())
}

fn of_twenty_parallel_refreshes_at_most_one_wins(w: &World) -> Result<()> {
    let token = login(w)?.word("/refresh_token")?;
    let nobody = w.nobody().unrecorded();
    let answers = at_once(20, |_| refresh(&nobody, &token))?;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    ensure!(won.len() == 1, "{} of 20 were refreshed", won.len());
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        ensure!(lost.status == 401, "{}", lost.but("401"));
    }
    let next = won[0].word("/refresh_token")?;
    refresh(&nobody, &next)?.problem(401, "unauthenticated")?;
    Ok(())
}

fn bad_refresh_tokens_are_401_or_422(w: &World) -> Result<()> {
    for token in ["", "x", &"A".repeat(43), &"A".repeat(5000), "a\u{0}b", "ü"] {
        let answer = refresh(&w.nobody(), token)?;
        match answer.status {
            401 => answer.problem(401, "unauthenticated")?,
            _ => answer.problem(422, "validation")?,
        };
    }
    refresh(&w.nobody(), "a\u{0}b")?.refuses(&[("/refresh_token", "invalid")])?;
    w.nobody().post("/auth/refresh", &json!({}))?.refuses(&[("/refresh_token", "required")])?;
    w.nobody()
        .post("/auth/refresh", &json!({"refresh_token": 1}))?
        .refuses(&[("/refresh_token", "invalid")])?;
    Ok(())
}

fn logout_ends_the_family_and_no_other(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let login =
        || w.nobody().post("/auth/login", &json!({"email": email, "password": PASSWORD}))?.is(200);
    let (one, two) = (login()?, login()?);
    let user = bearer(&w.nobody(), &one.word("/access_token")?);
    user.send(Ask::new("POST", "/auth/logout"))?.is(204)?;
    refresh(&w.nobody(), &one.word("/refresh_token")?)?.problem(401, "unauthenticated")?;
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    refresh(&w.nobody(), &two.word("/refresh_token")?)?.is(200)?;
    Ok(())
}

fn an_access_token_does_not_refresh_and_the_reverse(w: &World) -> Result<()> {
    let answer = login(w)?;
    refresh(&w.nobody(), &answer.word("/access_token")?)?.problem(401, "unauthenticated")?;
    bearer(&w.nobody(), &answer.word("/refresh_token")?)
        .get("/auth/me")?
        .problem(401, "unauthenticated")?;
    Ok(())
}
