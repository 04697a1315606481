//! Tokens: what is signed, what is refused, and a refresh token that is good for one use.

use std::thread;

use crate::support::{Answer, App, PASSWORD, json, login};

fn tokens(app: &App) -> (String, String) {
    login(app, "ada@example.com");
    let answer =
        app.client().post("/auth/login", json!({"email": "ada@example.com", "password": PASSWORD}));
    let text = |name: &str| answer.json[name].as_str().expect("a token").to_string();
    assert_eq!(
        (&answer.json["token_type"], &answer.json["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    (text("access_token"), text("refresh_token"))
}

fn me(app: &App, authorization: &str) -> Answer {
    app.client().with("authorization", authorization).get("/auth/me")
}

fn refresh(app: &App, token: &str) -> Answer {
    app.client().post("/auth/refresh", json!({"refresh_token": token}))
}

#[test]
fn a_token_is_sent_as_a_bearer_and_nowhere_else() {
    let app = App::start();
    let (access, refresh) = tokens(&app);
    assert_eq!(me(&app, &format!("bearer {access}")).status, 200);
    for wrong in [format!("Basic {access}"), access.clone(), format!("Bearer {refresh}")] {
        let answer = me(&app, &wrong);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
    }
    assert_eq!(app.client().get(&format!("/auth/me?access_token={access}")).status, 401);
}

#[test]
fn a_token_that_was_touched_is_refused() {
    let app = App::start();
    let (access, _) = tokens(&app);
    let parts: Vec<&str> = access.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let (header, body, signature) = (parts[0], parts[1], parts[2]);
    let flipped =
        format!("{}{}", if signature.starts_with('A') { "B" } else { "A" }, &signature[1..]);
    let forged = [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{header}.{body}.{flipped}"),
        format!("{header}.{body}"),
        format!("{access}.{signature}"),
        "x".repeat(8_000),
    ];
    for token in forged {
        assert_eq!(me(&app, &format!("Bearer {token}")).status, 401, "{token}");
    }
}

#[test]
fn a_token_of_another_service_is_refused() {
    let (app, other) = (App::start(), App::start());
    assert_eq!(me(&app, &format!("Bearer {}", tokens(&other).0)).status, 401);
}

#[test]
fn a_refresh_token_is_good_for_one_use_and_its_reuse_ends_the_login() {
    let app = App::start();
    let (access, first) = tokens(&app);
    let second = refresh(&app, &first);
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(me(&app, &format!("Bearer {access}")).status, 200, "the login still stands");
    assert_eq!(refresh(&app, &first).status, 401, "it was used");
    let second = second.json["refresh_token"].as_str().expect("a token").to_string();
    assert_eq!(refresh(&app, &second).status, 401, "the family has ended");
    assert_eq!(me(&app, &format!("Bearer {access}")).status, 401);
}

#[test]
fn of_parallel_uses_one_wins() {
    let app = App::start();
    let (_, token) = tokens(&app);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let all: Vec<_> = (0..10).map(|_| scope.spawn(|| refresh(&app, &token).status)).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[test]
fn a_logout_ends_both_tokens() {
    let app = App::start();
    let (access, token) = tokens(&app);
    let client = app.client().with("authorization", &format!("Bearer {access}"));
    assert_eq!(client.send("POST", "/auth/logout", &[], None).status, 204);
    assert_eq!((client.get("/auth/me").status, refresh(&app, &token).status), (401, 401));
}

#[test]
fn a_short_or_missing_key_keeps_the_service_from_starting() {
    use app::{config::Config, platform::env::Env};
    for secret in ["", "secret", "0123456789012345678901234567890"] {
        let pairs = [("JWT_SECRET".to_string(), secret.to_string())];
        let Err(errors) = Config::read(Env::from_pairs(pairs)) else {
            panic!("accepted {secret:?}")
        };
        assert!(errors.to_string().contains("JWT_SECRET"));
    }
}
