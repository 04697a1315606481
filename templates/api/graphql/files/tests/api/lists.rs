//! Lists over GraphQL: pages that neither repeat nor miss a task, filters, counts.

use crate::graphql::{ask, code};
use crate::support::{App, Client, json, login};

const LIST: &str = "query($first: Int, $after: String, $status: Status, $q: String) {
    tasks(first: $first, after: $after, status: $status, q: $q) {
        edges { cursor node { id title } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

fn filled(app: &App, titles: &[&str]) -> Client {
    let client = login(app, "ada@example.com");
    for title in titles {
        let make = "mutation($title: String!) { createTask(input: {title: $title}) { id } }";
        assert_eq!(ask(&client, make, json!({"title": title})).status, 200);
    }
    client
}

fn titles(tasks: &serde_json::Value) -> Vec<&str> {
    let edges = tasks["edges"].as_array().expect("a list").iter();
    edges.filter_map(|edge| edge["node"]["title"].as_str()).collect()
}

#[test]
fn the_pages_of_a_list_hold_each_task_once_newest_first() {
    let app = App::start();
    let client = filled(&app, &["a", "b", "c", "d", "e"]);
    let (mut seen, mut after) = (String::new(), json!(null));
    loop {
        let answer = ask(&client, LIST, json!({"first": 2, "after": after}));
        let tasks = &answer.json["data"]["tasks"];
        let page = &tasks["pageInfo"];
        assert_eq!(page["hasPreviousPage"], !seen.is_empty());
        assert_eq!(page["startCursor"], tasks["edges"][0]["cursor"]);
        seen += &titles(tasks).concat();
        if page["hasNextPage"] == false {
            break;
        }
        after = page["endCursor"].clone();
    }
    assert_eq!(seen, "edcba");
}

#[test]
fn a_search_is_literal_and_does_not_mind_the_case() {
    let app = App::start();
    let client = filled(&app, &["100% Done", "ÄRGER", "under_score"]);
    let found = |q: &str| {
        let answer = ask(&client, LIST, json!({"q": q}));
        titles(&answer.json["data"]["tasks"]).concat()
    };
    assert_eq!((found("%"), found("_")), ("100% Done".to_string(), "under_score".to_string()));
    assert_eq!((found("ärger"), found("' OR 1=1--")), ("ÄRGER".to_string(), String::new()));
}

#[test]
fn bad_arguments_are_refused_by_name() {
    let app = App::start();
    let client = filled(&app, &["a", "b"]);
    let next = ask(&client, LIST, json!({"first": 1})).json;
    let other_list = next["data"]["tasks"]["pageInfo"]["endCursor"].clone();
    let cases = [
        (json!({"first": 0}), "/first"),
        (json!({"first": 101}), "/first"),
        (json!({"first": 99_999_999}), "/first"),
        (json!({"after": "abc"}), "/after"),
        (json!({"after": other_list, "status": "DONE"}), "/after"),
        (json!({"q": "\0"}), "/q"),
    ];
    for (variables, pointer) in cases {
        let answer = ask(&client, LIST, variables);
        assert_eq!(code(&answer), "VALIDATION", "{}", answer.text);
        assert_eq!(answer.json["errors"][0]["extensions"]["errors"][0]["pointer"], pointer);
    }
    assert_eq!(ask(&client, LIST, json!({"status": "OPEN"})).status, 400);
}

#[test]
fn counts_are_true_at_once_after_each_write() {
    let app = App::start();
    let client = filled(&app, &["Counted"]);
    let counts = || {
        ask(&client, "{ taskStats { todo doing done } }", json!({})).json["data"]["taskStats"]
            .clone()
    };
    assert_eq!(counts(), json!({"todo": 1, "doing": 0, "done": 0}));
    let list = ask(&client, LIST, json!({})).json;
    let id = list["data"]["tasks"]["edges"][0]["node"]["id"].clone();
    let start = "mutation($id: ID!) { updateTask(id: $id, input: {status: DOING}) { id } }";
    ask(&client, start, json!({"id": id}));
    assert_eq!(counts(), json!({"todo": 0, "doing": 1, "done": 0}));
    ask(&client, "mutation($id: ID!) { deleteTask(id: $id) }", json!({"id": id}));
    assert_eq!(counts(), json!({"todo": 0, "doing": 0, "done": 0}));
}

#[test]
fn one_request_may_ask_several_questions() {
    let app = App::start();
    let client = filled(&app, &["a"]);
    let query = "{ me { email createdAt } taskStats { todo } tasks { edges { node { title } } } }";
    let data = &ask(&client, query, json!({})).json["data"];
    assert_eq!(data["taskStats"]["todo"], 1);
    assert_eq!(titles(&data["tasks"]), ["a"]);
    assert!(data["me"]["email"].is_string());
}
