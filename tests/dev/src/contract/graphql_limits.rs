//! GraphQL: what a document may cost, and what it may ask.

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Ask;
use super::graphql_http::{GRAPHQL, refused};
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::graphql: depth_ends_at_10,
        complexity_ends_at_500,
        ten_aliases_of_one_field_are_allowed,
        five_directives_are_allowed,
        fragment_cycles_are_refused,
        introspection_is_open_in_development,
        introspection_is_closed_in_production,
        nothing_is_suggested,
        an_operation_is_chosen_by_name;
    Kind::graphql_users: without_credentials_nothing_is_parsed,
        passwords_are_no_graphql;
}

fn allowed(w: &World, query: &str) -> Result<()> {
    let answer = w.graphql(&w.user()?, query, json!({}))?.is(200)?;
    ensure!(answer.at("/errors").is_null(), "{}", answer.but("no errors"));
    Ok(())
}

fn too_much(w: &World, query: &str) -> Result<()> {
    refused(&w.user()?, &json!({"query": query}))
}

/// Inline fragments have no depth, so depth is made of what exists: at most four levels here.
fn depth_ends_at_10(w: &World) -> Result<()> {
    allowed(w, "{ tasks { edges { node { id } } } }")?;
    let deep = |levels: usize| {
        format!(
            "{{ __schema {{ types {}{}{} }} }}",
            "{ fields { type ".repeat(levels),
            "{ name }",
            "} }".repeat(levels)
        )
    };
    // mixed with a field of ours it is not pure introspection
    too_much(w, &format!("{{ taskStats {{ todo }} {}", deep(5).trim_start_matches('{')))
}

fn complexity_ends_at_500(w: &World) -> Result<()> {
    let fields = |count: usize| format!("{{ taskStats {{ {} }} }}", "todo ".repeat(count));
    allowed(w, &fields(499))?;
    too_much(w, &fields(500))?;
    // as written: a list is not multiplied
    allowed(
        w,
        "{ tasks(first: 100) { edges { cursor node { id title description status dueAt version createdAt updatedAt } } } }",
    )
}

fn ten_aliases_of_one_field_are_allowed(w: &World) -> Result<()> {
    let aliases = |count: usize| {
        let all: Vec<String> =
            (0..count).map(|number| format!("a{number}: taskStats {{ todo }}")).collect();
        format!("{{ {} }}", all.join(" "))
    };
    allowed(w, &aliases(10))?;
    too_much(w, &aliases(11))?;
    let hidden = format!(
        "{{ ...on Query {} ...F }} fragment F on Query {{ b: taskStats {{ todo }} }}",
        aliases(10)
    );
    too_much(w, &hidden)
}

fn five_directives_are_allowed(w: &World) -> Result<()> {
    let directives = |count: usize| {
        let all: Vec<String> =
            (0..count).map(|_| "... @include(if: true) { todo }".to_string()).collect();
        format!("{{ taskStats {{ {} }} }}", all.join(" "))
    };
    allowed(w, &directives(5))?;
    too_much(w, &directives(6))
}

fn fragment_cycles_are_refused(w: &World) -> Result<()> {
    too_much(w, "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
}

const TYPES: &str =
    "{ __schema { types { name fields { name type { name ofType { name ofType { name } } } } } } }";

fn introspection_is_open_in_development(w: &World) -> Result<()> {
    allowed(w, TYPES)?;
    allowed(w, "{ __type(name: \"Task\") { name fields { name } } }")
}

fn introspection_is_closed_in_production(w: &World) -> Result<()> {
    let production = [
        ("APP_ENV", "production"),
        ("BASE_URL", "https://app.example"),
        ("HOST", "127.0.0.1"),
        ("MIGRATE_ON_START", "true"),
    ];
    let server = w.server(&production)?;
    let client = if w.kind.users() { w.user_at(&server)? } else { w.nobody_at(&server) };
    for query in [TYPES, "{ __type(name: \"Task\") { name } }"] {
        let answer = w.graphql(&client, query, json!({}))?;
        ensure!(!answer.text().contains("\"Task\""), "{}", answer.but("no types"));
        ensure!(answer.at("/errors").is_array(), "{}", answer.but("errors"));
    }
    Ok(())
}

fn nothing_is_suggested(w: &World) -> Result<()> {
    let production = [
        ("APP_ENV", "production"),
        ("BASE_URL", "https://app.example"),
        ("HOST", "127.0.0.1"),
        ("MIGRATE_ON_START", "true"),
    ];
    let server = w.server(&production)?;
    let client = if w.kind.users() { w.user_at(&server)? } else { w.nobody_at(&server) };
    let answer = w.graphql(&client, "{ taskStat { todo } }", json!({}))?;
    ensure!(!answer.text().contains("taskStats"), "{}", answer.but("no suggestion"));
    Ok(())
}

fn an_operation_is_chosen_by_name(w: &World) -> Result<()> {
    let user = w.user()?;
    let query = "query A { a: __typename } query B { b: __typename }";
    let answer = user.post("/graphql", &json!({"query": query, "operationName": "B"}))?.is(200)?;
    ensure!(answer.at("/data") == json!({"b": "Query"}), "{}", answer.but("B alone"));
    refused(&user, &json!({"query": query}))?;
    refused(&user, &json!({"query": query, "operationName": "C"}))
}

fn without_credentials_nothing_is_parsed(w: &World) -> Result<()> {
    for body in ["{", "", "[]", r#"{"query":"{"}"#, r#"{"query":"{ __typename }"}"#] {
        let ask = Ask::new("POST", "/graphql").header("Accept", GRAPHQL).text(body);
        w.nobody().send(ask)?.problem(401, "unauthenticated")?;
    }
    Ok(())
}

fn passwords_are_no_graphql(w: &World) -> Result<()> {
    for name in ["login", "register", "refresh", "changePassword"] {
        let query = format!("mutation {{ {name}(email: \"a\", password: \"b\") {{ id }} }}");
        refused(&w.user()?, &json!({"query": query}))?;
    }
    Ok(())
}
