//! How much one GraphQL request may ask for, and that asking for more is cheap to refuse.

use std::time::{Duration, Instant};

use crate::graphql::{ask, code};
use crate::support::{App, Client, json, login};

/// Refused within a moment, and the service is still there.
#[track_caller]
fn refused(client: &Client, query: &str) {
    let begun = Instant::now();
    let answer = ask(client, query, json!({}));
    assert_eq!((answer.status, code(&answer)), (400, "VALIDATION"), "{query:.80}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{query:.80}");
    assert_eq!(client.get("/livez").status, 200);
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

#[test]
fn a_request_may_be_as_large_as_the_limits_and_no_larger() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let many = |count| format!("{{ {} }}", "me { id } ".repeat(count));
    let aliases = |count| format!("{{ {} }}", repeated(count, |n| format!("a{n}: me {{ id }} ")));
    let directives = |count| format!("{{ {} }}", "me @include(if: true) { id } ".repeat(count));
    for allowed in [many(250), aliases(10), directives(5)] {
        assert_eq!(ask(&client, &allowed, json!({})).status, 200, "{allowed:.80}");
    }
    let same = format!("{{ {} }}", "__typename ".repeat(501));
    for too_much in [same, many(251), many(1000), aliases(11), aliases(1000), directives(6)] {
        refused(&client, &too_much);
    }
    let deep = format!("{}id{}", "{ a ".repeat(11), "}".repeat(11));
    let answer = ask(&client, &deep, json!({}));
    assert_eq!(answer.json["errors"][0]["message"], "the request is nested too deep");
}

#[test]
fn fragments_count_where_they_are_spread() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    refused(&client, "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }");
    let doubling = repeated(30, |n| {
        let next = n + 1;
        format!("fragment F{n} on Query {{ ...F{next} ...F{next} }} ")
    });
    refused(&client, &format!("{{ ...F0 }} {doubling} fragment F30 on Query {{ me {{ id }} }}"));
}

#[test]
fn a_document_that_would_overflow_the_parser_is_not_parsed() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    for count in [100, 500, 1_000, 100_000] {
        let lists = format!("{}{}", "[".repeat(count), "]".repeat(count));
        refused(&client, &format!("{{ task(id: {lists}) {{ id }} }}"));
        refused(&client, &format!("{{ task(id: [\"\"\"x\" {lists}]) {{ id }} }}"));
        refused(&client, &format!("query($a: ID = {lists}) {{ task(id: $a) {{ id }} }}"));
    }
    let quoted = format!("{{ task(id: \"{}\") {{ id }} }}", "[".repeat(1_000));
    assert_eq!(ask(&client, &quoted, json!({})).json, json!({"data": {"task": null}}));
}

#[test]
fn tools_may_ask_for_the_whole_schema() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let types = "ofType { name ".repeat(12) + &"} ".repeat(12);
    let query =
        format!("{{ __schema {{ types {{ name fields {{ type {{ name {types} }} }} }} }} }}");
    assert_eq!(ask(&client, &query, json!({})).status, 200);
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let app = App::start_with(&[("BODY_LIMIT_BYTES", "1024")]);
    let big = json!({"padding": "x".repeat(2048)});
    let answer = app.client().post("/graphql", big);
    assert_eq!((answer.status, answer.code()), (413, "too_large"));
}
