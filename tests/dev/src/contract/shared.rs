//! Two instances on one database, and what outlives one of them.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::client::Ask;
use super::cut::Way;
use super::kind::Kind;
use super::world::{World, at_once};

super::cases! {
    Kind::any: a_task_of_one_instance_is_there_in_the_other, what_was_written_outlives_a_restart;
    Kind::users: a_session_holds_on_every_instance, a_logout_bites_on_every_instance,
        sessions_outlive_a_restart;
    Kind::redis: stats_are_true_at_once_on_every_instance, the_rate_limit_counts_for_all_instances,
        stats_stay_true_when_two_instances_race,
        what_was_written_without_redis_is_seen_elsewhere_soon_after;
    Kind::rest: idempotency_holds_across_instances;
}

fn a_task_of_one_instance_is_there_in_the_other(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?;
    w.task(&user, "shared")?;
    ensure!(
        w.stats(&user.at(&two.address))? == [1, 0, 0],
        "the other instance does not know the task"
    );
    Ok(())
}

fn what_was_written_outlives_a_restart(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let user = w.user_at(&one)?;
    w.task(&user, "durable")?;
    let database = one.database.clone();
    // dropped is killed: nothing is left to be written at the end
    drop(one);
    let two = w.server_on(&database, &[])?;
    ensure!(w.stats(&user.at(&two.address))? == [1, 0, 0], "the task is lost");
    Ok(())
}

fn a_session_holds_on_every_instance(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?;
    let (here, there) =
        (user.get("/auth/me")?.is(200)?, user.at(&two.address).get("/auth/me")?.is(200)?);
    ensure!(here.body == there.body, "{}", there.but(&here.text()));
    Ok(())
}

fn a_logout_bites_on_every_instance(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?;
    let there = user.at(&two.address);
    there.get("/auth/me")?.is(200)?;
    user.send(Ask::new("POST", "/auth/logout"))?.is(204)?;
    there.get("/auth/me")?.problem(401, "unauthenticated")?;
    Ok(())
}

fn sessions_outlive_a_restart(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let user = w.user_at(&one)?;
    let database = one.database.clone();
    drop(one);
    let two = w.server_on(&database, &[])?;
    user.at(&two.address).get("/auth/me")?.is(200)?;
    Ok(())
}

fn stats_are_true_at_once_on_every_instance(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?.unrecorded();
    let doors = [user.clone(), user.at(&two.address)];
    for number in 1..=20 {
        w.task(&doors[number % 2], "counted")?;
        for door in &doors {
            let stats = w.stats(door)?;
            ensure!(stats == [number as u64, 0, 0], "{stats:?} after {number} tasks");
        }
    }
    Ok(())
}

fn stats_stay_true_when_two_instances_race(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?.unrecorded();
    let doors = [user.clone(), user.at(&two.address)];
    let (rest, body) = if w.kind.rest() {
        ("/api/v1/tasks", r#"{"title":"race"}"#)
    } else {
        ("/graphql", r#"{"query":"mutation { createTask(input: {title: \"race\"}) { id } }"}"#)
    };
    at_once(6, |thread| {
        for number in 0..10 {
            let door = &doors[(thread + number) % 2];
            if thread < 2 {
                door.send(Ask::new("POST", rest).text(body))?;
            } else if rest == "/graphql" {
                door.send(Ask::new("POST", rest).text(r#"{"query":"{ taskStats { todo } }"}"#))?
                    .is(200)?;
            } else {
                door.get("/api/v1/tasks/stats")?.is(200)?;
            }
        }
        Ok(())
    })?;
    for door in &doors {
        ensure!(w.stats(door)? == [20, 0, 0], "{:?} after 20 tasks", w.stats(door)?);
    }
    Ok(())
}

/// The second instance never loses Redis, so it hears of the writes from there alone.
fn what_was_written_without_redis_is_seen_elsewhere_soon_after(w: &World) -> Result<()> {
    let room = w.room();
    let (server, number) = room.rsplit_once('/').context("a numbered room")?;
    let (_, host) = server.split_once("://").context("a URL")?;
    let way = Way::to(host)?;
    let through = format!("redis://{}/{number}", way.address);
    let one = w.server(&[("REDIS_URL", through.as_str())])?;
    let two = w.server_on(&one.database, &[("REDIS_URL", room.as_str())])?;
    let user = w.user_at(&one)?.unrecorded();
    let there = user.at(&two.address);
    w.task(&user, "heard of")?;
    ensure!(w.stats(&there)? == [1, 0, 0], "{:?}", w.stats(&there)?);
    way.cut();
    for number in 2..5 {
        w.task(&user, "not heard of")?;
        ensure!(w.stats(&user)? == [number, 0, 0], "{:?} without Redis", w.stats(&user)?);
    }
    user.get("/readyz")?.is(200)?.has("/cache", "down")?;
    way.mend();
    let start = Instant::now();
    while w.stats(&there)? != [4, 0, 0] || user.get("/readyz")?.at("/cache") != "up" {
        ensure!(start.elapsed() < Duration::from_secs(20), "Redis is back and not used");
        sleep(Duration::from_millis(100));
    }
    w.task(&user, "heard of again")?;
    ensure!(w.stats(&there)? == [5, 0, 0], "{:?} with Redis again", w.stats(&there)?);
    Ok(())
}

fn the_rate_limit_counts_for_all_instances(w: &World) -> Result<()> {
    let room = w.room();
    let settings = [("RATE_LIMIT_PER_MINUTE", "6"), ("REDIS_URL", room.as_str())];
    let one = w.server(&settings)?;
    let two = w.server_on(&one.database, &settings)?;
    let doors = [w.nobody_at(&one).unrecorded(), w.nobody_at(&two).unrecorded()];
    let mut allowed = 0;
    for number in 0..20 {
        allowed += usize::from(doors[number % 2].get("/openapi.json")?.status == 200);
    }
    ensure!((5..=8).contains(&allowed), "{allowed} of 20 requests were let through, not 6");
    Ok(())
}

fn idempotency_holds_across_instances(w: &World) -> Result<()> {
    let one = w.server(&[])?;
    let two = w.server_on(&one.database, &[])?;
    let user = w.user_at(&one)?;
    let ask = || {
        Ask::new("POST", "/api/v1/tasks")
            .header("Idempotency-Key", "key")
            .text(r#"{"title":"once"}"#)
    };
    let first = user.send(ask())?.is(201)?;
    let again = user.at(&two.address).send(ask())?.is(201)?.says("idempotent-replayed", "true")?;
    ensure!(again.body == first.body, "{}", again.but(&first.text()));
    Ok(())
}
