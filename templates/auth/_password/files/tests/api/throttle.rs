//! Guesses: counted for accounts and clients, also when they come all at once.

use std::thread;
use std::time::Duration;

use crate::support::{Answer, App, PASSWORD, json, login};

fn guess(app: &App, email: &str, password: &str) -> Answer {
    app.client().post("/auth/login", json!({"email": email, "password": password}))
}

fn wait(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().expect("a number of seconds")
}

#[test]
fn after_too_many_failures_even_the_right_password_waits() {
    let app = App::start_with(&[("LOGIN_MAX_FAILURES", "2"), ("LOGIN_WINDOW_SECS", "2")]);
    login(&app, "ada@example.com");
    for email in ["ada@example.com", "nobody@example.com"] {
        let statuses: Vec<u16> =
            (0..3).map(|_| guess(&app, email, "wrong wrong wrong").status).collect();
        assert_eq!(statuses, [401, 401, 429], "{email}");
    }
    let locked = guess(&app, "ada@example.com", PASSWORD);
    assert_eq!((locked.status, locked.code()), (429, "rate_limited"));
    assert!((1..=2).contains(&wait(&locked)));
    thread::sleep(Duration::from_secs(wait(&locked)));
    assert_eq!(guess(&app, "ada@example.com", PASSWORD).status, 200);
}

#[test]
fn guesses_that_come_at_once_do_not_slip_through() {
    let app = App::start_with(&[("LOGIN_MAX_FAILURES", "3"), ("LOGIN_CLIENT_MAX_FAILURES", "100")]);
    login(&app, "ada@example.com");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let one = || guess(&app, "ada@example.com", "wrong wrong wrong").status;
        let all: Vec<_> = (0..20).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(401), count(429)), (3, 17), "{statuses:?}");
}

#[test]
fn right_passwords_that_come_at_once_all_succeed() {
    let app = App::start_with(&[("LOGIN_MAX_FAILURES", "2")]);
    login(&app, "ada@example.com");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let one = || guess(&app, "ada@example.com", PASSWORD).status;
        let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(statuses, [200; 8]);
}

#[test]
fn a_client_is_counted_over_all_accounts_whatever_it_says_of_itself() {
    let app = App::start_with(&[("LOGIN_CLIENT_MAX_FAILURES", "3")]);
    let statuses: Vec<u16> = (0..5)
        .map(|n| {
            let client = app.client().with("x-forwarded-for", &format!("192.0.2.{n}"));
            let who = json!({"email": format!("user{n}@example.com"), "password": "wrong wrong"});
            client.post("/auth/login", who).status
        })
        .collect();
    assert_eq!(statuses[..4], [401, 401, 401, 429]);
}

#[test]
fn guesses_of_the_current_password_count_too() {
    let app = App::start_with(&[("LOGIN_MAX_FAILURES", "2")]);
    let client = login(&app, "ada@example.com");
    let statuses: Vec<u16> = (0..3)
        .map(|_| client.post("/auth/delete", json!({"password": "wrong wrong"})).status)
        .collect();
    assert_eq!(statuses, [422, 422, 429]);
}
