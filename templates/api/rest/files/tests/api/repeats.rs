//! Idempotency keys: a request that is sent twice makes one task.

use crate::support::{Answer, App, Client, json, login};

fn make(client: &Client, key: &str, title: &str) -> Answer {
    let body = Some(json!({"title": title}));
    client.send("POST", "/api/v1/tasks", &[("idempotency-key", key)], body)
}

fn count(client: &Client) -> usize {
    client.get("/api/v1/tasks?limit=100").json["items"].as_array().map_or(0, Vec::len)
}

#[test]
fn the_same_key_and_body_get_the_first_answer_again() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let (first, again) = (make(&client, "k", "Once"), make(&client, "k", "Once"));
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!((&again.text, again.header("location")), (&first.text, first.header("location")));
    assert_eq!(count(&client), 1);
}

#[test]
fn the_same_key_for_something_else_is_refused() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    make(&client, "k", "Once");
    let other = make(&client, "k", "Something else");
    assert_eq!((other.status, other.code()), (422, "idempotency_mismatch"));
    assert_eq!(make(&client, &"k".repeat(256), "Too long").status, 422);
}

#[test]
fn a_request_that_failed_leaves_its_key_free() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    assert_eq!(make(&client, "k", "").status, 422);
    assert_eq!(make(&client, "k", "Now it is good").status, 201);
}

#[test]
fn parallel_repeats_make_one_task() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let race = || make(&client, "k", "Raced").status;
        let racers: Vec<_> = (0..20).map(|_| scope.spawn(race)).collect();
        racers.into_iter().map(|racer| racer.join().expect("no panic")).collect()
    });
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(count(&client), 1);
}
