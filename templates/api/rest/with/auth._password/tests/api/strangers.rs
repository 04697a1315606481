//! Who has no credentials gets nothing, and who has some sees only what is theirs.

use crate::support::{App, json, login};

#[test]
fn without_credentials_nothing_is_answered() {
    let app = App::start();
    let client = app.client();
    let id = "/api/v1/tasks/01890000-0000-7000-8000-000000000000";
    let text = [("content-type", "text/plain")];
    let answers = [
        client.get("/api/v1/tasks?limit=no"),
        client.get("/api/v1/tasks/stats"),
        client.get(id),
        client.send("POST", "/api/v1/tasks", &text, Some(json!("{"))),
        client.patch(id, json!({"title": 7})),
        client.delete(id),
    ];
    for answer in answers {
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{}", answer.text);
    }
}

#[test]
fn the_task_of_somebody_else_is_not_there() {
    let app = App::start();
    let (ada, bob) = (login(&app, "ada@example.com"), login(&app, "bob@example.com"));
    let made = ada.post("/api/v1/tasks", json!({"title": "Mine"}));
    let path = made.header("location");
    assert_eq!(bob.get(path).code(), "not_found");
    assert_eq!(bob.patch(path, json!({"title": "His"})).code(), "not_found");
    assert_eq!(bob.delete(path).code(), "not_found");
    assert_eq!(ada.get(path).json["title"], "Mine");
    assert_eq!(bob.get("/api/v1/tasks").json["items"], json!([]));
}

#[test]
fn a_key_belongs_to_its_user() {
    let app = App::start();
    let ids = ["ada@example.com", "bob@example.com"].map(|email| {
        let (client, key) = (login(&app, email), [("idempotency-key", "k")]);
        let made = client.send("POST", "/api/v1/tasks", &key, Some(json!({"title": "Once"})));
        made.json["id"].clone()
    });
    assert!(ids[0].is_string() && ids[0] != ids[1]);
}
