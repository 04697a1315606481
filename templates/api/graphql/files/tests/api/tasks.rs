//! Tasks over GraphQL: make, read, change, delete.

use crate::graphql::{ask, code};
use crate::support::{Answer, App, Client, json, login};

const CREATE: &str = "mutation($input: CreateTaskInput!, $key: String) {
    createTask(input: $input, idempotencyKey: $key) {
        id title description status dueAt version createdAt updatedAt } }";
const UPDATE: &str = "mutation($id: ID!, $input: UpdateTaskInput!, $version: Int) {
    updateTask(id: $id, input: $input, version: $version) {
        id title description status dueAt version createdAt updatedAt } }";
const DELETE: &str = "mutation($id: ID!, $version: Int) { deleteTask(id: $id, version: $version) }";
const READ: &str = "query($id: ID!) { task(id: $id) {
        id title description status dueAt version createdAt updatedAt } }";

fn create(client: &Client, input: serde_json::Value) -> Answer {
    ask(client, CREATE, json!({"input": input}))
}

fn made(client: &Client, title: &str) -> String {
    let answer = create(client, json!({"title": title}));
    let id = answer.json["data"]["createTask"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{}", answer.text)).to_string()
}

fn update(client: &Client, id: &str, input: serde_json::Value) -> Answer {
    ask(client, UPDATE, json!({"id": id, "input": input}))
}

#[test]
fn a_new_task_can_be_read_again() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let answer = create(&client, json!({"title": "Learn", "dueAt": "2031-05-04T12:00:00.5+02:00"}));
    assert_eq!(answer.status, 200);
    let task = &answer.json["data"]["createTask"];
    assert_eq!((&task["status"], &task["description"]), (&json!("TODO"), &json!("")));
    assert_eq!(
        (&task["version"], &task["dueAt"]),
        (&json!(1), &json!("2031-05-04T10:00:00.500000Z"))
    );
    let read = ask(&client, READ, json!({"id": task["id"]}));
    assert_eq!(&read.json["data"]["task"], task);
}

#[test]
fn all_broken_rules_are_reported_at_once_by_their_names_in_the_schema() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let input = json!({"title": " ", "description": "x".repeat(10_001), "dueAt": "tomorrow"});
    let answer = create(&client, input);
    assert_eq!((answer.status, code(&answer)), (200, "VALIDATION"));
    assert_eq!(answer.json["data"], json!(null));
    let errors = answer.json["errors"][0]["extensions"]["errors"].as_array().expect("a list");
    let pointers: Vec<_> = errors.iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, ["/title", "/description", "/dueAt"]);
}

#[test]
fn an_update_changes_what_it_names_and_raises_the_version() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let id = made(&client, "Before");
    let changed = |input| update(&client, &id, input).json["data"]["updateTask"].clone();
    let due = changed(json!({"title": "After", "dueAt": "2031-01-01T00:00:00Z"}));
    assert_eq!((&due["title"], &due["version"]), (&json!("After"), &json!(2)));
    let cleared = changed(json!({"dueAt": null, "description": null}));
    assert_eq!((&cleared["dueAt"], &cleared["description"]), (&json!(null), &json!("")));
    assert_eq!(changed(json!({}))["version"], 3);
    assert_eq!(code(&update(&client, &id, json!({"title": null}))), "VALIDATION");
    assert_eq!(code(&update(&client, &id, json!({"status": null}))), "VALIDATION");
}

#[test]
fn a_task_moves_one_step_at_a_time() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let id = made(&client, "Step by step");
    let become_ = |status: &str| update(&client, &id, json!({"status": status}));
    assert_eq!(code(&become_("DONE")), "ILLEGAL_TRANSITION");
    for status in ["DOING", "DONE", "DONE", "DOING", "TODO"] {
        assert_eq!(become_(status).json["data"]["updateTask"]["status"], status);
    }
    assert_eq!(code(&become_("done")), "VALIDATION");
}

#[test]
fn a_change_is_refused_when_the_task_has_changed_since() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let id = made(&client, "Contested");
    let change = |version: i64| {
        let input = json!({"title": format!("seen at {version}")});
        ask(&client, UPDATE, json!({"id": id, "input": input, "version": version}))
    };
    assert_eq!((code(&change(1)), code(&change(1))), ("", "VERSION_MISMATCH"));
    let delete = |version: i64| ask(&client, DELETE, json!({"id": id, "version": version}));
    assert_eq!(code(&delete(1)), "VERSION_MISMATCH");
    assert_eq!(delete(2).json, json!({"data": {"deleteTask": id}}));
    assert_eq!(code(&delete(2)), "NOT_FOUND");
}

#[test]
fn an_id_that_is_no_task_is_null_to_read_and_an_error_to_change() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    for id in ["1", "not-a-uuid", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(ask(&client, READ, json!({"id": id})).json, json!({"data": {"task": null}}));
        assert_eq!(code(&update(&client, id, json!({}))), "NOT_FOUND");
        assert_eq!(code(&ask(&client, DELETE, json!({"id": id}))), "NOT_FOUND");
    }
}

#[test]
fn the_same_key_and_input_get_the_first_answer_again() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let keyed = |title: &str| ask(&client, CREATE, json!({"input": {"title": title}, "key": "k"}));
    let (first, again) = (keyed("Once"), keyed("Once"));
    assert_eq!((&first.json, first.header("idempotent-replayed")), (&again.json, ""));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(code(&keyed("Something else")), "IDEMPOTENCY_MISMATCH");
    let long = json!({"input": {"title": "Long"}, "key": "k".repeat(256)});
    assert_eq!(code(&ask(&client, CREATE, long)), "VALIDATION");
}
