//! Accounts from the command line.

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Client;
use super::kind::Kind;
use super::running::ok;
use super::world::{PASSWORD, World};

super::cases! {
    Kind::users: accounts_are_made_listed_and_disabled_from_the_command_line,
        a_new_password_ends_all_sessions,
        bad_accounts_are_refused_on_the_command_line;
}

fn accounts_are_made_listed_and_disabled_from_the_command_line(w: &World) -> Result<()> {
    let server = w.server(&[])?;
    let user = |words: &[&str], stdin: &str| {
        w.verb(&server.database, &[&["user"], words].concat(), &[], stdin)
    };
    ok(user(&["create", "Admin@Example.com"], &format!("{PASSWORD}\n"))?)?;
    ensure!(ok(user(&["list"], "")?)?.contains("admin@example.com"), "the account is not listed");
    let someone = w.login(&w.nobody_at(&server), "admin@example.com")?;
    someone.get("/auth/me")?.is(200)?;
    ok(user(&["disable", "admin@example.com"], "")?)?;
    someone.get("/auth/me")?.problem(401, "unauthenticated")?;
    let again = json!({"email": "admin@example.com", "password": PASSWORD});
    w.nobody_at(&server).post("/auth/login", &again)?.problem(401, "unauthenticated")?;
    Ok(())
}

fn a_new_password_ends_all_sessions(w: &World) -> Result<()> {
    let server = w.server(&[])?;
    let (nobody, email) = (w.nobody_at(&server), w.email());
    w.register(&nobody, &email)?;
    let user: Client = w.login(&nobody, &email)?;
    ok(w.verb(&server.database, &["user", "password", &email], &[], "a better horse battery\n")?)?;
    user.get("/auth/me")?.problem(401, "unauthenticated")?;
    nobody
        .post("/auth/login", &json!({"email": email, "password": "a better horse battery"}))?
        .is(200)?;
    Ok(())
}

fn bad_accounts_are_refused_on_the_command_line(w: &World) -> Result<()> {
    let database = w.database()?;
    ok(w.verb(&database, &["migrate"], &[], "")?)?;
    let user =
        |words: &[&str], stdin: &str| w.verb(&database, &[&["user"], words].concat(), &[], stdin);
    let long = format!("{PASSWORD}\n");
    ok(user(&["create", "a@example.com"], &long)?)?;
    for (words, stdin) in [
        (&["create", "a@example.com"][..], long.as_str()),
        (&["create", "nobody"], &long),
        (&["create", "b@example.com"], "short\n"),
        (&["create", "b@example.com"], "password1234\n"),
        (&["create", "b@example.com"], ""),
        (&["create"], &long),
        (&["password", "missing@example.com"], &long),
        (&["disable", "missing@example.com"], ""),
    ] {
        let said = user(words, stdin)?;
        let failed = said.code.is_some_and(|code| code != 0) && !said.err.contains("panicked");
        ensure!(failed, "`user {}`: {:?} {}{}", words.join(" "), said.code, said.out, said.err);
        ensure!(
            stdin.trim().is_empty() || !said.err.contains(stdin.trim()),
            "it shows the password: {}",
            said.err
        );
    }
    let list = ok(user(&["list"], "")?)?;
    ensure!(list.lines().filter(|line| line.contains('@')).count() == 1, "{list}");
    Ok(())
}
