//! The verbs of the binary, and how it starts.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::kind::Kind;
use super::server::Said;
use super::world::World;

super::cases! {
    Kind::any: it_says_on_stdout_where_it_listens,
        in_json_the_line_has_a_url,
        serve_is_the_default_verb,
        config_check_says_that_it_is_usable,
        an_unknown_verb_is_a_usage_error,
        healthcheck_is_0_when_ready_and_1_when_not,
        the_documents_need_no_database,
        routes_come_from_the_document,
        a_reader_that_has_gone_is_no_error;
    Kind::none: without_auth_there_are_no_account_verbs;
}

fn it_says_on_stdout_where_it_listens(w: &World) -> Result<()> {
    let line = format!("listening on http://{}", w.main.address);
    let port = w.main.address.rsplit(':').next().unwrap_or_default();
    ensure!(w.main.out().lines().any(|it| it == line) && port != "0", "{}", w.main.log());
    ensure!(w.main.address.starts_with("127.0.0.1:"), "it listens on {}", w.main.address);
    Ok(())
}

fn in_json_the_line_has_a_url(w: &World) -> Result<()> {
    let server = w.server(&[("LOG_FORMAT", "json")])?;
    w.nobody_at(&server).unrecorded().with("X-Request-Id", "canary-1").get("/nothing")?.is(404)?;
    std::thread::sleep(Duration::from_millis(50));
    for line in server.out().lines() {
        ensure!(
            serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object()),
            "not JSON: {line}"
        );
    }
    ensure!(server.log().contains("canary-1"), "no line names the request: {}", server.log());
    let user = w.user_at(&server)?.with("X-Request-Id", "canary-2");
    if w.kind.users() {
        let id = user.unrecorded().get("/auth/me")?.is(200)?.word("/id")?;
        std::thread::sleep(Duration::from_millis(50));
        let out = server.out();
        let line = out.lines().find(|line| line.contains("canary-2")).unwrap_or_default();
        ensure!(line.contains(&id), "the line does not name the user `{id}`: {line}");
    }
    Ok(())
}

pub fn ok(said: Said) -> Result<String> {
    ensure!(said.code == Some(0), "exit code {:?}: {}{}", said.code, said.out, said.err);
    Ok(said.out)
}

pub fn ends(said: &Said, code: i32) -> Result<()> {
    ensure!(
        said.code == Some(code),
        "exit code {:?}, not {code}: {}{}",
        said.code,
        said.out,
        said.err
    );
    Ok(())
}

fn serve_is_the_default_verb(w: &World) -> Result<()> {
    let database = w.database()?;
    let said = w.verb(&database, &["serve"], &[("PORT", "x")], "")?;
    ends(&said, 78)?;
    ends(&w.verb(&database, &[], &[("PORT", "x")], "")?, 78)
}

fn config_check_says_that_it_is_usable(w: &World) -> Result<()> {
    let database = w.database()?;
    ok(w.verb(&database, &["config", "check"], &[], "")?)?;
    let away = away(w);
    ok(w.verb(&database, &["config", "check", "--offline"], &[("DATABASE_URL", &away)], "")?)?;
    ends(&w.verb(&database, &["config", "check", "--offline"], &[("PORT", "x")], "")?, 78)?;
    let said = w.verb(&database, &["config", "check"], &[("DATABASE_URL", &away)], "")?;
    ensure!(
        !matches!(said.code, Some(0 | 78) | None),
        "exit code {:?}: {}{}",
        said.code,
        said.out,
        said.err
    );
    Ok(())
}

/// Where no database is.
pub fn away(w: &World) -> String {
    match w.kind.db.as_str() {
        "sqlite" => "sqlite:/proc/nowhere/app.db".to_string(),
        "postgres" => "postgres://nobody:canary@127.0.0.1:1/nothing".to_string(),
        _ => "mysql://nobody:canary@127.0.0.1:1/nothing".to_string(),
    }
}

fn an_unknown_verb_is_a_usage_error(w: &World) -> Result<()> {
    let database = w.database()?;
    for words in
        [&["nonsense"][..], &["config"], &["migrate", "twice"], &["openapi", "x"], &["user", "x"]]
    {
        let said = w.verb(&database, words, &[], "")?;
        ends(&said, 2)?;
        ensure!(said.out.is_empty() && said.err.contains("migrate"), "no usage: {}", said.err);
    }
    Ok(())
}

fn healthcheck_is_0_when_ready_and_1_when_not(w: &World) -> Result<()> {
    let port = w.main.address.rsplit(':').next().unwrap_or_default();
    let database = w.database()?;
    ok(w.verb(&database, &["healthcheck"], &[("PORT", port)], "")?)?;
    let unready = w.server_on(&database, &[("MIGRATE_ON_START", "false")])?;
    let port = unready.address.rsplit(':').next().unwrap_or_default();
    ends(&w.verb(&database, &["healthcheck"], &[("PORT", port)], "")?, 1)?;
    ends(&w.verb(&database, &["healthcheck"], &[("PORT", "1")], "")?, 1)
}

fn the_documents_need_no_database(w: &World) -> Result<()> {
    let database = w.database()?;
    let changes = [("DATABASE_URL", away(w)), ("REDIS_URL", "redis://127.0.0.1:1".to_string())];
    let changes: Vec<(&str, &str)> =
        changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ok(w.verb(&database, &["routes"], &changes, "")?)?;
    let document: Value =
        serde_json::from_str(&ok(w.verb(&database, &["openapi"], &changes, "")?)?)?;
    ensure!(document["openapi"].as_str().is_some_and(|it| it.starts_with("3.1")), "no OpenAPI 3.1");
    let served = w.nobody().unrecorded().get("/openapi.json")?.is(200)?;
    let paths = |document: &Value| document["paths"].clone();
    ensure!(
        paths(&document) == paths(&served.at("")),
        "the printed document has other paths than the served one"
    );
    Ok(())
}

fn routes_come_from_the_document(w: &World) -> Result<()> {
    let database = w.database()?;
    let text = ok(w.verb(&database, &["routes"], &[], "")?)?;
    let document: Value = serde_json::from_str(&ok(w.verb(&database, &["openapi"], &[], "")?)?)?;
    let mut wanted = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in item.as_object().into_iter().flatten().map(|(method, _)| method) {
            if ["get", "post", "patch", "delete", "put"].contains(&method.as_str()) {
                wanted.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let first = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let mut got: Vec<String> = text.lines().map(first).filter(|line| line.contains('/')).collect();
    got.sort();
    wanted.sort();
    ensure!(got == wanted && !got.is_empty(), "routes {got:?}, document {wanted:?}");
    Ok(())
}

fn without_auth_there_are_no_account_verbs(w: &World) -> Result<()> {
    ends(&w.verb(&*w.database()?, &["user", "list"], &[], "")?, 2)
}

fn a_reader_that_has_gone_is_no_error(w: &World) -> Result<()> {
    let database = w.database()?;
    let script = format!("'{}' openapi | true; echo \"${{PIPESTATUS[0]}}\"", w.binary.display());
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", &script]).current_dir(&database.dir).envs(w.env(&database, &[]));
    let said = shell.output()?;
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    ensure!(out == "0\n" && err.is_empty(), "{out}{err}");
    Ok(())
}
