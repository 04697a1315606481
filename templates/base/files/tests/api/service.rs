//! What holds for every route: health, errors, headers, limits.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::App;

#[test]
fn a_service_that_works_is_alive_and_ready() {
    let app = App::start();
    for path in ["/livez", "/readyz"] {
        let answer = app.client().get(path);
        assert_eq!((answer.status, answer.json["status"].as_str()), (200, Some("ok")), "{path}");
    }
}

#[test]
fn every_answer_names_its_request_and_locks_the_page_down() {
    let app = App::start();
    for path in ["/livez", "/nowhere", "/openapi.json"] {
        let answer = app.client().get(path);
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
}

#[test]
fn a_good_request_id_is_kept_and_a_bad_one_is_not() {
    let app = App::start();
    let kept = app.client().with("x-request-id", "my-id-1").get("/livez");
    assert_eq!(kept.header("x-request-id"), "my-id-1");
    let made = app.client().with("x-request-id", "not good!").get("/livez");
    assert_ne!(made.header("x-request-id"), "not good!");
}

#[test]
fn an_error_is_a_problem_with_the_id_of_its_request() {
    let app = App::start();
    let answer = app.client().get("/nowhere");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.code(), "not_found");
    assert_eq!(answer.json["title"], "Not Found");
    assert_eq!(answer.json["request_id"], answer.header("x-request-id"));
}

#[test]
fn a_wrong_method_says_which_are_allowed() {
    let app = App::start();
    let answer = app.client().delete("/livez");
    assert_eq!((answer.status, answer.code()), (405, "method_not_allowed"));
    assert!(answer.header("allow").contains("GET"));
}

#[test]
fn files_of_the_project_cannot_be_read() {
    let app = App::start();
    for path in ["/.env", "/Cargo.toml", "/..%2f..%2fetc/passwd", "//etc/passwd"] {
        assert_eq!(app.client().get(path).status, 404, "{path}");
    }
}

#[test]
fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let app = App::start_with(&[("RATE_LIMIT_PER_MINUTE", "3")]);
    let statuses: Vec<u16> = (0..4).map(|_| app.client().get("/openapi.json").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    let answer = app.client().get("/openapi.json");
    assert_eq!(answer.code(), "rate_limited");
    let wait: u64 = answer.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(app.client().get("/livez").status, 200, "health is exempt");
}

#[test]
fn documents_are_shown_only_where_they_are_switched_on() {
    let app = App::start();
    assert_eq!(app.client().get("/docs").status, 200);
    assert_eq!(app.client().get("/openapi.json").json["openapi"], "3.1.0");
    let app = App::start_with(&[("DOCS_ENABLED", "false")]);
    assert_eq!(app.client().get("/docs").status, 404);
    assert_eq!(app.client().get("/openapi.json").status, 404);
}

#[test]
fn broken_framing_ends_the_connection_and_not_the_service() {
    let app = App::start();
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n broken\r\n\r\n").expect("it is sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the server closes");
    assert!(text.starts_with("HTTP/1.1 400"), "{text}");
    assert_eq!(app.client().get("/livez").status, 200);
}

#[test]
fn settings_are_checked_all_at_once_and_never_printed() {
    use app::{config::Config, platform::env::Env};
    let pairs = [("PORT", "99999"), ("LOG_FORMAT", "loud"), ("APP_ENV", "staging")];
    let pairs = pairs.map(|(name, value)| (name.to_string(), value.to_string()));
    let Err(errors) = Config::read(Env::from_pairs(pairs)) else { panic!("accepted") };
    let text = errors.to_string();
    for name in ["PORT", "LOG_FORMAT", "APP_ENV"] {
        assert!(text.contains(name), "{text}");
    }
    assert!(!text.contains("99999") && !text.contains("loud") && !text.contains("staging"));
}
