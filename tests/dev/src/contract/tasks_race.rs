//! Tasks over REST: stats, races and strangers.

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::client::Ask;
use super::kind::Kind;
use super::tasks_rest::{TASKS, make};
use super::world::{World, at_once};

super::cases! {
    Kind::rest: of_twenty_patches_of_one_version_one_wins,
        deleting_answers_204_then_404,
        deleting_asks_if_match_too,
        stats_count_by_status,
        stats_are_true_at_once_after_each_write,
        stats_stay_true_under_racing_readers,
        stats_are_true_also_of_writes_that_nobody_waits_for,
        the_patch_precedence_is_422_404_412_409,
        big_numbers_and_hostile_values_are_no_500;
    Kind::rest_users: a_strangers_task_is_404_in_every_way,
        stats_are_each_users_own;
}

/// A client leaves while its task is being written: the task may be there, and then it counts.
fn stats_are_true_also_of_writes_that_nobody_waits_for(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    let cookie = user.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n"));
    let bearer = user.bearer.as_ref().map(|it| format!("Authorization: Bearer {it}\r\n"));
    let who = cookie.or(bearer).unwrap_or_default();
    let post = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: x\r\n{who}Content-Type: application/json\r\n\
         Content-Length: 13\r\n\r\n{{\"title\":\"x\"}}"
    );
    for step in 0..50 {
        w.stats(&user)?;
        let mut stream = user.connect()?;
        stream.write_all(post.as_bytes())?;
        sleep(Duration::from_micros(200 * step));
        drop(stream);
        let mut tries = 0;
        loop {
            sleep(Duration::from_millis(20));
            let list = user.get(&format!("{TASKS}?limit=100"))?.is(200)?;
            let there = list.at("/items").as_array().map_or(0, Vec::len) as u64;
            let told: u64 = w.stats(&user)?.iter().sum();
            if told == there {
                break;
            }
            tries += 1;
            ensure!(tries < 100, "{there} tasks are there, the stats say {told}");
        }
    }
    Ok(())
}

fn of_twenty_patches_of_one_version_one_wins(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    let task = make(&user, "race")?;
    let racer = user.with("If-Match", "\"1\"");
    let answers =
        at_once(20, |number| racer.patch(&task, &json!({"title": format!("winner {number}")})))?;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    let lost = answers.iter().filter(|answer| answer.status == 412).count();
    ensure!(won == 1 && lost == 19, "{won} won, {lost} lost");
    user.get(&task)?.has("/version", 2)?;
    Ok(())
}

fn deleting_answers_204_then_404(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "gone")?;
    let answer = user.delete(&task)?.is(204)?;
    ensure!(answer.body.is_empty(), "{}", answer.but("no body"));
    user.delete(&task)?.problem(404, "not_found")?;
    user.get(&task)?.problem(404, "not_found")?;
    user.patch(&task, &json!({}))?.problem(404, "not_found")?;
    Ok(())
}

fn deleting_asks_if_match_too(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "careful")?;
    user.with("If-Match", "\"2\"").delete(&task)?.problem(412, "version_mismatch")?;
    user.with("If-Match", "\"1\"").delete(&task)?.is(204)?;
    Ok(())
}

fn stats_count_by_status(w: &World) -> Result<()> {
    let user = w.user()?;
    let ids: Vec<String> =
        ["a", "b", "c"].iter().map(|title| make(&user, title)).collect::<Result<_>>()?;
    user.patch(&ids[0], &json!({"status": "doing"}))?.is(200)?;
    user.patch(&ids[1], &json!({"status": "doing"}))?.is(200)?;
    user.patch(&ids[1], &json!({"status": "done"}))?.is(200)?;
    let answer = user.get("/api/v1/tasks/stats")?.is(200)?;
    ensure!(
        answer.at("") == json!({"todo": 1, "doing": 1, "done": 1}),
        "{}",
        answer.but("one of each")
    );
    user.get("/api/v1/tasks/stats?x=1")?.refuses(&[("?x", "unknown_field")])?;
    Ok(())
}

fn stats_are_true_at_once_after_each_write(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    for number in 1..=15 {
        let task = make(&user, "counted")?;
        ensure!(w.stats(&user)? == [number, 0, 0], "{:?} after {number}", w.stats(&user)?);
        user.patch(&task, &json!({"status": "doing"}))?.is(200)?;
        ensure!(w.stats(&user)? == [number - 1, 1, 0], "{:?} after a move", w.stats(&user)?);
        user.patch(&task, &json!({"status": "todo"}))?.is(200)?;
        ensure!(w.stats(&user)? == [number, 0, 0], "{:?} after moving back", w.stats(&user)?);
    }
    Ok(())
}

fn stats_stay_true_under_racing_readers(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    at_once(6, |thread| {
        for _ in 0..15 {
            if thread == 0 {
                make(&user, "racing")?;
            } else {
                user.get("/api/v1/tasks/stats")?.is(200)?;
            }
        }
        Ok(())
    })?;
    ensure!(w.stats(&user)? == [15, 0, 0], "{:?}", w.stats(&user)?);
    Ok(())
}

fn the_patch_precedence_is_422_404_412_409(w: &World) -> Result<()> {
    let user = w.user()?;
    let task = make(&user, "order")?;
    let stale = user.with("If-Match", "\"9\"");
    stale
        .patch(&task, &json!({"title": "", "status": "done"}))?
        .refuses(&[("/title", "too_short")])?;
    stale.patch(&task, &json!({"status": "done"}))?.problem(412, "version_mismatch")?;
    user.patch(&task, &json!({"status": "done"}))?.problem(409, "illegal_transition")?;
    Ok(())
}

fn big_numbers_and_hostile_values_are_no_500(w: &World) -> Result<()> {
    let user = w.user()?;
    let bodies = [
        r#"{"title":1e999}"#,
        r#"{"title":-0}"#,
        r#"{"title":"x","due_at":1e400}"#,
        r#"{"title":"\ud83e"}"#,
        "[[[[]]]]",
        r#"{"":1}"#,
    ];
    for body in bodies {
        let answer = user.send(Ask::new("POST", TASKS).text(body))?;
        ensure!(matches!(answer.status, 400 | 422), "{}", answer.but("400 or 422"));
    }
    Ok(())
}

fn a_strangers_task_is_404_in_every_way(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    let task = make(&one, "mine")?;
    let missing = format!("{TASKS}/01890a5d-ac96-774b-bcce-b302099a8057");
    let bare = |path: &str| -> Result<String> {
        let answer = two.get(path)?.problem(404, "not_found")?;
        Ok(answer.text().replace(answer.header("x-request-id").context("an id")?, ""))
    };
    ensure!(bare(&task)? == bare(&missing)?, "a stranger can tell that it exists");
    two.with("If-None-Match", "\"1\"").get(&task)?.problem(404, "not_found")?;
    for tag in ["\"1\"", "\"9\"", "*"] {
        two.with("If-Match", tag)
            .patch(&task, &json!({"title": "stolen"}))?
            .problem(404, "not_found")?;
        two.with("If-Match", tag).delete(&task)?.problem(404, "not_found")?;
    }
    two.patch(&task, &json!({"status": "done"}))?.problem(404, "not_found")?;
    one.get(&task)?.is(200)?.has("/title", "mine")?.has("/version", 1)?;
    two.get(TASKS)?.is(200)?.has("/items", json!([]))?;
    Ok(())
}

fn stats_are_each_users_own(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    make(&one, "mine")?;
    ensure!(w.stats(&one)? == [1, 0, 0] && w.stats(&two)? == [0, 0, 0], "stats are mixed");
    Ok(())
}
