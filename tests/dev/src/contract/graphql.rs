//! One task over GraphQL.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::answer::Answer;
use super::auth::{is_id, is_time};
use super::client::Client;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::graphql: creating_answers_the_task,
        a_task_is_read_by_its_id_or_null,
        broken_rules_name_every_field,
        an_update_changes_what_it_names,
        null_in_an_update_clears,
        an_empty_update_changes_nothing,
        legal_moves_are_allowed_illegal_ones_are_not,
        a_stale_version_is_a_mismatch,
        deleting_answers_the_id,
        an_id_leaves_in_lower_case;
}

const MISSING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

const TASK: &str = "{ id title description status dueAt version createdAt updatedAt }";

/// An executed request: its `data`, without errors.
pub fn data(w: &World, user: &Client, query: &str, variables: Value) -> Result<Answer> {
    let answer = w.graphql(user, query, variables)?.is(200)?;
    ensure!(answer.at("/errors").is_null(), "{}", answer.but("no errors"));
    Ok(answer)
}

/// An executed request that fails with this code.
pub fn code(w: &World, user: &Client, query: &str, variables: Value, code: &str) -> Result<Answer> {
    let answer = w.graphql(user, query, variables)?.is(200)?;
    answer.has("/errors/0/extensions/code", code)
}

pub fn create(w: &World, user: &Client, input: Value) -> Result<Answer> {
    let query =
        format!("mutation($input: CreateTaskInput!) {{ createTask(input: $input) {TASK} }}");
    data(w, user, &query, json!({"input": input}))
}

pub fn update(input: Value, id: &str, version: Option<i64>) -> (String, Value) {
    let query = format!(
        "mutation($id: ID!, $input: UpdateTaskInput!, $version: Int) {{ updateTask(id: $id, input: $input, version: $version) {TASK} }}"
    );
    (query, json!({"id": id, "input": input, "version": version}))
}

pub fn change(w: &World, user: &Client, id: &str, input: Value) -> Result<Answer> {
    let (query, variables) = update(input, id, None);
    data(w, user, &query, variables)
}

fn creating_answers_the_task(w: &World) -> Result<()> {
    let user = w.user()?;
    let made =
        create(w, &user, json!({"title": "first 🦀", "dueAt": "2030-01-02T03:04:05+02:00"}))?;
    let task = |key: &str| made.at(&format!("/data/createTask/{key}"));
    ensure!(task("id").as_str().is_some_and(is_id), "{}", made.but("a UUIDv7"));
    ensure!(task("createdAt").as_str().is_some_and(is_time), "{}", made.but("a time in UTC"));
    for (key, value) in [
        ("title", json!("first 🦀")),
        ("description", json!("")),
        ("status", json!("TODO")),
        ("version", json!(1)),
        ("dueAt", json!("2030-01-02T01:04:05.000000Z")),
    ] {
        ensure!(task(key) == value, "{}", made.but(&format!("{key}: {value}")));
    }
    Ok(())
}

fn a_task_is_read_by_its_id_or_null(w: &World) -> Result<()> {
    let user = w.user()?;
    let made = create(w, &user, json!({"title": "read"}))?;
    let query = format!("query($id: ID!) {{ task(id: $id) {TASK} }}");
    let read = data(w, &user, &query, json!({"id": made.word("/data/createTask/id")?}))?;
    ensure!(read.at("/data/task") == made.at("/data/createTask"), "{}", read.but(&made.text()));
    for id in [MISSING, "x", "", "1"] {
        let answer = data(w, &user, &query, json!({"id": id}))?;
        ensure!(answer.at("/data") == json!({"task": null}), "{}", answer.but("null"));
    }
    Ok(())
}

fn broken_rules_name_every_field(w: &World) -> Result<()> {
    let user = w.user()?;
    let query = "mutation($input: CreateTaskInput!) { createTask(input: $input) { id } }";
    for input in [
        json!({"title": ""}),
        json!({"title": " \u{a0}"}),
        json!({"title": "x".repeat(201)}),
        json!({"title": "a\u{0}"}),
        json!({"title": "x", "description": "x".repeat(10_001)}),
        json!({"title": "", "description": "\u{0}"}),
    ] {
        let answer = code(w, &user, query, json!({"input": input}), "VALIDATION")?;
        let fields = answer.at("/errors/0/extensions/errors").as_array().map_or(0, Vec::len);
        let wanted =
            input.as_object().map_or(0, |map| map.values().filter(|value| *value != "x").count());
        ensure!(
            fields == wanted,
            "{}",
            answer.but(&format!("{wanted} fields in `extensions.errors`"))
        );
    }
    // the type system's own checks have the same code
    for input in [
        json!({}),
        json!({"title": 1}),
        json!({"title": null}),
        json!({"title": "x", "owner": 1}),
        json!({"title": "x", "dueAt": "soon"}),
    ] {
        let answer = w.graphql(&user, query, json!({"input": input}))?;
        ensure!(
            matches!(answer.status, 200 | 400),
            "{}",
            answer.but("200, or 400 before it is executed")
        );
        answer.has("/errors/0/extensions/code", "VALIDATION")?;
    }
    Ok(())
}

fn an_update_changes_what_it_names(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = create(w, &user, json!({"title": "before", "description": "kept"}))?
        .word("/data/createTask/id")?;
    let after = change(w, &user, &id, json!({"title": "after", "status": "DOING"}))?;
    let after = after
        .has("/data/updateTask/title", "after")?
        .has("/data/updateTask/description", "kept")?;
    after.has("/data/updateTask/status", "DOING")?.has("/data/updateTask/version", 2)?;
    let (query, variables) = update(json!({"title": "x"}), MISSING, None);
    code(w, &user, &query, variables, "NOT_FOUND")?;
    let (query, variables) = update(json!({"title": "x"}), "no-uuid", None);
    code(w, &user, &query, variables, "NOT_FOUND")?;
    Ok(())
}

fn null_in_an_update_clears(w: &World) -> Result<()> {
    let user = w.user()?;
    let input = json!({"title": "full", "description": "text", "dueAt": "2030-01-01T00:00:00Z"});
    let id = create(w, &user, input)?.word("/data/createTask/id")?;
    let after = change(w, &user, &id, json!({"description": null, "dueAt": null}))?;
    after.has("/data/updateTask/description", "")?.has("/data/updateTask/dueAt", Value::Null)?;
    for key in ["title", "status"] {
        let (query, variables) = update(json!({key: null}), &id, None);
        code(w, &user, &query, variables, "VALIDATION")?;
    }
    Ok(())
}

fn an_empty_update_changes_nothing(w: &World) -> Result<()> {
    let user = w.user()?;
    let made = create(w, &user, json!({"title": "same"}))?;
    let id = made.word("/data/createTask/id")?;
    for input in [json!({}), json!({"status": "TODO"})] {
        let after = change(w, &user, &id, input)?;
        ensure!(
            after.at("/data/updateTask") == made.at("/data/createTask"),
            "{}",
            after.but(&made.text())
        );
    }
    Ok(())
}

fn legal_moves_are_allowed_illegal_ones_are_not(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = w.task(&user, "moves")?;
    let illegal = |status: &str| {
        let (query, variables) = update(json!({"status": status}), &id, None);
        code(w, &user, &query, variables, "ILLEGAL_TRANSITION")
    };
    illegal("DONE")?;
    for status in ["DOING", "TODO", "DOING", "DONE"] {
        change(w, &user, &id, json!({"status": status}))?;
    }
    illegal("TODO")?;
    change(w, &user, &id, json!({"status": "DOING"}))?.has("/data/updateTask/version", 6)?;
    Ok(())
}

fn a_stale_version_is_a_mismatch(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = w.task(&user, "versions")?;
    let (query, variables) = update(json!({"title": "second"}), &id, Some(1));
    data(w, &user, &query, variables)?;
    for version in [1, 3, 0, -1] {
        let (query, variables) = update(json!({"title": "third"}), &id, Some(version));
        code(w, &user, &query, variables, "VERSION_MISMATCH")?;
    }
    let delete = "mutation($id: ID!, $version: Int) { deleteTask(id: $id, version: $version) }";
    code(w, &user, delete, json!({"id": id, "version": 1}), "VERSION_MISMATCH")?;
    data(w, &user, delete, json!({"id": id, "version": 2}))?.has("/data/deleteTask", id)?;
    Ok(())
}

fn deleting_answers_the_id(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = w.task(&user, "gone")?;
    let delete = "mutation($id: ID!) { deleteTask(id: $id) }";
    data(w, &user, delete, json!({"id": id}))?.has("/data/deleteTask", id.clone())?;
    for gone in [id.as_str(), MISSING, "x"] {
        code(w, &user, delete, json!({"id": gone}), "NOT_FOUND")?;
    }
    Ok(())
}

fn an_id_leaves_in_lower_case(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = w.task(&user, "shouted")?;
    let query = "mutation($id: ID!) { deleteTask(id: $id) }";
    let answer = w.graphql(&user, query, json!({"id": id.to_uppercase()}))?.is(200)?;
    if answer.at("/errors").is_null() {
        ensure!(answer.at("/data/deleteTask") == id, "{}", answer.but(&id));
    }
    Ok(())
}
