//! Accounts: registration, passwords, sessions, deletion, and what is nobody else's business.

use crate::support::{App, PASSWORD, json, login};

#[test]
fn a_new_account_can_log_in_and_knows_itself() {
    let app = App::start();
    let client = app.client();
    let who = json!({"email": "Ada@Example.com", "password": PASSWORD});
    let made = client.post("/auth/register", who.clone());
    assert_eq!((made.status, &made.json["email"]), (201, &json!("ada@example.com")));
    assert_eq!(client.post("/auth/register", who).code(), "email_taken");
    assert_eq!(login(&app, "ada@example.com").get("/auth/me").json, made.json);
}

#[test]
fn whoever_has_not_logged_in_is_told_so() {
    let app = App::start();
    for path in ["/auth/me", "/auth/sessions"] {
        assert_eq!(app.client().get(path).code(), "unauthenticated", "{path}");
    }
    assert_eq!(app.client().send("POST", "/auth/logout", &[], None).status, 401);
}

#[test]
fn an_unknown_address_and_a_wrong_password_answer_alike() {
    let app = App::start();
    login(&app, "ada@example.com");
    let answer = |email: &str| {
        let who = json!({"email": email, "password": "not the password"});
        let mut answer = app.client().post("/auth/login", who);
        answer.json["request_id"] = json!(null);
        (answer.status, answer.json)
    };
    assert_eq!(answer("ada@example.com"), answer("nobody@example.com"));
}

#[test]
fn a_password_is_long_and_not_a_common_one() {
    let app = App::start();
    let code = |password: &str| {
        let who = json!({"email": "ada.lovelace@example.com", "password": password});
        let answer = app.client().post("/auth/register", who);
        answer.json["errors"][0]["code"].as_str().unwrap_or_default().to_string()
    };
    assert_eq!(code("too short 1"), "too_short");
    assert_eq!(code(&"ü".repeat(129)), "too_long");
    let common = [
        "password1234",
        "qwertyuiop12",
        "P@ssw0rd2024!",
        "ada.lovelace@example.com",
        "ada.lovelace1",
    ];
    for password in common {
        assert_eq!(code(password), "password_too_common", "{password}");
    }
    let name = env!("CARGO_PKG_NAME");
    if name.len() >= 4 {
        assert_eq!(code(&format!("{name}12345678")), "password_too_common");
    }
    assert_eq!(code(" spaces at both ends "), "");
}

#[test]
fn no_character_of_a_password_is_ignored() {
    let app = App::start();
    let long = "😀".repeat(127);
    let who = |tail: &str| json!({"email": "ada@example.com", "password": format!("{long}{tail}")});
    assert_eq!(app.client().post("/auth/register", who("a")).status, 201);
    assert_eq!(app.client().post("/auth/login", who("b")).status, 401);
    assert_eq!(app.client().post("/auth/login", who("a")).status, 200);
}

#[test]
fn a_registration_says_all_that_is_wrong_with_it() {
    let app = App::start();
    let answer =
        app.client().post("/auth/register", json!({"email": "nowhere", "password": "short"}));
    let pointers = answer.json["errors"].as_array().map(Vec::len);
    assert_eq!((answer.status, pointers), (422, Some(2)), "{}", answer.text);
    let extra = json!({"email": "a@example.com", "password": PASSWORD, "is_admin": true});
    let answer = app.client().post("/auth/register", extra);
    assert_eq!(answer.json["errors"][0]["code"], "unknown_field");
}

#[test]
fn a_new_password_ends_every_other_session() {
    let app = App::start();
    let (here, elsewhere) = (login(&app, "ada@example.com"), login(&app, "ada@example.com"));
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "quite another one"});
        here.post("/auth/password", body)
    };
    assert_eq!(change("not the password").json["errors"][0]["code"], "wrong_password");
    assert_eq!(change(PASSWORD).status, 204);
    assert_eq!((here.get("/auth/me").status, elsewhere.get("/auth/me").status), (200, 401));
    let old = json!({"email": "ada@example.com", "password": PASSWORD});
    assert_eq!(app.client().post("/auth/login", old).status, 401);
}

#[test]
fn sessions_are_listed_and_can_be_ended_one_by_one() {
    let app = App::start();
    let (here, elsewhere) = (login(&app, "ada@example.com"), login(&app, "ada@example.com"));
    let stranger = login(&app, "bob@example.com");
    let items = here.get("/auth/sessions").json["items"].clone();
    let items = items.as_array().expect("a list");
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|item| item["current"] == false).expect("the other one");
    let path = format!("/auth/sessions/{}", other["id"].as_str().expect("an id"));
    assert_eq!(stranger.delete(&path).status, 404, "it is not theirs");
    assert_eq!((here.delete(&path).status, here.delete(&path).status), (204, 404));
    assert_eq!(elsewhere.get("/auth/me").status, 401);
    assert_eq!(here.delete("/auth/sessions/1").status, 404);
}

#[test]
fn a_logout_ends_the_session_for_good() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let stolen = login(&app, "ada@example.com");
    assert_eq!(client.send("POST", "/auth/logout", &[], None).status, 204);
    assert_eq!((client.get("/auth/me").status, stolen.get("/auth/me").status), (401, 200));
}

#[test]
fn a_deleted_account_leaves_nothing() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let delete = |password: &str| client.post("/auth/delete", json!({"password": password}));
    assert_eq!(delete("not the password").json["errors"][0]["code"], "wrong_password");
    assert_eq!(delete(PASSWORD).status, 204);
    assert_eq!(client.get("/auth/me").status, 401);
    assert_eq!(login(&app, "ada@example.com").get("/auth/me").status, 200, "the address is free");
}
