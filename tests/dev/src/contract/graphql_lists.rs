//! Lists, stats and keys over GraphQL.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::answer::Answer;
use super::graphql::{change, code, create, data, update};
use super::kind::Kind;
use super::world::{World, at_once};

super::cases! {
    Kind::graphql: lists_are_relay_connections,
        lists_filter_by_status_and_title,
        the_first_are_1_to_100,
        broken_cursors_are_validation_errors,
        stats_are_true_at_once_after_each_write,
        the_same_key_replays_the_first_answer,
        a_key_with_another_input_is_a_mismatch,
        of_many_parallel_duplicates_one_makes_a_task,
        times_end_at_1970_and_9999,
        me_is_whoever_asks;
    Kind::graphql_users: a_strangers_task_is_null_and_not_found;
}

const LIST: &str = "query($first: Int, $after: String, $status: Status, $q: String) {
    tasks(first: $first, after: $after, status: $status, q: $q) {
        edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

fn titles(answer: &Answer) -> Vec<String> {
    let edges = answer.at("/data/tasks/edges").as_array().cloned().unwrap_or_default();
    edges
        .iter()
        .filter_map(|edge| edge.pointer("/node/title")?.as_str().map(str::to_string))
        .collect()
}

fn lists_are_relay_connections(w: &World) -> Result<()> {
    let user = w.user()?;
    let empty = data(w, &user, LIST, json!({}))?.has("/data/tasks/edges", json!([]))?;
    empty
        .has("/data/tasks/pageInfo/hasNextPage", false)?
        .has("/data/tasks/pageInfo/endCursor", Value::Null)?;
    for number in 0..5 {
        w.task(&user, &format!("task {number}"))?;
    }
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = data(w, &user, LIST, json!({"first": 2, "after": after}))?;
        all.extend(titles(&page));
        let ends =
            [page.at("/data/tasks/edges/0/cursor"), page.at("/data/tasks/pageInfo/startCursor")];
        ensure!(ends[0] == ends[1], "{}", page.but("`startCursor` of the first edge"));
        after = page.at("/data/tasks/pageInfo/endCursor");
        if page.at("/data/tasks/pageInfo/hasNextPage") == false {
            break;
        }
        ensure!(all.len() < 10, "the pages do not end");
    }
    ensure!(all == ["task 4", "task 3", "task 2", "task 1", "task 0"], "{all:?}");
    Ok(())
}

fn lists_filter_by_status_and_title(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["Buy Milk", "100%", "a_b", "ÄRGER"] {
        w.task(&user, title)?;
    }
    for (q, wanted) in [
        ("milk", vec!["Buy Milk"]),
        ("%", vec!["100%"]),
        ("_", vec!["a_b"]),
        ("ärger", vec!["ÄRGER"]),
        ("arger", vec![]),
    ] {
        let page = data(w, &user, LIST, json!({"q": q}))?;
        ensure!(titles(&page) == wanted, "{}", page.but(&format!("{wanted:?}")));
    }
    let page = data(w, &user, LIST, json!({"status": "DOING"}))?;
    ensure!(titles(&page).is_empty(), "{}", page.but("nothing"));
    Ok(())
}

fn the_first_are_1_to_100(w: &World) -> Result<()> {
    let user = w.user()?;
    for number in 0..21 {
        w.task(&user, &format!("task {number}"))?;
    }
    ensure!(titles(&data(w, &user, LIST, json!({"first": 1}))?).len() == 1, "first: 1");
    ensure!(titles(&data(w, &user, LIST, json!({"first": 100}))?).len() == 21, "first: 100");
    let usual = data(w, &user, "{ tasks { edges { node { title } } } }", json!({}))?;
    ensure!(titles(&usual).len() == 20, "{}", usual.but("20 tasks"));
    for first in [0, -1, 101, 99_999_999] {
        code(w, &user, LIST, json!({"first": first}), "VALIDATION")?;
    }
    Ok(())
}

fn broken_cursors_are_validation_errors(w: &World) -> Result<()> {
    let user = w.user()?;
    w.task(&user, "one")?;
    w.task(&user, "two")?;
    for after in ["x", "", "AAAA"] {
        code(w, &user, LIST, json!({"after": after}), "VALIDATION")?;
    }
    let page = data(w, &user, LIST, json!({"first": 1}))?;
    let after = page.at("/data/tasks/pageInfo/endCursor");
    code(w, &user, LIST, json!({"after": after, "q": "o"}), "VALIDATION")?;
    code(w, &user, LIST, json!({"after": after, "status": "TODO"}), "VALIDATION")?;
    Ok(())
}

fn stats_are_true_at_once_after_each_write(w: &World) -> Result<()> {
    let user = w.user()?;
    for number in 1..=8 {
        let id = w.task(&user, "counted")?;
        ensure!(w.stats(&user)? == [number, 0, 0], "{:?} after {number}", w.stats(&user)?);
        change(w, &user, &id, json!({"status": "DOING"}))?;
        ensure!(w.stats(&user)? == [number - 1, 1, 0], "{:?} after a move", w.stats(&user)?);
        change(w, &user, &id, json!({"status": "TODO"}))?;
    }
    Ok(())
}

const KEYED: &str = "mutation($input: CreateTaskInput!, $key: String) { createTask(input: $input, idempotencyKey: $key) { id title } }";

fn the_same_key_replays_the_first_answer(w: &World) -> Result<()> {
    let user = w.user()?;
    let variables = json!({"input": {"title": "once"}, "key": "key-1"});
    let first = data(w, &user, KEYED, variables.clone())?;
    let again = data(w, &user, KEYED, variables)?;
    ensure!(again.body == first.body, "{}", again.but(&first.text()));
    ensure!(w.stats(&user)? == [1, 0, 0], "{:?}", w.stats(&user)?);
    for key in ["", &"k".repeat(256), "k\u{fc}"] {
        code(w, &user, KEYED, json!({"input": {"title": "odd"}, "key": key}), "VALIDATION")?;
    }
    Ok(())
}

fn a_key_with_another_input_is_a_mismatch(w: &World) -> Result<()> {
    let user = w.user()?;
    data(w, &user, KEYED, json!({"input": {"title": "once"}, "key": "key"}))?;
    code(
        w,
        &user,
        KEYED,
        json!({"input": {"title": "other"}, "key": "key"}),
        "IDEMPOTENCY_MISMATCH",
    )?;
    Ok(())
}

fn of_many_parallel_duplicates_one_makes_a_task(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    let body = json!({"query": KEYED, "variables": {"input": {"title": "storm"}, "key": "storm"}});
    let answers = at_once(12, |_| user.post("/graphql", &body)?.is(200))?;
    let made = answers.iter().filter_map(|answer| answer.word("/data/createTask/id").ok());
    let mut made: Vec<String> = made.collect();
    made.dedup();
    ensure!(made.len() == 1, "{made:?}");
    ensure!(w.stats(&user)? == [1, 0, 0], "{:?}", w.stats(&user)?);
    Ok(())
}

fn times_end_at_1970_and_9999(w: &World) -> Result<()> {
    let user = w.user()?;
    for time in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
        create(w, &user, json!({"title": "due", "dueAt": time}))?;
    }
    let query = "mutation($input: CreateTaskInput!) { createTask(input: $input) { id } }";
    for time in ["1969-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "2030-01-01"] {
        code(w, &user, query, json!({"input": {"title": "due", "dueAt": time}}), "VALIDATION")?;
    }
    Ok(())
}

fn me_is_whoever_asks(w: &World) -> Result<()> {
    let user = w.user()?;
    let answer = data(w, &user, "{ me { id email createdAt } }", json!({}))?;
    if w.kind.users() {
        let me = user.get("/auth/me")?.is(200)?;
        ensure!(me.at("/id") == answer.at("/data/me/id"), "{}", answer.but(&me.text()));
        ensure!(
            me.at("/created_at") == answer.at("/data/me/createdAt"),
            "{}",
            answer.but(&me.text())
        );
    }
    Ok(())
}

fn a_strangers_task_is_null_and_not_found(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    let id = w.task(&one, "mine")?;
    let read = data(w, &two, "query($id: ID!) { task(id: $id) { title } }", json!({"id": id}))?;
    read.has("/data/task", Value::Null)?;
    for version in [None, Some(1), Some(9)] {
        let (query, variables) = update(json!({"title": "stolen"}), &id, version);
        code(w, &two, &query, variables, "NOT_FOUND")?;
        code(
            w,
            &two,
            "mutation($id: ID!, $version: Int) { deleteTask(id: $id, version: $version) }",
            json!({"id": id, "version": version}),
            "NOT_FOUND",
        )?;
    }
    ensure!(titles(&data(w, &two, LIST, json!({}))?).is_empty(), "a stranger's task is listed");
    let title =
        data(w, &one, "query($id: ID!) { task(id: $id) { title version } }", json!({"id": id}))?;
    title
        .has("/data/task/title", "mine")?
        .at("/data/task/version")
        .as_i64()
        .filter(|it| *it == 1)
        .context("version 1")?;
    Ok(())
}
