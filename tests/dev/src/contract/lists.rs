//! Pages of tasks over REST.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::answer::Answer;
use super::client::Client;
use super::kind::Kind;
use super::world::{World, at_once};

super::cases! {
    Kind::rest: an_empty_list_is_an_empty_page,
        a_page_has_20_of_all,
        the_limit_is_1_to_100,
        bad_and_unknown_parameters_are_422_by_name,
        a_parameter_that_is_no_utf8_is_422,
        cursors_lead_through_everything_once,
        pages_do_not_shift_when_tasks_come_and_go,
        both_orders_are_each_others_reverse;
}

pub const TASKS: &str = "/api/v1/tasks";

pub fn make(user: &Client, title: &str) -> Result<Answer> {
    user.post(TASKS, &json!({"title": title}))?.is(201)
}

pub fn titles(answer: &Answer) -> Vec<String> {
    let items = answer.at("/items").as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["title"].as_str().unwrap_or_default().to_string()).collect()
}

/// Everything that a list leads to, page by page.
pub fn walk(user: &Client, query: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    for _ in 0..100 {
        let page = user.get(&format!("{TASKS}?{query}{cursor}"))?.is(200)?;
        all.extend(titles(&page));
        match page.at("/next_cursor") {
            Value::Null => return Ok(all),
            next => cursor = format!("&cursor={}", next.as_str().unwrap_or_default()),
        }
    }
    anyhow::bail!("the pages do not end")
}

fn an_empty_list_is_an_empty_page(w: &World) -> Result<()> {
    let answer = w.user()?.get(TASKS)?.is(200)?;
    ensure!(
        answer.at("") == json!({"items": [], "next_cursor": null}),
        "{}",
        answer.but("an empty page")
    );
    Ok(())
}

fn a_page_has_20_of_all(w: &World) -> Result<()> {
    let user = w.user()?;
    let made: Vec<String> = (0..21).map(|number| format!("task {number}")).collect();
    for title in &made {
        make(&user, title)?;
    }
    let page = user.get(TASKS)?.is(200)?;
    let wanted: Vec<&String> = made.iter().rev().take(20).collect();
    ensure!(titles(&page).iter().eq(wanted), "{}", page.but("the 20 newest, the newest first"));
    ensure!(page.at("/next_cursor").is_string(), "{}", page.but("a cursor"));
    let one = user.get(
        &page.at("/items/0/id").as_str().map(|id| format!("{TASKS}/{id}")).unwrap_or_default(),
    )?;
    ensure!(one.at("") == page.at("/items/0"), "{}", one.but("the task as it is in the list"));
    Ok(())
}

fn the_limit_is_1_to_100(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "one")?;
    make(&user, "two")?;
    let page = user.get(&format!("{TASKS}?limit=1"))?.is(200)?;
    ensure!(titles(&page) == ["two"], "{}", page.but("one task"));
    let page =
        user.get(&format!("{TASKS}?limit=100"))?.is(200)?.has("/next_cursor", Value::Null)?;
    ensure!(titles(&page).len() == 2, "{}", page.but("two tasks"));
    for limit in ["0", "-1", "101", "1e9", "9223372036854775808", "x", "", "1.5", "%00"] {
        user.get(&format!("{TASKS}?limit={limit}"))?.refuses(&[("?limit", "invalid")])?;
    }
    Ok(())
}

fn bad_and_unknown_parameters_are_422_by_name(w: &World) -> Result<()> {
    let user = w.user()?;
    let get = |query: &str| user.get(&format!("{TASKS}?{query}"));
    for sort in ["title", "created_at;select", "-created_at,id", ""] {
        get(&format!("sort={sort}"))?.refuses(&[("?sort", "invalid")])?;
    }
    for status in ["finished", "TODO", ""] {
        get(&format!("status={status}"))?.refuses(&[("?status", "invalid")])?;
    }
    for unknown in ["offset", "page", "Limit", "owner_id"] {
        get(&format!("{unknown}=1"))?.refuses(&[(&format!("?{unknown}"), "unknown_field")])?;
    }
    get("q=%00")?.refuses(&[("?q", "invalid")])?;
    get("limit=1&limit=2")?.problem(422, "validation")?;
    Ok(())
}

fn a_parameter_that_is_no_utf8_is_422(w: &World) -> Result<()> {
    w.user()?.get(&format!("{TASKS}?q=%ff"))?.refuses(&[("?q", "invalid")])?;
    Ok(())
}

fn cursors_lead_through_everything_once(w: &World) -> Result<()> {
    let user = w.user()?;
    let mut made: Vec<String> = (0..13).map(|number| format!("task {number}")).collect();
    for title in &made {
        make(&user, title)?;
    }
    ensure!(
        walk(&user, "limit=5&sort=created_at")? == made,
        "not every task once, the oldest first"
    );
    made.reverse();
    for limit in [1, 4, 13, 100] {
        let all = walk(&user, &format!("limit={limit}"))?;
        ensure!(all == made, "with limit {limit}: {all:?}");
    }
    Ok(())
}

fn pages_do_not_shift_when_tasks_come_and_go(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["a", "b", "c", "d", "e"] {
        make(&user, title)?;
    }
    let first = user.get(&format!("{TASKS}?limit=2"))?.is(200)?;
    ensure!(titles(&first) == ["e", "d"], "{}", first.but("e, d"));
    make(&user, "f")?;
    user.delete(&format!("{TASKS}/{}", first.word("/items/1/id")?))?.is(204)?;
    let next =
        user.get(&format!("{TASKS}?limit=2&cursor={}", first.word("/next_cursor")?))?.is(200)?;
    ensure!(titles(&next) == ["c", "b"], "{}", next.but("c, b"));
    Ok(())
}

fn both_orders_are_each_others_reverse(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    at_once(6, |number| make(&user, &format!("at once {number}")))?;
    let up = walk(&user, "sort=created_at&limit=2")?;
    let mut down = walk(&user, "sort=-created_at&limit=4")?;
    down.reverse();
    ensure!(up.len() == 6 && up == down, "{up:?} and {down:?}");
    Ok(())
}
