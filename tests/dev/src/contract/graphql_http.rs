//! GraphQL over HTTP: transport and negotiation.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::answer::Answer;
use super::client::{Ask, Client};
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::graphql: answers_are_negotiated,
        what_cannot_be_parsed_or_validated_is_400_or_200_without_data,
        a_missing_query_is_400_or_200,
        what_is_skipped_is_no_error,
        transport_errors_are_problems,
        a_key_given_twice_is_422_at_any_depth,
        get_is_405,
        batches_are_refused;
}

pub const GRAPHQL: &str = "application/graphql-response+json";

fn typed(at: &Client, accept: &str, body: &Value) -> Result<Answer> {
    at.send(Ask::new("POST", "/graphql").header("Accept", accept).json(body))
}

pub fn kind(answer: &Answer) -> String {
    answer
        .header("content-type")
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .to_string()
}

fn answers_are_negotiated(w: &World) -> Result<()> {
    let user = w.user()?;
    let body = json!({"query": "{ __typename }"});
    for (accept, wanted) in [
        (GRAPHQL, GRAPHQL),
        ("application/json", "application/json"),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json, application/graphql-response+json;q=0.5", "application/json"),
    ] {
        let answer = typed(&user, accept, &body)?.is(200)?.has("/data/__typename", "Query")?;
        ensure!(kind(&answer) == wanted, "{}", answer.but(wanted));
    }
    let plain = user.post("/graphql", &body)?.is(200)?;
    ensure!(
        [GRAPHQL, "application/json"].contains(&kind(&plain).as_str()),
        "{}",
        plain.but("one of both types")
    );
    Ok(())
}

pub fn refused(user: &Client, body: &Value) -> Result<()> {
    for (accept, status) in [(GRAPHQL, 400), ("application/json", 200)] {
        let answer = typed(user, accept, body)?
            .is(status)?
            .has("/errors/0/extensions/code", "VALIDATION")?;
        ensure!(kind(&answer) == accept, "{}", answer.but(accept));
        let data = answer.at("").as_object().is_some_and(|map| map.contains_key("data"));
        ensure!(!data, "{}", answer.but("no `data`"));
    }
    Ok(())
}

fn what_cannot_be_parsed_or_validated_is_400_or_200_without_data(w: &World) -> Result<()> {
    let user = w.user()?;
    for query in [
        "{",
        "",
        "nonsense",
        "{ nothing }",
        "{ taskStats }",
        "query($x: Int!) { __typename }",
        "{ task { id } }",
        "{ tasks(first: \"x\") { edges { cursor } } }",
        "subscription { x }",
    ] {
        refused(&user, &json!({"query": query}))?;
    }
    Ok(())
}

fn a_missing_query_is_400_or_200(w: &World) -> Result<()> {
    let user = w.user()?;
    for body in [json!({}), json!({"query": null}), json!({"variables": {}})] {
        refused(&user, &body)?;
    }
    Ok(())
}

fn what_is_skipped_is_no_error(w: &World) -> Result<()> {
    let user = w.user()?;
    for accept in [GRAPHQL, "application/json"] {
        let body = json!({"query": "{ taskStats @skip(if: true) { todo } }"});
        let answer = typed(&user, accept, &body)?.is(200)?;
        ensure!(answer.at("") == json!({"data": {}}), "{}", answer.but("an empty `data`"));
    }
    Ok(())
}

fn transport_errors_are_problems(w: &World) -> Result<()> {
    let user = w.user()?;
    let send = |ask: Ask| user.send(ask.header("Accept", GRAPHQL));
    send(Ask::new("POST", "/graphql").header("Content-Type", "text/plain").bytes(b"{}"))?
        .problem(415, "unsupported_media_type")?;
    send(Ask::new("POST", "/graphql").header("Content-Type", "application/graphql").bytes(b"{x}"))?
        .problem(415, "unsupported_media_type")?;
    send(Ask::new("POST", "/graphql").bytes(b"{}"))?.problem(415, "unsupported_media_type")?;
    send(Ask::new("POST", "/graphql").text("{"))?.problem(400, "malformed")?;
    send(Ask::new("POST", "/graphql").text(&" ".repeat((1 << 20) + 1)))?
        .problem(413, "too_large")?;
    Ok(())
}

fn a_key_given_twice_is_422_at_any_depth(w: &World) -> Result<()> {
    let user = w.user()?;
    for (body, pointer) in [
        (r#"{"query":"{ __typename }","query":"{ __typename }"}"#, "/query"),
        (r#"{"query":"{ __typename }","variables":{"a":1,"a":2}}"#, "/variables/a"),
        (r#"{"query":"{ __typename }","variables":{"a":[{"b":1,"b":2}]}}"#, "/variables/a/0/b"),
    ] {
        user.send(Ask::new("POST", "/graphql").text(body))?.refuses(&[(pointer, "invalid")])?;
    }
    Ok(())
}

fn get_is_405(w: &World) -> Result<()> {
    let user = w.user()?;
    for path in
        ["/graphql", "/graphql?query={__typename}", "/graphql?query=mutation{deleteTask(id:1)}"]
    {
        user.get(path)?.problem(405, "method_not_allowed")?.says("allow", "POST")?;
    }
    Ok(())
}

fn batches_are_refused(w: &World) -> Result<()> {
    let answer = w
        .user()?
        .post("/graphql", &json!([{"query": "{ __typename }"}, {"query": "{ __typename }"}]))?;
    ensure!(matches!(answer.status, 400 | 422), "{}", answer.but("400 or 422"));
    ensure!(!answer.text().contains("__typename\":\"Query"), "{}", answer.but("nothing executed"));
    Ok(())
}
