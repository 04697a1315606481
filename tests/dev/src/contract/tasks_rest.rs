//! One task over REST: making it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::auth::{is_id, is_time};
use super::client::Client;
use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::rest: creating_answers_201_with_location_and_tag,
        defaults_are_an_empty_description_todo_and_version_1,
        titles_are_1_to_200_code_points,
        a_title_of_white_space_is_too_short,
        descriptions_end_at_10000_code_points,
        a_nul_is_invalid,
        broken_rules_are_reported_all_at_once,
        wrong_types_missing_and_unknown_fields_are_422;
}

pub const TASKS: &str = "/api/v1/tasks";

pub fn make(user: &Client, title: &str) -> Result<String> {
    let id = user.post(TASKS, &json!({"title": title}))?.is(201)?.word("/id")?;
    Ok(format!("{TASKS}/{id}"))
}

fn creating_answers_201_with_location_and_tag(w: &World) -> Result<()> {
    let user = w.user()?;
    let answer = user
        .post(
            TASKS,
            &json!({"title": "first", "description": "d", "due_at": "2030-01-02T03:04:05Z"}),
        )?
        .is(201)?;
    let id = answer.word("/id")?;
    ensure!(is_id(&id), "{}", answer.but("a UUIDv7"));
    let location = format!("{TASKS}/{id}");
    let answer = answer
        .says("location", &location)?
        .says("etag", "\"1\"")?
        .says("content-type", "application/json")?;
    let answer = answer.has("/description", "d")?.has("/due_at", "2030-01-02T03:04:05.000000Z")?;
    let mut keys: Vec<String> =
        answer.at("").as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    keys.sort();
    ensure!(
        keys == [
            "created_at",
            "description",
            "due_at",
            "id",
            "status",
            "title",
            "updated_at",
            "version"
        ],
        "{}",
        answer.but("eight members")
    );
    let read = user.get(&location)?.is(200)?;
    ensure!(read.at("") == answer.at(""), "{}", read.but(&answer.text()));
    Ok(())
}

fn defaults_are_an_empty_description_todo_and_version_1(w: &World) -> Result<()> {
    let answer = w.user()?.post(TASKS, &json!({"title": "plain"}))?.is(201)?;
    let answer = answer
        .has("/description", "")?
        .has("/status", "todo")?
        .has("/version", 1)?
        .has("/due_at", Value::Null)?;
    ensure!(
        is_time(&answer.word("/created_at")?)
            && answer.at("/created_at") == answer.at("/updated_at"),
        "{}",
        answer.but("times")
    );
    Ok(())
}

fn titles_are_1_to_200_code_points(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["x", &"x".repeat(200), &"🦀".repeat(200), " padded "] {
        user.post(TASKS, &json!({"title": title}))?.is(201)?.has("/title", title)?;
    }
    for title in ["x".repeat(201), "🦀".repeat(201), "x".repeat(100_000)] {
        user.post(TASKS, &json!({"title": title}))?.refuses(&[("/title", "too_long")])?;
    }
    Ok(())
}

fn a_title_of_white_space_is_too_short(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["", " ", "\t\r\n", "\u{a0}\u{2003}\u{3000}", "\u{85}\u{2028}"] {
        user.post(TASKS, &json!({"title": title}))?.refuses(&[("/title", "too_short")])?;
    }
    user.post(TASKS, &json!({"title": "\u{200b}"}))?.is(201)?;
    Ok(())
}

fn descriptions_end_at_10000_code_points(w: &World) -> Result<()> {
    let user = w.user()?;
    let ask = |text: String| user.post(TASKS, &json!({"title": "t", "description": text}));
    ask("ä".repeat(10_000))?.is(201)?.has("/description", "ä".repeat(10_000))?;
    ask("ä".repeat(10_001))?.refuses(&[("/description", "too_long")])?;
    Ok(())
}

fn a_nul_is_invalid(w: &World) -> Result<()> {
    let user = w.user()?;
    let body = json!({"title": "a\u{0}b", "description": "\u{0}"});
    user.post(TASKS, &body)?.refuses(&[("/title", "invalid"), ("/description", "invalid")])?;
    user.patch(&make(&user, "whole")?, &body)?
        .refuses(&[("/title", "invalid"), ("/description", "invalid")])?;
    Ok(())
}

fn broken_rules_are_reported_all_at_once(w: &World) -> Result<()> {
    let body = json!({"title": "", "description": "x".repeat(10_001), "due_at": "tomorrow"});
    let all = [("/title", "too_short"), ("/description", "too_long"), ("/due_at", "invalid")];
    let user = w.user()?;
    user.post(TASKS, &body)?.refuses(&all)?;
    user.patch(&make(&user, "whole")?, &body)?.refuses(&all)?;
    Ok(())
}

fn wrong_types_missing_and_unknown_fields_are_422(w: &World) -> Result<()> {
    let user = w.user()?;
    for (body, pointer, code) in [
        (json!({}), "/title", "required"),
        (json!({"title": 1}), "/title", "invalid"),
        (json!({"title": ["x"]}), "/title", "invalid"),
        (json!({"title": "x", "owner_id": "y"}), "/owner_id", "unknown_field"),
        (json!({"title": "x", "id": "y"}), "/id", "unknown_field"),
        (json!({"title": "x", "status": "done"}), "/status", "unknown_field"),
        (json!({"title": "x", "due_at": 5}), "/due_at", "invalid"),
        (json!({"title": "x", "a/b~c": 5}), "/a~1b~0c", "unknown_field"),
    ] {
        user.post(TASKS, &body)?.refuses(&[(pointer, code)])?;
    }
    for body in [json!([]), json!(null), json!("x"), json!(5)] {
        user.post(TASKS, &body)?.problem(422, "validation")?;
    }
    let task = make(&user, "whole")?;
    for (body, pointer, code) in [
        (json!({"version": 2}), "/version", "unknown_field"),
        (json!({"status": "finished"}), "/status", "invalid"),
        (json!({"status": 3}), "/status", "invalid"),
        (json!({"title": {}}), "/title", "invalid"),
    ] {
        user.patch(&task, &body)?.refuses(&[(pointer, code)])?;
    }
    Ok(())
}
