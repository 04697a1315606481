//! One task over REST: reading, changing and deleting it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::client::Ask;
use super::kind::Kind;
use super::tasks_rest::{TASKS, make};
use super::world::World;

super::cases! {
    Kind::rest: reading_answers_the_task_and_its_tag,
        a_known_tag_answers_304,
        an_id_that_is_no_uuid_is_404_of_the_row,
        patch_takes_both_media_types,
        a_patch_changes_what_it_names_and_raises_the_version,
        null_in_a_patch_clears,
        an_empty_patch_and_the_same_status_change_nothing,
        legal_moves_are_allowed_illegal_ones_are_409,
        a_stale_if_match_is_412,
        a_weak_or_unreadable_tag_never_matches,
        any_tag_matches_a_star;
}

fn reading_answers_the_task_and_its_tag(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "read")?;
    user.get(&task)?.is(200)?.says("etag", "\"1\"")?.has("/title", "read")?;
    let upper = format!(
        "{TASKS}/{}",
        task.trim_start_matches(TASKS).trim_start_matches('/').to_uppercase()
    );
    let id = task.rsplit('/').next().unwrap_or_default();
    user.unrecorded().get(&upper)?.is(200)?.has("/id", id)?;
    user.get(&format!("{TASKS}/01890a5d-ac96-774b-bcce-b302099a8057"))?
        .problem(404, "not_found")?;
    Ok(())
}

fn a_known_tag_answers_304(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "known")?;
    for tag in ["\"1\"", "W/\"1\"", "*", "\"7\", \"1\""] {
        let answer = user.with("If-None-Match", tag).get(&task)?.is(304)?.says("etag", "\"1\"")?;
        ensure!(answer.body.is_empty(), "{}", answer.but("no body"));
    }
    user.with("If-None-Match", "\"2\"").get(&task)?.is(200)?;
    user.patch(&task, &json!({"title": "changed"}))?.is(200)?;
    user.with("If-None-Match", "\"1\"").get(&task)?.is(200)?.says("etag", "\"2\"")?;
    Ok(())
}

fn an_id_that_is_no_uuid_is_404_of_the_row(w: &World) -> Result<()> {
    let user = w.user()?;
    for id in [
        "1",
        "x",
        "0",
        "%20",
        "01890a5d-ac96-774b-bcce",
        "'",
        "%00",
        "01890a5d-ac96-774b-bcce-b302099a8057x",
        "%ff",
    ] {
        let path = format!("{TASKS}/{id}");
        user.get(&path)?.problem(404, "not_found")?;
        user.patch(&path, &json!({"title": "x"}))?.problem(404, "not_found")?;
        user.patch(&path, &json!({"title": ""}))?.refuses(&[("/title", "too_short")])?;
        user.delete(&path)?.problem(404, "not_found")?;
    }
    Ok(())
}

fn patch_takes_both_media_types(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "media")?;
    let patch = |kind: &str| {
        user.send(
            Ask::new("PATCH", &task).header("Content-Type", kind).bytes(br#"{"title":"merged"}"#),
        )
    };
    patch("application/merge-patch+json")?.is(200)?.has("/title", "merged")?;
    patch("application/json")?.is(200)?;
    patch("application/json-patch+json")?.problem(415, "unsupported_media_type")?;
    let post = Ask::new("POST", TASKS)
        .header("Content-Type", "application/merge-patch+json")
        .bytes(br#"{"title":"x"}"#);
    user.send(post)?.problem(415, "unsupported_media_type")?;
    Ok(())
}

fn a_patch_changes_what_it_names_and_raises_the_version(w: &World) -> Result<()> {
    let user = w.user()?;
    let body = json!({"title": "before", "description": "kept", "due_at": "2030-01-01T00:00:00Z"});
    let before = user.post(TASKS, &body)?.is(201)?;
    let task = format!("{TASKS}/{}", before.word("/id")?);
    let after = user
        .patch(&task, &json!({"title": "after", "status": "doing"}))?
        .is(200)?
        .says("etag", "\"2\"")?;
    let after = after
        .has("/title", "after")?
        .has("/description", "kept")?
        .has("/status", "doing")?
        .has("/version", 2)?;
    let after = after
        .has("/due_at", "2030-01-01T00:00:00.000000Z")?
        .has("/created_at", before.word("/created_at")?)?;
    ensure!(
        after.word("/updated_at")? > before.word("/updated_at")?,
        "{}",
        after.but("a later `updated_at`")
    );
    let read = user.get(&task)?.is(200)?;
    ensure!(read.at("") == after.at(""), "{}", read.but(&after.text()));
    Ok(())
}

fn null_in_a_patch_clears(w: &World) -> Result<()> {
    let user = w.user()?;
    let body = json!({"title": "full", "description": "text", "due_at": "2030-01-01T00:00:00Z"});
    let task = format!("{TASKS}/{}", user.post(TASKS, &body)?.is(201)?.word("/id")?);
    let answer = user.patch(&task, &json!({"description": null, "due_at": null}))?.is(200)?;
    answer.has("/description", "")?.has("/due_at", Value::Null)?.has("/version", 2)?;
    Ok(())
}

fn an_empty_patch_and_the_same_status_change_nothing(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "same")?;
    let before = user.get(&task)?.is(200)?;
    for body in [json!({}), json!({"status": "todo"})] {
        let answer = user.patch(&task, &body)?.is(200)?.says("etag", "\"1\"")?;
        ensure!(answer.at("") == before.at(""), "{}", answer.but(&before.text()));
    }
    Ok(())
}

fn legal_moves_are_allowed_illegal_ones_are_409(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "moves")?;
    let go = |status: &str| user.patch(&task, &json!({"status": status}));
    go("done")?.problem(409, "illegal_transition")?;
    go("doing")?.is(200)?;
    go("todo")?.is(200)?;
    go("doing")?.is(200)?;
    go("done")?.is(200)?;
    go("todo")?.problem(409, "illegal_transition")?;
    user.patch(&task, &json!({"status": "todo", "title": "half"}))?
        .problem(409, "illegal_transition")?;
    user.get(&task)?.has("/title", "moves")?;
    go("done")?.is(200)?.has("/version", 5)?;
    go("doing")?.is(200)?.has("/version", 6)?;
    Ok(())
}

fn a_stale_if_match_is_412(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "tags")?;
    user.with("If-Match", "\"1\"").patch(&task, &json!({"title": "second"}))?.is(200)?;
    user.with("If-Match", "\"1\"")
        .patch(&task, &json!({"title": "third"}))?
        .problem(412, "version_mismatch")?;
    user.with("If-Match", "\"1\"").patch(&task, &json!({}))?.problem(412, "version_mismatch")?;
    user.with("If-Match", "\"9\", \"2\"").patch(&task, &json!({"title": "third"}))?.is(200)?;
    user.patch(&task, &json!({"title": "without"}))?.is(200)?;
    Ok(())
}

fn a_weak_or_unreadable_tag_never_matches(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "weak")?;
    for tag in [
        "W/\"1\"",
        "1",
        "\"x\"",
        "\"01\"",
        "\"\"",
        "\"1",
        "\"99999999999999999999\"",
        "\"-1\"",
        "\"+1\"",
        "nonsense",
    ] {
        user.with("If-Match", tag)
            .patch(&task, &json!({"title": "x"}))?
            .problem(412, "version_mismatch")?;
        user.with("If-Match", tag).delete(&task)?.problem(412, "version_mismatch")?;
    }
    Ok(())
}

fn any_tag_matches_a_star(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "star")?;
    user.with("If-Match", "*").patch(&task, &json!({"title": "x"}))?.is(200)?;
    user.with("If-Match", "*").delete(&task)?.is(204)?;
    user.with("If-Match", "*").delete(&task)?.problem(404, "not_found")?;
    Ok(())
}
