//! Filters and cursors of the lists over REST.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::json;

use super::kind::Kind;
use super::lists::{TASKS, make, titles, walk};
use super::world::{World, at_once};

super::cases! {
    Kind::rest: a_status_filters,
        a_query_is_a_literal_part_of_the_lower_cased_title,
        wildcards_are_letters,
        accents_and_trailing_blanks_count,
        filters_hold_across_pages,
        a_broken_cursor_is_422,
        a_cursor_of_other_filters_is_422,
        tasks_made_at_once_are_all_listed;
    Kind::rest_users: a_list_holds_only_ones_own,
        a_strangers_cursor_shows_nothing_of_his;
}

fn a_status_filters(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "one")?;
    let two = make(&user, "two")?.word("/id")?;
    user.patch(&format!("{TASKS}/{two}"), &json!({"status": "doing"}))?.is(200)?;
    for (status, wanted) in [("todo", vec!["one"]), ("doing", vec!["two"]), ("done", vec![])] {
        let page = user.get(&format!("{TASKS}?status={status}"))?.is(200)?;
        ensure!(titles(&page) == wanted, "{}", page.but(&format!("{wanted:?}")));
    }
    Ok(())
}

fn a_query_is_a_literal_part_of_the_lower_cased_title(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["Buy Milk", "buy bread", "ÄRGER", "Straße", "ΣΊΣΥΦΟΣ"] {
        make(&user, title)?;
    }
    for (q, wanted) in [
        ("buy", vec!["buy bread", "Buy Milk"]),
        ("milk", vec!["Buy Milk"]),
        ("y%20m", vec!["Buy Milk"]),
        ("y+b", vec!["buy bread"]),
        ("%C3%A4rger", vec!["ÄRGER"]),
        ("stra%C3%9Fe", vec!["Straße"]),
        ("strasse", vec![]),
        ("arger", vec![]),
    ] {
        let page = user.get(&format!("{TASKS}?q={q}"))?.is(200)?;
        ensure!(titles(&page) == wanted, "{}", page.but(&format!("{wanted:?}")));
    }
    Ok(())
}

fn wildcards_are_letters(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["100%", "a_b", "axb", "back\\slash", "plain", "it's"] {
        make(&user, title)?;
    }
    for (q, wanted) in [
        ("%25", vec!["100%"]),
        ("_", vec!["a_b"]),
        ("%5C", vec!["back\\slash"]),
        ("'", vec!["it's"]),
        ("a_b", vec!["a_b"]),
        ("*", vec![]),
        ("[a-z]", vec![]),
    ] {
        let page = user.get(&format!("{TASKS}?q={q}"))?.is(200)?;
        ensure!(titles(&page) == wanted, "{}", page.but(&format!("{wanted:?}")));
    }
    Ok(())
}

fn accents_and_trailing_blanks_count(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["resume", "résumé", "end ", "end"] {
        make(&user, title)?;
    }
    for (q, wanted) in [
        ("resume", vec!["resume"]),
        ("r%C3%A9sum%C3%A9", vec!["résumé"]),
        ("end%20", vec!["end "]),
        ("end", vec!["end", "end "]),
    ] {
        let page = user.get(&format!("{TASKS}?q={q}"))?.is(200)?;
        ensure!(titles(&page) == wanted, "{}", page.but(&format!("{wanted:?}")));
    }
    Ok(())
}

fn filters_hold_across_pages(w: &World) -> Result<()> {
    let user = w.user()?;
    for title in ["red 1", "blue 1", "red 2", "blue 2", "red 3"] {
        make(&user, title)?;
    }
    let red = walk(&user, "q=red&status=todo&limit=1&sort=created_at")?;
    ensure!(red == ["red 1", "red 2", "red 3"], "{red:?}");
    Ok(())
}

fn a_broken_cursor_is_422(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "one")?;
    make(&user, "two")?;
    let cursor = user.get(&format!("{TASKS}?limit=1"))?.word("/next_cursor")?;
    let broken = [
        "x",
        "",
        "AAAA",
        "%00",
        &cursor[1..],
        &format!("{cursor}A"),
        &format!("{cursor}%3D"),
        &"A".repeat(3000),
        "-1",
    ];
    let refused = |cursor: &str| -> Result<()> {
        let answer = user.unrecorded().get(&format!("{TASKS}?limit=1&cursor={cursor}"))?;
        answer.refuses(&[("?cursor", "invalid")]).map(|_| ())
    };
    broken.into_iter().try_for_each(refused)?;
    // a letter that is another one, wherever it stands
    for (place, letter) in cursor.char_indices() {
        let other = if letter == 'x' { "z" } else { "x" };
        refused(&format!("{}{other}{}", &cursor[..place], &cursor[place + 1..]))?;
    }
    Ok(())
}

fn a_cursor_of_other_filters_is_422(w: &World) -> Result<()> {
    let user = w.user()?;
    make(&user, "one")?;
    make(&user, "two")?;
    let cursor = user.get(&format!("{TASKS}?limit=1"))?.word("/next_cursor")?;
    for other in ["q=o", "status=todo", "sort=created_at"] {
        user.get(&format!("{TASKS}?limit=1&{other}&cursor={cursor}"))?
            .refuses(&[("?cursor", "invalid")])?;
    }
    // another size of the page is no other filter
    user.get(&format!("{TASKS}?limit=50&cursor={cursor}"))?.is(200)?;
    Ok(())
}

fn tasks_made_at_once_are_all_listed(w: &World) -> Result<()> {
    let user = w.user()?.unrecorded();
    at_once(8, |thread| {
        for number in 0..5 {
            make(&user, &format!("{thread}.{number}"))?;
        }
        Ok(())
    })?;
    let all: BTreeSet<String> = walk(&user, "limit=7")?.into_iter().collect();
    ensure!(all.len() == 40, "{} of 40", all.len());
    Ok(())
}

fn a_list_holds_only_ones_own(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    make(&one, "secret")?;
    for query in ["", "?q=secret", "?status=todo", "?sort=created_at"] {
        let page = two.get(&format!("{TASKS}{query}"))?.is(200)?;
        ensure!(titles(&page).is_empty(), "{}", page.but("nothing of a stranger"));
    }
    Ok(())
}

fn a_strangers_cursor_shows_nothing_of_his(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    make(&one, "secret 1")?;
    make(&one, "secret 2")?;
    let cursor = one.get(&format!("{TASKS}?limit=1"))?.word("/next_cursor")?;
    let page = two.unrecorded().get(&format!("{TASKS}?limit=1&cursor={cursor}"))?;
    ensure!(!page.text().contains("secret"), "{}", page.but("nothing of a stranger"));
    Ok(())
}
