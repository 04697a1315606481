//! GraphQL over HTTP: what is answered to whom, in which form, and how large a request may be.

use crate::support::{Answer, App, Client, json, login};

/// A request with variables.
pub fn ask(client: &Client, query: &str, variables: serde_json::Value) -> Answer {
    client.post("/graphql", json!({"query": query, "variables": variables}))
}

/// The code of the first error.
pub fn code(answer: &Answer) -> &str {
    answer.json["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

const JSON: [(&str, &str); 1] = [("accept", "application/json")];
const GRAPHQL: [(&str, &str); 1] = [("accept", "application/graphql-response+json")];

#[test]
fn the_client_chooses_the_type_of_the_answer() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let cases = [
        ("application/json", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        ("application/json, */*;q=0.1", "application/json"),
        ("application/json;q=0.5, application/*", "application/graphql-response+json"),
        ("*/*", "application/graphql-response+json"),
        ("text/html", "application/graphql-response+json"),
    ];
    for (accept, kind) in cases {
        let body = Some(json!({"query": "{ me { id } }"}));
        let answer = client.send("POST", "/graphql", &[("accept", accept)], body);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{accept}");
    }
}

#[test]
fn what_cannot_be_run_has_no_data_and_says_so_in_the_status() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let unknown_variable = "query($id: ID!) { task(id: $id) { id } }";
    for query in [
        "{",
        "{ nothing }",
        "{ me }",
        "query A { me { id } } query B { me { id } }",
        unknown_variable,
    ] {
        for (accept, status) in [(GRAPHQL, 400), (JSON, 200)] {
            let body = Some(json!({"query": query}));
            let answer = client.send("POST", "/graphql", &accept, body);
            assert_eq!((answer.status, code(&answer)), (status, "VALIDATION"), "{query}");
            assert!(answer.json.get("data").is_none(), "{}", answer.text);
        }
    }
    assert_eq!(client.send("POST", "/graphql", &GRAPHQL, Some(json!({}))).status, 400);
    assert_eq!(client.send("POST", "/graphql", &JSON, Some(json!({}))).status, 200);
}

#[test]
fn the_body_is_one_object_of_a_known_shape() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let cases = [
        (json!([{"query": "{ me { id } }"}]), 400, "malformed"),
        (json!("{ me { id } }"), 400, "malformed"),
        (json!({"query": 7}), 422, "validation"),
        (json!({"query": "{ me { id } }", "variables": []}), 422, "validation"),
        (json!({"query": "{ me { id } }", "operationName": 1}), 422, "validation"),
    ];
    for (body, status, code) in cases {
        let answer = client.post("/graphql", body);
        assert_eq!((answer.status, answer.code()), (status, code), "{}", answer.text);
    }
    let more = json!({"query": "{ me { id } }", "variables": null, "extensions": {}, "other": 1});
    assert_eq!(client.post("/graphql", more).status, 200);
}

#[test]
fn only_a_post_of_json_is_a_request() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let body = || json!({"query": "{ me { id } }"});
    let get = client.get("/graphql?query=%7Bme%7Bid%7D%7D");
    for answer in [get, client.patch("/graphql", body()), client.delete("/graphql")] {
        assert_eq!((answer.status, answer.code()), (405, "method_not_allowed"));
        assert_eq!(answer.header("allow"), "POST");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/graphql"] {
        let answer = client.send("POST", "/graphql", &[("content-type", kind)], Some(body()));
        assert_eq!((answer.status, answer.code()), (415, "unsupported_media_type"), "{kind}");
    }
}

#[test]
fn the_schema_and_its_console_are_shown_only_where_documents_are() {
    let names = "{ __schema { types { name } } }";
    let app = App::start();
    let client = login(&app, "ada@example.com");
    assert_eq!(client.post("/graphql", json!({"query": names})).status, 200);
    let page = client.get("/graphiql");
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("://"), "nothing comes from outside");
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let app = App::start_with(&[("DOCS_ENABLED", "false")]);
    let client = login(&app, "ada@example.com");
    assert_eq!(code(&client.post("/graphql", json!({"query": names}))), "VALIDATION");
    assert_eq!(client.get("/graphiql").status, 404);
    let typo = client.post("/graphql", json!({"query": "{ taskStat { todo } }"}));
    assert!(!typo.text.contains("taskStats"), "{}", typo.text);
}
