//! Migrations, the `.env` file, and failures at the start.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::database::Database;
use super::kind::Kind;
use super::running::{away, ends, ok};
use super::world::{World, at_once};

super::cases! {
    Kind::any: migrations_by_eight_processes_at_once_run_once,
        without_migrations_it_is_alive_but_not_ready,
        seed_puts_demo_data_into_it_once,
        a_dotenv_file_is_read_and_real_variables_win,
        a_production_process_skips_the_dotenv_file,
        a_taken_port_is_one_line_and_a_failure,
        an_unreachable_database_is_named_within_its_deadline,
        production_opens_its_port_before_the_database_answers;
    Kind::remote: a_program_serves_on_when_a_newer_one_has_migrated;
    Kind::none: production_without_auth_starts_with_a_loud_warning;
    Kind::graphql: schema_prints_the_sdl;
}

fn migrations_by_eight_processes_at_once_run_once(w: &World) -> Result<()> {
    let database = w.database()?;
    let (env, binary) = (w.env(&database, &[]), &w.binary);
    let all = at_once(8, |_| super::server::verb(binary, &database.dir, &["migrate"], &env, ""))?;
    for said in all {
        ok(said)?;
    }
    let server = w.server_on(&database, &[("MIGRATE_ON_START", "false")])?;
    w.nobody_at(&server).get("/readyz")?.is(200)?;
    Ok(())
}

fn without_migrations_it_is_alive_but_not_ready(w: &World) -> Result<()> {
    let server = w.server(&[("MIGRATE_ON_START", "false")])?;
    let nobody = w.nobody_at(&server);
    nobody.get("/livez")?.is(200)?;
    nobody.get("/readyz")?.is(503)?;
    ok(w.verb(&server.database, &["migrate"], &[], "")?)?;
    std::thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    while nobody.unrecorded().get("/readyz")?.status != 200 {
        ensure!(start.elapsed() < Duration::from_secs(3), "it does not become ready");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// While a release is rolled out, and after it was rolled back, the older program must serve.
fn a_program_serves_on_when_a_newer_one_has_migrated(w: &World) -> Result<()> {
    let database = w.database()?;
    ok(w.verb(&database, &["migrate"], &[], "")?)?;
    // MySQL has no transactions for schemas, and counts the statements that are done
    let (column, count) = if database.kind == "mysql" { (", statements", ", 1") } else { ("", "") };
    database.run(&format!(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at{column})
         SELECT 9999, '9999_newer', 'unknown', max(applied_at){count} FROM schema_migrations"
    ))?;
    ok(w.verb(&database, &["migrate"], &[], "")?)?;
    let server = w.server_on(&database, &[("MIGRATE_ON_START", "false")])?;
    // a file has no older program beside a newer one: there is nothing to compare with
    w.nobody_at(&server).unrecorded().get("/readyz")?.is(200)?;
    Ok(())
}

fn seed_puts_demo_data_into_it_once(w: &World) -> Result<()> {
    let database = w.database()?;
    let first = ok(w.verb(&database, &["seed"], &[], "")?)?;
    ok(w.verb(&database, &["seed"], &[], "")?)?;
    let server = w.server_on(&database, &[])?;
    let mut user = w.nobody_at(&server);
    if w.kind.users() {
        let line = first.lines().find(|line| line.contains('@')).unwrap_or_default();
        let mut words = line.split_whitespace();
        let body = json!({"email": words.next(), "password": words.next()});
        let answer = user.unrecorded().post("/auth/login", &body)?.is(200)?;
        user = w.holder(&user, &answer)?;
    }
    let total: u64 = w.stats(&user)?.iter().sum();
    ensure!((1..=100).contains(&total), "{total} tasks after two seeds");
    Ok(())
}

fn dotenv(w: &World, text: &str) -> Result<Arc<Database>> {
    let database = w.database()?;
    std::fs::write(database.dir.join(".env"), text)?;
    Ok(database)
}

fn a_dotenv_file_is_read_and_real_variables_win(w: &World) -> Result<()> {
    let database = dotenv(w, "REQUEST_TIMEOUT_MS=canary\n")?;
    let check = ["config", "check", "--offline"];
    let said = w.verb(&database, &check, &[], "")?;
    ends(&said, 78)?;
    ensure!(
        said.err.contains("REQUEST_TIMEOUT_MS") && !said.err.contains("canary"),
        "{}",
        said.err
    );
    ok(w.verb(&database, &check, &[("REQUEST_TIMEOUT_MS", "1000")], "")?)?;
    // the file of a folder above is somebody else's
    let below = database.dir.join("below");
    std::fs::create_dir_all(&below)?;
    ok(super::server::verb(&w.binary, &below, &check, &w.env(&database, &[]), "")?)?;
    // production inside the file is obeyed
    let database = dotenv(w, "APP_ENV=production\nBASE_URL=http://api.example\n")?;
    let said = w.verb(&database, &check, &[], "")?;
    ends(&said, 78)?;
    ensure!(said.err.contains("BASE_URL"), "{}", said.err);
    Ok(())
}

fn a_production_process_skips_the_dotenv_file(w: &World) -> Result<()> {
    let database = dotenv(w, "REQUEST_TIMEOUT_MS=canary\n")?;
    let production = [("APP_ENV", "production"), ("BASE_URL", "https://api.example")];
    ok(w.verb(&database, &["config", "check", "--offline"], &production, "")?)?;
    Ok(())
}

fn a_taken_port_is_one_line_and_a_failure(w: &World) -> Result<()> {
    let database = w.database()?;
    let port = w.main.address.rsplit(':').next().unwrap_or_default();
    let said = w.verb(&database, &[], &[("PORT", port), ("MIGRATE_ON_START", "false")], "")?;
    ensure!(!matches!(said.code, Some(0) | None), "exit code {:?}", said.code);
    let all = said.out + &said.err;
    let lines: Vec<&str> = all.lines().filter(|line| line.contains(port)).collect();
    ensure!(lines.len() == 1 && !all.contains("panicked"), "{all}");
    Ok(())
}

fn an_unreachable_database_is_named_within_its_deadline(w: &World) -> Result<()> {
    let database = w.database()?;
    let start = Instant::now();
    let away = away(w);
    let said = w.verb(
        &database,
        &[],
        &[("DATABASE_URL", &away), ("DATABASE_CONNECT_DEADLINE_MS", "300")],
        "",
    )?;
    ensure!(!matches!(said.code, Some(0) | None), "exit code {:?}", said.code);
    ensure!(start.elapsed() < Duration::from_secs(4), "it took {:?}", start.elapsed());
    ensure!(start.elapsed() >= Duration::from_millis(300), "it waited {:?}", start.elapsed());
    let all = said.out + &said.err;
    let hint = if w.kind.db == "sqlite" { "writable" } else { "DATABASE_URL" };
    ensure!(all.contains(hint), "it does not say what to do: {all}");
    ensure!(!all.contains("canary") && !all.contains("panicked"), "{all}");
    Ok(())
}

/// Balancers see that it is alive and not ready, and what they see has every header.
fn production_opens_its_port_before_the_database_answers(w: &World) -> Result<()> {
    let away = away(w);
    let late = [("DATABASE_URL", away.as_str()), ("DATABASE_CONNECT_DEADLINE_MS", "20000")];
    let server = w.server(&[&super::config::PRODUCTION[..], &late].concat())?;
    let nobody = w.nobody_at(&server);
    nobody.get("/livez")?.is(200)?.says("x-content-type-options", "nosniff")?;
    let answer = nobody.get("/readyz")?.problem(503, "unavailable")?.tells("retry-after")?;
    answer.says("cache-control", "no-store")?.tells("strict-transport-security")?;
    Ok(())
}

fn production_without_auth_starts_with_a_loud_warning(w: &World) -> Result<()> {
    let server = w.server(&super::config::PRODUCTION)?;
    let log = server.log().to_uppercase();
    ensure!(log.contains("WARN") && log.contains("AUTH"), "{}", server.log());
    Ok(())
}

fn schema_prints_the_sdl(w: &World) -> Result<()> {
    let changes = [("DATABASE_URL", away(w))];
    let changes = [(changes[0].0, changes[0].1.as_str())];
    let text = ok(w.verb(&*w.database()?, &["schema"], &changes, "")?)?;
    for part in
        ["type Query", "type Mutation", "taskStats", "deleteTask(id: ID!, version: Int): ID!"]
    {
        ensure!(text.contains(part), "no `{part}` in {text}");
    }
    Ok(())
}
