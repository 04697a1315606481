//! `Idempotency-Key` over REST.

use anyhow::{Result, ensure};
use serde_json::json;

use super::answer::Answer;
use super::client::{Ask, Client};
use super::kind::Kind;
use super::world::{World, at_once};

super::cases! {
    Kind::rest:
        the_same_key_and_body_replay_the_first_answer, another_body_is_a_mismatch,
        the_same_json_in_other_bytes_is_another_body, a_replay_is_the_answer_of_then,
        only_successes_are_kept, keys_are_1_to_255_printable_characters,
        of_many_parallel_duplicates_one_makes_a_task, another_route_does_not_know_keys;
    Kind::rest_users: a_key_is_each_users_own;
}

const TASKS: &str = "/api/v1/tasks";

/// Keys differ from case to case: with auth `none` all of them are one user's.
fn make(user: &Client, key: &str, body: &str) -> Result<Answer> {
    user.send(Ask::new("POST", TASKS).header("Idempotency-Key", key).text(body))
}

fn count(user: &Client) -> Result<usize> {
    let page = user.get(&format!("{TASKS}?limit=100"))?.is(200)?;
    Ok(page.at("/items").as_array().map_or(0, Vec::len))
}

fn the_same_key_and_body_replay_the_first_answer(w: &World) -> Result<()> {
    let user = w.user()?;
    let first =
        make(&user, "key-1", r#"{"title":"once"}"#)?.is(201)?.lacks("idempotent-replayed")?;
    for _ in 0..2 {
        let again = make(&user, "key-1", r#"{"title":"once"}"#)?
            .is(201)?
            .says("idempotent-replayed", "true")?;
        ensure!(again.body == first.body, "{}", again.but(&first.text()));
        for header in ["location", "etag", "content-type"] {
            ensure!(again.header(header) == first.header(header), "{}", again.but(&first.but("")));
        }
    }
    ensure!(count(&user)? == 1, "{} tasks", count(&user)?);
    make(&user, "key-2", r#"{"title":"once"}"#)?.is(201)?.lacks("idempotent-replayed")?;
    Ok(())
}

fn another_body_is_a_mismatch(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "key of case 4", r#"{"title":"once"}"#)?.is(201)?;
    make(&user, "key of case 4", r#"{"title":"other"}"#)?.problem(422, "idempotency_mismatch")?;
    make(&user, "key of case 4", r#"{"title":""}"#)?.refuses(&[("/title", "too_short")])?;
    make(&user, "KEY OF CASE 4", r#"{"title":"other"}"#)?.is(201)?.lacks("idempotent-replayed")?;
    Ok(())
}

fn the_same_json_in_other_bytes_is_another_body(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "key of case 5", r#"{"title":"once"}"#)?.is(201)?;
    make(&user, "key of case 5", r#"{ "title": "once" }"#)?.problem(422, "idempotency_mismatch")?;
    Ok(())
}

fn a_replay_is_the_answer_of_then(w: &World) -> Result<()> {
    let user = w.user()?;
    let first = make(&user, "key of case 6", r#"{"title":"once"}"#)?.is(201)?;
    let task = format!("{TASKS}/{}", first.word("/id")?);
    user.patch(&task, &json!({"title": "later"}))?.is(200)?;
    let again =
        make(&user, "key of case 6", r#"{"title":"once"}"#)?.is(201)?.says("etag", "\"1\"")?;
    ensure!(again.body == first.body, "{}", again.but(&first.text()));
    Ok(())
}

fn only_successes_are_kept(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "key of case 7", r#"{"title":""}"#)?.refuses(&[("/title", "too_short")])?;
    make(&user, "key of case 7", r#"{"title":"now"}"#)?.is(201)?.lacks("idempotent-replayed")?;
    Ok(())
}

fn keys_are_1_to_255_printable_characters(w: &World) -> Result<()> {
    let user = w.user()?;
    for key in ["k", &"k".repeat(255), "a !~\"{}"] {
        make(&user, key, r#"{"title":"fine"}"#)?.is(201)?;
    }
    for key in ["", &"k".repeat(256), "k\u{fc}", "a\tb"] {
        let answer = make(&user, key, r#"{"title":"odd"}"#)?;
        let answer = answer.problem(422, "validation")?;
        answer.has("/errors/0/pointer", "Idempotency-Key")?;
    }
    Ok(())
}

fn of_many_parallel_duplicates_one_makes_a_task(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    let answers = at_once(12, |_| make(&user, "storm", r#"{"title":"storm"}"#))?;
    let mut ids = Vec::new();
    let mut fresh = 0;
    for answer in answers {
        if answer.status == 201 {
            fresh += usize::from(answer.header("idempotent-replayed").is_none());
            ids.push(answer.word("/id")?);
        } else {
            answer.problem(409, "conflict")?;
        }
    }
    ids.dedup();
    ensure!(ids.len() == 1 && fresh == 1, "{fresh} were made, ids {ids:?}");
    ensure!(count(&user)? == 1, "{} tasks", count(&user)?);
    Ok(())
}

fn another_route_does_not_know_keys(w: &World) -> Result<()> {
    let user = w.user()?;
    let id = make(&user, "key of case 10", r#"{"title":"once"}"#)?.is(201)?.word("/id")?;
    let patch = Ask::new("PATCH", &format!("{TASKS}/{id}"))
        .header("Idempotency-Key", "key of case 10")
        .text(r#"{"title":"new"}"#);
    user.send(patch)?.is(200)?.lacks("idempotent-replayed")?.has("/title", "new")?;
    Ok(())
}

fn a_key_is_each_users_own(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    let first = make(&one, "key of case 11", r#"{"title":"once"}"#)?.is(201)?;
    let second = make(&two, "key of case 11", r#"{"title":"once"}"#)?
        .is(201)?
        .lacks("idempotent-replayed")?;
    ensure!(first.word("/id")? != second.word("/id")?, "{}", second.but("a task of their own"));
    make(&two, "key of case 11", r#"{"title":"other"}"#)?.problem(422, "idempotency_mismatch")?;
    Ok(())
}
