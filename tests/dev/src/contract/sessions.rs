//! Sessions, whatever carries them: their list, their end, and the end of an account.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::auth::{is_time, keys};
use super::client::{Ask, Client};
use super::kind::Kind;
use super::people::makes;
use super::world::{PASSWORD, World, at_once};

super::cases! {
    Kind::users: logout_ends_the_session_at_once,
        a_second_logout_is_401,
        changing_the_password_ends_every_other_session,
        changing_needs_the_current_password,
        sessions_are_listed_with_the_current_one_marked,
        a_session_is_ended_from_another,
        someone_elses_session_is_404,
        deleting_the_account_needs_the_password,
        a_deleted_user_is_gone_with_all_they_own,
        a_login_by_the_old_password_ends_with_it,
        what_somebody_deleted_still_asks_for_is_401,
        a_fresh_database_has_no_accounts;
}

fn logout_ends_the_session_at_once(w: &World) -> Result<()> {
    let user = w.user()?;
    user.send(Ask::new("POST", "/auth/logout"))?.is(204)?;
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    w.read(&user)?.problem(401, "unauthenticated")?;
    Ok(())
}

fn a_second_logout_is_401(w: &World) -> Result<()> {
    let user = w.user()?;
    user.send(Ask::new("POST", "/auth/logout"))?.is(204)?;
    user.send(Ask::new("POST", "/auth/logout"))?.problem(401, "unauthenticated")?;
    Ok(())
}

fn two_sessions(w: &World) -> Result<(String, Client, Client)> {
    let email = w.email();
    w.register(&w.nobody().unrecorded(), &email)?;
    Ok((email.clone(), w.login(&w.nobody(), &email)?, w.login(&w.nobody(), &email)?))
}

fn changing_the_password_ends_every_other_session(w: &World) -> Result<()> {
    let (email, mut one, two) = two_sessions(w)?;
    let body = json!({"current_password": PASSWORD, "new_password": "a better horse battery"});
    let answer = one.post("/auth/password", &body)?.is(204)?;
    if let Some(cookie) = answer.header("set-cookie") {
        one.cookie = cookie.split(';').next().map(str::to_string);
    }
    one.get("/auth/me")?.is(200)?;
    two.get("/auth/me")?.problem(401, "unauthenticated")?;
    let login = |password: &str| {
        w.nobody().post("/auth/login", &json!({"email": email, "password": password}))
    };
    login(PASSWORD)?.problem(401, "unauthenticated")?;
    login("a better horse battery")?.is(200)?;
    Ok(())
}

fn changing_needs_the_current_password(w: &World) -> Result<()> {
    let user = w.user()?;
    let new = "a better horse battery";
    user.post("/auth/password", &json!({"current_password": "wrong", "new_password": new}))?
        .refuses(&[("/current_password", "wrong_password")])?;
    user.post("/auth/password", &json!({"new_password": new}))?
        .refuses(&[("/current_password", "required")])?;
    user.post("/auth/password", &json!({"current_password": PASSWORD, "new_password": "short"}))?
        .refuses(&[("/new_password", "too_short")])?;
    user.get("/auth/me")?.is(200)?;
    Ok(())
}

fn sessions_are_listed_with_the_current_one_marked(w: &World) -> Result<()> {
    let (_, one, two) = two_sessions(w)?;
    for user in [one, two] {
        let answer = user.get("/auth/sessions")?.is(200)?;
        let items = answer.at("/items").as_array().cloned().unwrap_or_default();
        ensure!(items.len() == 2, "{}", answer.but("two sessions"));
        let current = items.iter().filter(|item| item["current"] == true).count();
        ensure!(current == 1, "{}", answer.but("one of them current"));
        for item in &items {
            ensure!(
                keys(item) == ["created_at", "current", "id", "last_used_at"],
                "{}",
                answer.but("four members")
            );
            let time = |key: &str| item[key].as_str().is_some_and(is_time);
            ensure!(time("created_at") && time("last_used_at"), "{}", answer.but("times in UTC"));
        }
    }
    Ok(())
}

fn a_session_is_ended_from_another(w: &World) -> Result<()> {
    let (_, one, two) = two_sessions(w)?;
    let answer = one.get("/auth/sessions")?.is(200)?;
    let items = answer.at("/items").as_array().cloned().unwrap_or_default();
    let other =
        items.iter().find(|item| item["current"] == false).and_then(|item| item["id"].as_str());
    let path = format!("/auth/sessions/{}", other.context(answer.but("another session"))?);
    one.delete(&path)?.is(204)?;
    two.get("/auth/me")?.problem(401, "unauthenticated")?;
    one.get("/auth/me")?.is(200)?;
    one.delete(&path)?.problem(404, "not_found")?;
    Ok(())
}

fn someone_elses_session_is_404(w: &World) -> Result<()> {
    let (one, two) = (w.user()?, w.user()?);
    let id = one.get("/auth/sessions")?.is(200)?.word("/items/0/id")?;
    two.delete(&format!("/auth/sessions/{id}"))?.problem(404, "not_found")?;
    two.delete("/auth/sessions/01890a5d-ac96-774b-bcce-b302099a8057")?.problem(404, "not_found")?;
    for id in ["no-uuid", "%ff", "%00"] {
        two.delete(&format!("/auth/sessions/{id}"))?.problem(404, "not_found")?;
    }
    one.get("/auth/me")?.is(200)?;
    Ok(())
}

fn deleting_the_account_needs_the_password(w: &World) -> Result<()> {
    let user = w.user()?;
    user.post("/auth/delete", &json!({"password": "wrong horse battery"}))?
        .refuses(&[("/password", "wrong_password")])?;
    user.post("/auth/delete", &json!({}))?.refuses(&[("/password", "required")])?;
    user.get("/auth/me")?.is(200)?;
    Ok(())
}

fn a_deleted_user_is_gone_with_all_they_own(w: &World) -> Result<()> {
    let (email, one, two) = two_sessions(w)?;
    w.task(&one, "left behind")?;
    one.post("/auth/delete", &json!({"password": PASSWORD}))?.is(204)?;
    for gone in [one, two] {
        gone.get("/auth/me")?.problem(401, "unauthenticated")?;
    }
    let login = json!({"email": email, "password": PASSWORD});
    w.nobody().post("/auth/login", &login)?.problem(401, "unauthenticated")?;
    w.register(&w.nobody(), &email)?;
    let stats = w.stats(&w.login(&w.nobody(), &email)?)?;
    ensure!(stats == [0, 0, 0], "{stats:?}");
    Ok(())
}

/// Logins go on all the while, so that some begin before the password changes and end after it.
fn a_login_by_the_old_password_ends_with_it(w: &World) -> Result<()> {
    let nobody = w.nobody().unrecorded();
    for _ in 0..4 {
        let (email, one, _) = two_sessions(w)?;
        let login = json!({"email": email, "password": PASSWORD});
        let change =
            json!({"current_password": PASSWORD, "new_password": "a better horse battery"});
        let changed = AtomicBool::new(false);
        let opened = at_once(4, |turn| {
            if turn == 0 {
                let answer = one.unrecorded().post("/auth/password", &change);
                changed.store(true, Ordering::Release);
                return answer?.is(204).map(|_| Vec::new());
            }
            let mut opened = Vec::new();
            while !changed.load(Ordering::Acquire) {
                let answer = nobody.post("/auth/login", &login)?;
                if answer.status == 200 {
                    opened.push(answer);
                }
            }
            Ok(opened)
        })?;
        for answer in opened.iter().flatten() {
            w.holder(&nobody, answer)?.get("/auth/me")?.problem(401, "unauthenticated")?;
        }
    }
    Ok(())
}

fn what_somebody_deleted_still_asks_for_is_401(w: &World) -> Result<()> {
    let (nobody, kind) = (w.nobody().unrecorded(), &w.kind);
    for _ in 0..6 {
        let (email, one, _) = two_sessions(w)?;
        let (one, login) = (one.unrecorded(), json!({"email": email, "password": PASSWORD}));
        at_once(8, |turn| {
            if turn == 0 {
                one.post("/auth/delete", &json!({"password": PASSWORD}))?.is(204)?;
            } else if turn < 3 {
                let answer = nobody.post("/auth/login", &login)?;
                ensure!(matches!(answer.status, 200 | 401), "{}", answer.but("200 or 401"));
            } else {
                let mut left = 500;
                while left > 0 && makes(kind, &one)? {
                    left -= 1;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn a_fresh_database_has_no_accounts(w: &World) -> Result<()> {
    let database = w.database()?;
    let said = w.verb(&database, &["migrate"], &[], "")?;
    ensure!(said.code == Some(0), "{}{}", said.out, said.err);
    let said = w.verb(&database, &["user", "list"], &[], "")?;
    ensure!(said.code == Some(0) && !said.out.contains('@'), "{}{}", said.out, said.err);
    Ok(())
}
