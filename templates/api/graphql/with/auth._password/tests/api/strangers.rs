//! Who has no credentials gets nothing, and who has some sees only what is theirs.

use crate::graphql::{ask, code};
use crate::support::{App, json, login};

#[test]
fn without_credentials_nothing_is_even_parsed() {
    let app = App::start();
    for (kind, body) in
        [("application/json", json!({"query": "{ me { id } }"})), ("text/plain", json!("{"))]
    {
        let answer = app.client().send("POST", "/graphql", &[("content-type", kind)], Some(body));
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{kind}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[test]
fn the_task_of_somebody_else_is_not_there() {
    let app = App::start();
    let (ada, bob) = (login(&app, "ada@example.com"), login(&app, "bob@example.com"));
    let made = ask(&ada, "mutation { createTask(input: {title: \"Mine\"}) { id } }", json!({}));
    let id = json!({"id": made.json["data"]["createTask"]["id"]});
    let read = "query($id: ID!) { task(id: $id) { title } }";
    assert_eq!(ask(&bob, read, id.clone()).json, json!({"data": {"task": null}}));
    for change in ["updateTask(id: $id, input: {title: \"His\"}) { id }", "deleteTask(id: $id)"] {
        let change = format!("mutation($id: ID!) {{ {change} }}");
        assert_eq!(code(&ask(&bob, &change, id.clone())), "NOT_FOUND");
    }
    assert_eq!(ask(&ada, read, id).json["data"]["task"]["title"], "Mine");
    let list = ask(&bob, "{ tasks { edges { node { id } } } me { email } }", json!({}));
    assert_eq!(list.json["data"]["tasks"]["edges"], json!([]));
    assert_eq!(list.json["data"]["me"]["email"], "bob@example.com");
}

#[test]
fn a_key_belongs_to_its_user() {
    let app = App::start();
    let make = "mutation { createTask(input: {title: \"Once\"}, idempotencyKey: \"k\") { id } }";
    let ids = ["ada@example.com", "bob@example.com"].map(|email| {
        let answer = ask(&login(&app, email), make, json!({}));
        answer.json["data"]["createTask"]["id"].clone()
    });
    assert!(ids[0].is_string() && ids[0] != ids[1]);
}
