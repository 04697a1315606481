//! One task over REST: times and odd values.

use anyhow::Result;
use serde_json::json;

use super::client::Ask;
use super::kind::Kind;
use super::tasks_rest::{TASKS, make};
use super::world::World;

super::cases! {
    Kind::rest: a_key_given_twice_is_422,
        due_times_leave_in_utc,
        due_times_end_at_1970_and_9999,
        null_is_422_where_it_means_nothing,
        text_comes_back_as_it_went_in;
}

fn a_key_given_twice_is_422(w: &World) -> Result<()> {
    let user = w.user()?;
    let twice = r#"{"title":"a","title":"b"}"#;
    user.send(Ask::new("POST", TASKS).text(twice))?.problem(422, "validation")?;
    user.send(Ask::new("PATCH", &make(&user, "whole")?).text(twice))?.problem(422, "validation")?;
    Ok(())
}

fn due_times_leave_in_utc(w: &World) -> Result<()> {
    let user = w.user()?;
    for (sent, kept) in [
        ("2030-01-02T03:04:05+02:00", "2030-01-02T01:04:05.000000Z"),
        ("2030-01-02T03:04:05.5-00:30", "2030-01-02T03:34:05.500000Z"),
        ("2030-01-02t03:04:05.123456z", "2030-01-02T03:04:05.123456Z"),
        ("2028-02-29T23:59:59.000001Z", "2028-02-29T23:59:59.000001Z"),
    ] {
        let answer = user
            .post(TASKS, &json!({"title": "due", "due_at": sent}))?
            .is(201)?
            .has("/due_at", kept)?;
        user.get(&format!("{TASKS}/{}", answer.word("/id")?))?.is(200)?.has("/due_at", kept)?;
    }
    for wrong in [
        "2030-01-02",
        "2030-01-02T03:04:05",
        "2030-02-30T00:00:00Z",
        "2030-13-01T00:00:00Z",
        "now",
        "",
        "2030-01-02T25:00:00Z",
        "2030-01-02 03:04:05Z",
        "1700000000",
    ] {
        user.post(TASKS, &json!({"title": "due", "due_at": wrong}))?
            .refuses(&[("/due_at", "invalid")])?;
    }
    Ok(())
}

fn due_times_end_at_1970_and_9999(w: &World) -> Result<()> {
    let user = w.user()?;
    for time in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:30:00-01:00"]
    {
        let answer = user.post(TASKS, &json!({"title": "due", "due_at": time}))?.is(201)?;
        let kept = answer.word("/due_at")?;
        user.get(&format!("{TASKS}/{}", answer.word("/id")?))?.is(200)?.has("/due_at", kept)?;
    }
    for time in [
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:30:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
    ] {
        user.post(TASKS, &json!({"title": "due", "due_at": time}))?
            .refuses(&[("/due_at", "invalid")])?;
    }
    Ok(())
}

fn null_is_422_where_it_means_nothing(w: &World) -> Result<()> {
    let user = w.user()?;
    user.post(TASKS, &json!({"title": null}))?.refuses(&[("/title", "invalid")])?;
    user.post(TASKS, &json!({"title": "x", "description": null}))?
        .refuses(&[("/description", "invalid")])?;
    let task = make(&user, "whole")?;
    for key in ["title", "status"] {
        user.patch(&task, &json!({key: null}))?.refuses(&[(&format!("/{key}"), "invalid")])?;
    }
    Ok(())
}

fn text_comes_back_as_it_went_in(w: &World) -> Result<()> {
    let user = w.user()?;
    for text in [
        "' OR 1=1--",
        "<script>alert(1)</script>",
        "e\u{301} é",
        "🦀\u{200d}",
        "a\\\"b/\n\t",
        "\u{1b}[31m",
        "trailing ",
        "%_%",
    ] {
        let task =
            user.post(TASKS, &json!({"title": text, "description": text}))?.is(201)?.word("/id")?;
        user.get(&format!("{TASKS}/{task}"))?
            .is(200)?
            .has("/title", text)?
            .has("/description", text)?;
    }
    Ok(())
}
