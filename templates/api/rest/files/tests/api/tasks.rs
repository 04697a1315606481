//! Tasks over REST: make, read, change, delete.

use crate::support::{App, Client, json, login};

fn task(client: &Client, title: &str) -> String {
    let made = client.post("/api/v1/tasks", json!({"title": title}));
    assert_eq!(made.status, 201, "{}", made.text);
    made.json["id"].as_str().expect("an id").to_string()
}

#[test]
fn a_new_task_can_be_read_where_its_location_says() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let due = "2031-05-04T12:00:00.5+02:00";
    let made = client.post("/api/v1/tasks", json!({"title": "Learn", "due_at": due}));
    assert_eq!(made.status, 201);
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.json["description"], "");
    assert_eq!(made.json["status"], "todo");
    assert_eq!(made.json["due_at"], "2031-05-04T10:00:00.500000Z");
    let read = client.get(made.header("location"));
    assert_eq!((read.status, &read.json), (200, &made.json));
}

#[test]
fn a_title_has_one_to_200_characters_that_are_not_all_blank() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let title = |text: &str| client.post("/api/v1/tasks", json!({"title": text}));
    let long = "ü".repeat(200);
    assert_eq!(title(&long).status, 201);
    let cases = [("", "too_short"), (" \u{2003}", "too_short"), ("a\0", "invalid")];
    for (text, code) in cases.into_iter().chain([(format!("{long}x").as_str(), "too_long")]) {
        let answer = title(text);
        assert_eq!((answer.status, answer.code()), (422, "validation"), "{text:?}");
        assert_eq!(answer.json["errors"][0]["pointer"], "/title");
        assert_eq!(answer.json["errors"][0]["code"], code, "{text:?}");
    }
}

#[test]
fn all_broken_rules_are_reported_at_once() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let body = json!({"title": "", "description": "x".repeat(10_001), "due_at": "tomorrow"});
    let answer = client.post("/api/v1/tasks", body);
    let errors = answer.json["errors"].as_array().expect("a list").iter();
    let pointers: Vec<&str> = errors.filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/title", "/description", "/due_at"]);
}

#[test]
fn the_shape_of_a_body_is_checked_before_its_values() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let cases = [
        (json!({}), "/title", "required"),
        (json!({"title": "a", "owner_id": "me"}), "/owner_id", "unknown_field"),
        (json!({"title": 7}), "/title", "invalid"),
    ];
    for (body, pointer, code) in cases {
        let answer = client.post("/api/v1/tasks", body);
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.json["errors"][0]["pointer"], pointer);
        assert_eq!(answer.json["errors"][0]["code"], code);
    }
    let text = [("content-type", "text/plain")];
    let answer = client.send("POST", "/api/v1/tasks", &text, Some(json!({"title": "a"})));
    assert_eq!((answer.status, answer.code()), (415, "unsupported_media_type"));
}

#[test]
fn a_patch_changes_what_it_names_and_raises_the_version() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let path = format!("/api/v1/tasks/{}", task(&client, "Before"));
    let due = json!({"title": "After", "due_at": "2031-01-01T00:00:00Z"});
    let changed = client.patch(&path, due);
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.json["title"], "After");
    let cleared = client.patch(&path, json!({"due_at": null, "description": null}));
    assert_eq!(cleared.json["due_at"], json!(null));
    let same = client.patch(&path, json!({}));
    assert_eq!((same.status, same.header("etag")), (200, "\"3\""));
    assert_eq!(client.patch(&path, json!({"title": null})).status, 422);
}

#[test]
fn a_task_moves_one_step_at_a_time() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let path = format!("/api/v1/tasks/{}", task(&client, "Step by step"));
    let become_ = |status: &str| client.patch(&path, json!({"status": status}));
    assert_eq!(become_("done").code(), "illegal_transition");
    for status in ["doing", "done", "done", "doing", "todo"] {
        assert_eq!(become_(status).status, 200, "{status}");
    }
    assert_eq!(become_("later").status, 422);
}

#[test]
fn a_change_is_refused_when_the_task_has_changed_since() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let path = format!("/api/v1/tasks/{}", task(&client, "Contested"));
    let change = |tag: &str| {
        let body = json!({"description": tag});
        client.send("PATCH", &path, &[("if-match", tag)], Some(body)).status
    };
    assert_eq!((change("\"1\""), change("\"1\""), change("*")), (200, 412, 200));
    assert_eq!((change("W/\"3\""), change("3")), (412, 412));
    let gone = |tag: &str| client.send("DELETE", &path, &[("if-match", tag)], None).status;
    assert_eq!((gone("\"1\""), gone("\"3\""), gone("\"3\"")), (412, 204, 404));
}

#[test]
fn a_version_that_is_known_is_not_sent_again() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let path = format!("/api/v1/tasks/{}", task(&client, "Known"));
    let read = |tag: &str| client.send("GET", &path, &[("if-none-match", tag)], None).status;
    assert_eq!((read("\"1\""), read("\"2\"")), (304, 200));
}

#[test]
fn an_id_that_is_no_task_answers_404() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    for id in ["1", "not-a-uuid", "01890000-0000-7000-8000-000000000000"] {
        let path = format!("/api/v1/tasks/{id}");
        assert_eq!(client.get(&path).code(), "not_found");
        assert_eq!(client.patch(&path, json!({})).code(), "not_found");
        assert_eq!(client.delete(&path).code(), "not_found");
    }
}

#[test]
fn stats_are_true_at_once_after_each_write() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let stats = || client.get("/api/v1/tasks/stats").json;
    assert_eq!(stats(), json!({"todo": 0, "doing": 0, "done": 0}));
    let path = format!("/api/v1/tasks/{}", task(&client, "Counted"));
    assert_eq!(stats(), json!({"todo": 1, "doing": 0, "done": 0}));
    client.patch(&path, json!({"status": "doing"}));
    assert_eq!(stats(), json!({"todo": 0, "doing": 1, "done": 0}));
    client.delete(&path);
    assert_eq!(stats(), json!({"todo": 0, "doing": 0, "done": 0}));
}
