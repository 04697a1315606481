//! Sessions: the cookie, its clocks, and pages of strangers.

use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, App, Client, PASSWORD, json, login};

fn cookie(app: &App) -> String {
    let who = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = app.client().post("/auth/login", who);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    answer.header("set-cookie").to_string()
}

fn me(client: &Client) -> u16 {
    client.get("/auth/me").status
}

#[test]
fn the_cookie_is_out_of_reach_for_scripts_and_foreign_pages() {
    let app = App::start();
    login(&app, "ada@example.com");
    let cookie = cookie(&app);
    assert!(cookie.starts_with("session="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[test]
fn in_production_the_cookie_belongs_to_this_host_alone() {
    let production =
        [("APP_ENV", "production"), ("MIGRATE_ON_START", "true"), ("HOST", "127.0.0.1")];
    let app = App::start_with(&production);
    login(&app, "ada@example.com");
    let cookie = cookie(&app);
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn a_login_never_adopts_a_token_and_ends_the_session_before() {
    let app = App::start();
    login(&app, "ada@example.com");
    let who = json!({"email": "ada@example.com", "password": PASSWORD});
    let client = app.client();
    let token = |answer: Answer| {
        answer.header("set-cookie").split(';').next().unwrap_or_default().to_string()
    };
    let before = token(client.post("/auth/login", who.clone()));
    let after = token(client.post("/auth/login", who));
    assert_ne!(before, after);
    let replay = app.client().with("cookie", &before);
    assert_eq!((me(&client), me(&replay)), (200, 401));
}

#[test]
fn a_session_ends_when_it_is_idle_for_too_long() {
    let app = App::start_with(&[("SESSION_IDLE_SECS", "2")]);
    let client = login(&app, "ada@example.com");
    for _ in 0..3 {
        sleep(Duration::from_secs(1));
        assert_eq!(me(&client), 200, "it is in use");
    }
    sleep(Duration::from_millis(2_500));
    assert_eq!(me(&client), 401);
}

#[test]
fn a_session_ends_after_its_time_however_busy() {
    let app = App::start_with(&[("SESSION_ABSOLUTE_SECS", "2")]);
    let client = login(&app, "ada@example.com");
    assert_eq!(me(&client), 200);
    sleep(Duration::from_millis(2_200));
    assert_eq!(me(&client), 401);
}

#[test]
fn what_a_foreign_page_sends_is_refused() {
    let listed = "https://app.example.com";
    let app = App::start_with(&[("CORS_ALLOWED_ORIGINS", listed)]);
    let client = login(&app, "ada@example.com");
    let logout = |headers: &[(&str, &str)]| {
        client.send("POST", "/auth/logout", headers, None).code().to_string()
    };
    for site in ["cross-site", "same-site"] {
        assert_eq!(logout(&[("sec-fetch-site", site)]), "forbidden", "{site}");
    }
    for origin in ["https://evil.example", "null", "https://app.example.com.evil.example"] {
        assert_eq!(logout(&[("origin", origin)]), "forbidden", "{origin}");
    }
    assert_eq!(me(&client), 200, "nothing has changed");
    let headers = [("origin", listed), ("sec-fetch-site", "cross-site")];
    assert_eq!(client.send("POST", "/auth/logout", &headers, None).status, 204);
}
