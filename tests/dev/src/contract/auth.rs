//! Accounts: making them.

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Ask;
use super::kind::Kind;
use super::world::{PASSWORD, World, at_once};

super::cases! {
    Kind::none: without_auth_there_is_no_auth_route;
    Kind::users: registering_answers_id_email_and_time,
        emails_are_kept_in_lower_case,
        an_email_is_taken_once,
        of_thirty_parallel_registrations_one_wins,
        bad_registrations_name_every_field,
        passwords_are_12_to_128_code_points,
        common_passwords_are_refused,
        passwords_are_taken_as_they_are,
        emails_end_at_254_characters;
}

fn without_auth_there_is_no_auth_route(w: &World) -> Result<()> {
    for path in ["register", "login", "refresh", "logout", "me", "password", "sessions", "delete"] {
        for method in ["GET", "POST"] {
            w.nobody()
                .send(Ask::new(method, &format!("/auth/{path}")).text("{}"))?
                .problem(404, "not_found")?;
        }
    }
    Ok(())
}

/// UTC with six fraction digits.
pub fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000000Z"
}

/// Lower-case, version 7.
pub fn is_id(text: &str) -> bool {
    let hex = text.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c));
    hex && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.as_bytes()[14] == b'7'
}

pub fn keys(value: &serde_json::Value) -> Vec<String> {
    let mut keys: Vec<String> =
        value.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    keys.sort();
    keys
}

fn registering_answers_id_email_and_time(w: &World) -> Result<()> {
    let answer = w.register(&w.nobody(), "answers@example.com")?.lacks("set-cookie")?;
    let answer = answer.has("/email", "answers@example.com")?;
    ensure!(
        keys(&answer.at("")) == ["created_at", "email", "id"],
        "{}",
        answer.but("three members")
    );
    ensure!(is_id(&answer.word("/id")?), "{}", answer.but("a UUIDv7"));
    ensure!(
        is_time(&answer.word("/created_at")?),
        "{}",
        answer.but("a time in UTC with six digits")
    );
    Ok(())
}

fn emails_are_kept_in_lower_case(w: &World) -> Result<()> {
    let nobody = w.nobody();
    w.register(&nobody, "Lower.CASE@Example.COM")?.has("/email", "lower.case@example.com")?;
    let user = w.login(&nobody, "lOWER.case@example.com")?;
    user.get("/auth/me")?.is(200)?.has("/email", "lower.case@example.com")?;
    let again = json!({"email": "LOWER.case@example.com", "password": PASSWORD});
    nobody.post("/auth/register", &again)?.problem(409, "email_taken")?;
    Ok(())
}

fn an_email_is_taken_once(w: &World) -> Result<()> {
    let email = w.email();
    w.register(&w.nobody(), &email)?;
    let again = json!({"email": email, "password": "another horse battery"});
    w.nobody().post("/auth/register", &again)?.problem(409, "email_taken")?;
    w.login(&w.nobody(), &email)?;
    Ok(())
}

fn of_thirty_parallel_registrations_one_wins(w: &World) -> Result<()> {
    let nobody = w.nobody().unrecorded();
    let body = json!({"email": w.email(), "password": PASSWORD});
    let answers = at_once(30, |_| nobody.post("/auth/register", &body))?;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let rest = answers.iter().filter(|answer| answer.status != 201);
    ensure!(made == 1, "{made} were made");
    for answer in rest {
        ensure!(matches!(answer.status, 409 | 503), "{}", answer.but("409, or 503 when too busy"));
    }
    Ok(())
}

fn bad_registrations_name_every_field(w: &World) -> Result<()> {
    let ask = |body: serde_json::Value| w.nobody().post("/auth/register", &body);
    ask(json!({"email": "nobody", "password": "short"}))?
        .refuses(&[("/email", "invalid"), ("/password", "too_short")])?;
    ask(json!({"email": "", "password": "x".repeat(129)}))?.problem(422, "validation")?;
    ask(json!({"email": "a@example.com", "password": PASSWORD, "role": "admin"}))?
        .refuses(&[("/role", "unknown_field")])?;
    ask(json!({"email": "a@example.com"}))?.refuses(&[("/password", "required")])?;
    ask(json!({"password": PASSWORD}))?.refuses(&[("/email", "required")])?;
    ask(json!({"email": 7, "password": PASSWORD}))?.refuses(&[("/email", "invalid")])?;
    ask(json!({"email": "a@example.com", "password": null}))?
        .refuses(&[("/password", "invalid")])?;
    ask(json!({"email": "a\u{0}@example.com", "password": PASSWORD}))?
        .refuses(&[("/email", "invalid")])?;
    ask(json!({"email": "b@example.com", "password": "correct horse\u{0} battery"}))?
        .refuses(&[("/password", "invalid")])?;
    ask(json!([]))?.problem(422, "validation")?;
    ask(json!("x"))?.problem(422, "validation")?;
    let twice =
        r#"{"email":"a@example.com","email":"b@example.com","password":"correct horse battery"}"#;
    w.nobody().send(Ask::new("POST", "/auth/register").text(twice))?.problem(422, "validation")?;
    for email in [
        "a@",
        "@b.example",
        "a b@example.com",
        "a@b@example.com",
        "a@exa mple.com",
        "a\n@example.com",
        "plain",
    ] {
        ask(json!({"email": email, "password": PASSWORD}))?.refuses(&[("/email", "invalid")])?;
    }
    Ok(())
}

fn passwords_are_12_to_128_code_points(w: &World) -> Result<()> {
    let ask = |password: &str| {
        w.nobody().post("/auth/register", &json!({"email": w.email(), "password": password}))
    };
    ask("gT5#kq9!Zw2")?.refuses(&[("/password", "too_short")])?;
    ask("gT5#kq9!Zw2x")?.is(201)?;
    ask(&"🦀".repeat(11))?.refuses(&[("/password", "too_short")])?;
    let long: String = "grüne Äpfel ".chars().cycle().take(128).collect();
    ask(&long)?.is(201)?;
    ask(&format!("{long}x"))?.refuses(&[("/password", "too_long")])?;
    Ok(())
}

fn common_passwords_are_refused(w: &World) -> Result<()> {
    for password in [
        "password1234",
        "qwertyuiop12",
        "1234567890123",
        "PASSWORD1234",
        "111111111111",
        "123321123321",
        "1q2w3e4r5t6y7u",
        "123456qwerty",
        "peanutbutter",
    ] {
        let body = json!({"email": "common@example.com", "password": password});
        w.nobody()
            .post("/auth/register", &body)?
            .refuses(&[("/password", "password_too_common")])?;
    }
    let same = json!({"email": "same.as.mine@example.com", "password": "same.as.mine@example.com"});
    w.nobody().post("/auth/register", &same)?.refuses(&[("/password", "password_too_common")])?;
    let user = w.user()?;
    let body = json!({"current_password": PASSWORD, "new_password": "password1234"});
    user.post("/auth/password", &body)?.refuses(&[("/new_password", "password_too_common")])?;
    Ok(())
}

/// No trimming, no folding, no cutting.
fn passwords_are_taken_as_they_are(w: &World) -> Result<()> {
    let long = format!("{}tail", "0 twelve bytes ".repeat(5));
    for password in [" edges with spaces ", long.as_str(), "Ünïcödé is welcome"] {
        let email = w.email();
        let login = |password: &str| {
            w.nobody().post("/auth/login", &json!({"email": email, "password": password}))
        };
        w.nobody()
            .post("/auth/register", &json!({"email": email, "password": password}))?
            .is(201)?;
        for wrong in [
            password.trim(),
            &password.to_uppercase(),
            &format!("{password} "),
            &password.replace("tail", "tale"),
        ] {
            if wrong != password {
                login(wrong)?.problem(401, "unauthenticated")?;
            }
        }
        login(password)?.is(200)?;
    }
    Ok(())
}

fn emails_end_at_254_characters(w: &World) -> Result<()> {
    let of = |length: usize| {
        let domain = format!("{}.{}.{}.example", "d".repeat(60), "e".repeat(60), "f".repeat(58));
        let local = length - domain.len() - 1;
        format!("{}@{domain}", "l".repeat(local))
    };
    let ask = |email: String| {
        w.nobody().post("/auth/register", &json!({"email": email, "password": PASSWORD}))
    };
    ask(of(250))?.is(201)?;
    // characters, not bytes
    ask(format!("{}@example.org", "é".repeat(240)))?.is(201)?;
    ask(of(255))?.problem(422, "validation")?;
    ask(format!("{}@example.com", "x".repeat(100_000)))?.problem(422, "validation")?;
    Ok(())
}
