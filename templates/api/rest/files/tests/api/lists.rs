//! Lists: pages that neither repeat nor miss a task, filters, and parameters that are refused.

use crate::support::{App, Client, json, login};

fn filled(app: &App, titles: &[&str]) -> Client {
    let client = login(app, "ada@example.com");
    for title in titles {
        assert_eq!(client.post("/api/v1/tasks", json!({"title": title})).status, 201);
    }
    client
}

fn titles(client: &Client, path: &str) -> Vec<String> {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json["items"].as_array().expect("a list").iter();
    items.filter_map(|task| task["title"].as_str().map(str::to_string)).collect()
}

#[test]
fn the_pages_of_a_list_hold_each_task_once() {
    let app = App::start();
    let client = filled(&app, &["a", "b", "c", "d", "e"]);
    for (sort, expected) in [("-created_at", "edcba"), ("created_at", "abcde")] {
        let (mut seen, mut cursor) = (String::new(), String::new());
        loop {
            let path = format!("/api/v1/tasks?limit=2&sort={sort}{cursor}");
            seen += &titles(&client, &path).concat();
            match client.get(&path).json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected);
    }
}

#[test]
fn a_search_is_literal_and_does_not_mind_the_case() {
    let app = App::start();
    let client = filled(&app, &["100% Done", "ÄRGER", "under_score"]);
    let found = |q: &str| titles(&client, &format!("/api/v1/tasks?q={q}"));
    assert_eq!(found("%25"), ["100% Done"]);
    assert_eq!(found("_"), ["under_score"]);
    assert_eq!(found("%C3%A4rger"), ["ÄRGER"]);
    assert!(found("'%20OR%201=1--").is_empty());
}

#[test]
fn a_filter_by_status_shows_only_that() {
    let app = App::start();
    let client = filled(&app, &["stays", "moves"]);
    let id = client.get("/api/v1/tasks").json["items"][0]["id"].clone();
    let path = format!("/api/v1/tasks/{}", id.as_str().expect("an id"));
    assert_eq!(client.patch(&path, json!({"status": "doing"})).status, 200);
    assert_eq!(titles(&client, "/api/v1/tasks?status=doing"), ["moves"]);
    assert_eq!(titles(&client, "/api/v1/tasks?status=todo"), ["stays"]);
}

#[test]
fn bad_and_unknown_parameters_are_refused_by_name() {
    let app = App::start();
    let client = filled(&app, &["a", "b"]);
    let next = client.get("/api/v1/tasks?limit=1").json["next_cursor"].clone();
    let other_list = format!("status=done&cursor={}", next.as_str().expect("a cursor"));
    let bad = [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=-1", "?limit"),
        ("limit=9223372036854775808", "?limit"),
        ("status=open", "?status"),
        ("sort=title;drop", "?sort"),
        ("cursor=abc", "?cursor"),
        ("q=%00", "?q"),
        ("page=2", "?page"),
        (other_list.as_str(), "?cursor"),
    ];
    for (query, pointer) in bad {
        let answer = client.get(&format!("/api/v1/tasks?{query}"));
        assert_eq!(answer.status, 422, "{query}");
        assert_eq!(answer.json["errors"][0]["pointer"], pointer, "{query}");
    }
}
