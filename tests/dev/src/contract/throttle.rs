//! Guessing passwords is slow.

use anyhow::{Result, ensure};
use serde_json::json;

use super::answer::Answer;
use super::client::Client;
use super::kind::Kind;
use super::world::{PASSWORD, World, at_once};

super::cases! {
    Kind::users: too_many_failures_lock_an_account_for_the_right_password_too,
        an_unknown_account_is_locked_alike,
        parallel_guesses_are_counted_strictly,
        a_lock_ends,
        too_many_failures_of_a_client_stop_it,
        success_costs_a_client_nothing,
        validation_comes_before_the_throttle,
        a_wrong_current_password_is_throttled_as_a_login;
}

const LOCKING: [(&str, &str); 2] = [("LOGIN_MAX_FAILURES", "3"), ("LOGIN_WINDOW_SECS", "20")];

fn guess(at: &Client, email: &str, password: &str) -> Result<Answer> {
    at.post("/auth/login", &json!({"email": email, "password": password}))
}

fn too_many_failures_lock_an_account_for_the_right_password_too(w: &World) -> Result<()> {
    let server = w.server(&LOCKING)?;
    let nobody = w.nobody_at(&server);
    let (email, other) = (w.email(), w.email());
    w.register(&nobody, &email)?;
    w.register(&nobody, &other)?;
    for _ in 0..3 {
        guess(&nobody, &email, "wrong horse battery")?.problem(401, "unauthenticated")?;
    }
    for password in ["wrong horse battery", PASSWORD] {
        let answer =
            guess(&nobody, &email.to_uppercase(), password)?.problem(429, "rate_limited")?;
        let wait: u32 = answer.header("retry-after").unwrap_or_default().parse()?;
        ensure!(wait <= 20, "{}", answer.but("a wait within the window"));
    }
    w.login(&nobody, &other)?;
    // the count is in the database: another process knows it
    let second = w.server_on(&server.database, &LOCKING)?;
    guess(&w.nobody_at(&second), &email, PASSWORD)?.problem(429, "rate_limited")?;
    Ok(())
}

fn an_unknown_account_is_locked_alike(w: &World) -> Result<()> {
    let server = w.server(&LOCKING)?;
    for number in 0..5 {
        let answer = guess(&w.nobody_at(&server), "unknown@example.com", "wrong horse battery")?;
        match number {
            0..3 => answer.problem(401, "unauthenticated")?,
            _ => answer.problem(429, "rate_limited")?,
        };
    }
    Ok(())
}

fn parallel_guesses_are_counted_strictly(w: &World) -> Result<()> {
    let server = w.server(&LOCKING)?;
    let nobody = w.nobody_at(&server).unrecorded();
    let email = w.email();
    w.register(&nobody, &email)?;
    let answers = at_once(20, |_| guess(&nobody, &email, "wrong horse battery"))?;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    ensure!(tried == 3, "{tried} guesses were judged, not 3");
    Ok(())
}

fn a_lock_ends(w: &World) -> Result<()> {
    let server = w.server(&[("LOGIN_MAX_FAILURES", "1"), ("LOGIN_WINDOW_SECS", "1")])?;
    let nobody = w.nobody_at(&server);
    let email = w.email();
    w.register(&nobody, &email)?;
    guess(&nobody.unrecorded(), &email, "wrong horse battery")?.problem(401, "unauthenticated")?;
    std::thread::sleep(std::time::Duration::from_millis(1200));
    w.login(&nobody, &email)?;
    Ok(())
}

const CLIENTS: [(&str, &str); 2] =
    [("LOGIN_CLIENT_MAX_FAILURES", "3"), ("LOGIN_CLIENT_WINDOW_SECS", "60")];

fn too_many_failures_of_a_client_stop_it(w: &World) -> Result<()> {
    let server = w.server(&CLIENTS)?;
    let nobody = w.nobody_at(&server);
    let email = w.email();
    w.register(&nobody, &email)?;
    for number in 0..3 {
        // a header that nobody vouches for changes nothing
        let liar = nobody.with("X-Forwarded-For", &format!("203.0.113.{number}"));
        guess(&liar, &format!("unknown{number}@example.com"), "wrong horse battery")?
            .problem(401, "unauthenticated")?;
    }
    let answer = guess(&nobody, &email, PASSWORD)?.problem(429, "rate_limited")?;
    let wait: u32 = answer.header("retry-after").unwrap_or_default().parse()?;
    ensure!(wait <= 60, "{}", answer.but("a wait within the window"));
    Ok(())
}

fn success_costs_a_client_nothing(w: &World) -> Result<()> {
    let server = w.server(&CLIENTS)?;
    let nobody = w.nobody_at(&server);
    let email = w.email();
    w.register(&nobody, &email)?;
    for _ in 0..6 {
        w.login(&nobody, &email)?;
    }
    Ok(())
}

fn validation_comes_before_the_throttle(w: &World) -> Result<()> {
    let server = w.server(&[("LOGIN_MAX_FAILURES", "1"), ("LOGIN_CLIENT_MAX_FAILURES", "1")])?;
    let nobody = w.nobody_at(&server);
    let email = w.email();
    guess(&nobody, &email, "wrong horse battery")?.problem(401, "unauthenticated")?;
    nobody.post("/auth/login", &json!({"email": email}))?.refuses(&[("/password", "required")])?;
    nobody
        .post("/auth/login", &json!({"email": email, "password": "x", "y": 1}))?
        .refuses(&[("/y", "unknown_field")])?;
    guess(&nobody, &email, "wrong horse battery")?.problem(429, "rate_limited")?;
    Ok(())
}

fn a_wrong_current_password_is_throttled_as_a_login(w: &World) -> Result<()> {
    let server = w.server(&LOCKING)?;
    let user = w.user_at(&server)?;
    let body = json!({"current_password": "wrong", "new_password": "a better horse battery"});
    for _ in 0..3 {
        user.post("/auth/password", &body)?.refuses(&[("/current_password", "wrong_password")])?;
    }
    user.post("/auth/password", &body)?.problem(429, "rate_limited")?;
    user.post("/auth/delete", &json!({"password": PASSWORD}))?.problem(429, "rate_limited")?;
    user.get("/auth/me")?.is(200)?;
    Ok(())
}
