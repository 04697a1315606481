//! `cargo dev stacks`: each stack is formatted, linted and tested, on real servers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::commands::check::{self, Card};
use backend_gen::io::interrupt::Guard;
use backend_gen::tested::{self, Tested};
use backend_gen::{Stack, Tree, render};
use tempfile::TempDir;

use crate::contract::database::Database;
use crate::contract::kind::Kind;
use crate::servers::{self, Server};
use crate::{Which, folder, work};

/// What became of a stack.
enum Outcome {
    Passed(usize),
    /// Nothing of it has changed since it passed.
    Unchanged,
    /// A server is away.
    NotTested(String),
    Failed(String),
}

/// Proves the chosen stacks, and records which passed with the crates that are locked.
pub fn prove(which: &Which, fresh: bool) -> Result<bool> {
    let catalog = work::catalog()?;
    let stacks = work::chosen(&catalog, which)?;
    let mut record = Tested::of(&catalog)?;
    record.prune(&catalog)?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (at, stack) in stacks.iter().enumerate() {
        let start = Instant::now();
        let outcome = one(&catalog, stack, which.all, fresh)?;
        let (mark, note) = match &outcome {
            Outcome::Passed(tests) => ("ok", format!("{tests} tests")),
            Outcome::Unchanged => ("ok", "unchanged since it passed".to_string()),
            Outcome::NotTested(why) => ("NOT TESTED", why.clone()),
            Outcome::Failed(why) => ("FAILED", why.clone()),
        };
        println!(
            "[{}/{}] {stack}: {mark}, {note} ({} s)",
            at + 1,
            stacks.len(),
            start.elapsed().as_secs()
        );
        match outcome {
            Outcome::Passed(_) | Outcome::Unchanged => {
                passed += 1;
                record.insert(&catalog, stack)?;
            }
            Outcome::NotTested(_) => skipped += 1,
            Outcome::Failed(_) => failed += 1,
        }
    }
    if !fresh {
        fs::write(work::root().join("templates").join(tested::FILE), record.to_text()?)?;
    }
    let executed = passed + failed + skipped;
    println!("stacks: {passed} of {} proven", stacks.len());
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(failed == 0 && executed == stacks.len() && (skipped == 0 || !in_ci()))
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn one(catalog: &Catalog, stack: &Stack, always: bool, fresh: bool) -> Result<Outcome> {
    let servers = servers::of(catalog, stack);
    if let Some(away) = servers.iter().find(|server| !server.answers()) {
        return Ok(Outcome::NotTested(format!("{} does not answer", away.variable)));
    }
    let mut tree = render(catalog, stack, &work::project(stack)?)?;
    if fresh {
        return newest(stack, &mut tree, &servers);
    }
    let dir = work::stacks_dir().join(stack.key());
    let state = format!("{} {}", tested::fingerprint(&tree), toolchain()?);
    let mark = work::stacks_dir().join(format!("{stack}.passed"));
    if !always && fs::read_to_string(&mark).is_ok_and(|passed| passed == state) {
        return Ok(Outcome::Unchanged);
    }
    folder::write(&dir, &tree)?;
    let proven = steps(&dir, &tree, &servers).and_then(|tests| {
        checked(catalog, stack, &dir)?;
        Ok(tests)
    });
    let outcome = outcome(proven);
    if matches!(outcome, Outcome::Passed(_)) {
        fs::write(&mark, state)?;
    }
    Ok(outcome)
}

/// Without its lock, and without what is left of an earlier run: cargo resolves anew.
fn newest(stack: &Stack, tree: &mut Tree, servers: &[Server]) -> Result<Outcome> {
    tree.remove(Path::new(LOCK));
    let dir = work::stacks_dir().with_file_name("stacks-fresh").join(stack.key());
    let _ = fs::remove_file(dir.join(LOCK));
    folder::write(&dir, tree)?;
    Ok(outcome(steps(&dir, tree, servers)))
}

fn outcome(done: Result<usize>) -> Outcome {
    match done {
        Ok(tests) => Outcome::Passed(tests),
        Err(why) => Outcome::Failed(format!("{why:#}")),
    }
}

fn steps(dir: &Path, tree: &Tree, servers: &[Server]) -> Result<usize> {
    let variables: BTreeMap<&str, &str> =
        servers.iter().map(|server| (server.variable.as_str(), server.url.as_str())).collect();
    let run = |words: &[&str]| -> Result<Output> {
        let mut command = work::cargo(dir, words);
        let said = work::output(command.envs(&variables).env("RUST_BACKTRACE", "0"))?;
        if !said.status.success() {
            bail!("`cargo {}`\n{}", words.join(" "), work::tail(&said, 60));
        }
        Ok(said)
    };
    let locked: &[&str] = if tree.contains_key(Path::new(LOCK)) { &["--locked"] } else { &[] };
    // ends clippy's search for settings: those of this repository are not a stack's
    fs::write(dir.with_file_name(".clippy.toml"), "")?;
    run(&["fmt", "--check"])?;
    run(&[&["clippy", "--all-targets", "--quiet"], locked, &["--", "-D", "warnings"]].concat())?;
    let said = run(&[&["test", "--quiet"], locked].concat())?;
    let (executed, expected) = (executed(&said), written(tree));
    if executed != expected {
        bail!("{expected} tests are written, {executed} were executed");
    }
    Ok(executed)
}

/// What `backend-gen check` does, with the program that the tests have built.
fn checked(catalog: &Catalog, stack: &Stack, dir: &Path) -> Result<()> {
    let said = work::output(&mut work::cargo(dir, &["build", "--quiet"]))?;
    ensure!(said.status.success(), "`cargo build`\n{}", work::tail(&said, 30));
    let scratch = TempDir::new()?;
    let mut walk = work::walk(catalog, stack, scratch.path())?;
    // of its own: what another stack has migrated is not this one's
    let database = fresh(catalog, stack)?;
    walk.env.extend(database.iter().map(|it| ("DATABASE_URL".to_string(), it.url.clone())));
    let expected = walk.steps.len() + walk.tidy.len();
    let binary = work::target_dir().join("debug").join(stack.key());
    let card = Card::new(stack, scratch.path(), true);
    let card = check::program(&binary, walk, card, &Guard::careful())?.as_json();
    let steps = card["steps"].as_array().map_or(0, Vec::len);
    // besides the steps of the walk it starts, and it stops
    ensure!(card["ok"] == true && steps == expected + 2, "`backend-gen check`\n{card:#}");
    Ok(())
}

/// A database on the stack's server, when it has one.
fn fresh(catalog: &Catalog, stack: &Stack) -> Result<Option<Database>> {
    let servers = servers::of(catalog, stack);
    let server = servers.iter().find(|server| server.variable == "DATABASE_URL");
    let kind = Kind::of(&stack.key()).context("a stack has a database")?;
    server.map(|server| Database::make(&kind.db, &server.url)).transpose()
}

/// The tests that ran, from the closing lines of the test programs.
fn executed(said: &Output) -> usize {
    let text = String::from_utf8_lossy(&said.stdout);
    let counts = text.lines().filter_map(|line| {
        let line = line.strip_prefix("test result: ok. ")?;
        line.split_whitespace().next()?.parse::<usize>().ok()
    });
    counts.sum()
}

/// The tests that stand in the source.
fn written(tree: &Tree) -> usize {
    let rust = tree.iter().filter(|(path, _)| path.extension().is_some_and(|kind| kind == "rs"));
    let tests = |bytes: &Vec<u8>| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().filter(|line| matches!(line.trim(), "#[test]" | "#[tokio::test]")).count()
    };
    rust.map(|(_, bytes)| tests(bytes)).sum()
}

fn toolchain() -> Result<String> {
    let mut rustc = std::process::Command::new("rustc");
    let said = work::output(rustc.arg("--version"))?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_string())
}

const LOCK: &str = "Cargo.lock";
