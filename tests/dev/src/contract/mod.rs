//! `cargo dev contract`: every promise of a generated backend, kept by the running binary of each stack.
//!
//! Nothing here knows the source. A case is a function whose name is the promise.

mod accounts;
mod answer;
mod auth;
mod bodies;
pub mod client;
mod compare;
mod config;
mod connections;
mod cors;
mod cut;
pub mod database;
mod documents;
mod errors;
mod filters;
mod framing;
mod graphql;
mod graphql_http;
mod graphql_limits;
mod graphql_lists;
mod health;
mod idempotency;
mod jwt;
mod jwt_forged;
pub mod kind;
mod limits;
mod lists;
mod observed;
mod people;
mod proxy;
mod readme_walk;
mod running;
pub mod server;
mod session;
mod sessions;
mod shared;
mod starting;
mod tasks_change;
mod tasks_race;
mod tasks_rest;
mod tasks_values;
mod throttle;
mod who;
mod wire;
mod world;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, Tree, render};

use crate::servers::{self, Server};
use crate::{Which, folder, work};
use compare::Records;
use kind::Kind;
use world::World;

/// A promise, and the stacks that give it.
struct Case {
    name: &'static str,
    applies: fn(&Kind) -> bool,
    run: fn(&World) -> Result<()>,
}

/// A table of cases: `to: cases…`.
macro_rules! cases {
    ($($to:path: $($case:ident),+);+ $(;)?) => {
        pub const CASES: &[super::Case] = &[$($(
            super::Case { name: stringify!($case), applies: $to, run: $case },
        )+)+];
    };
}
use cases;

/// By theme. Of one file the cases run in the order of its table.
const THEMES: &[(&str, &[Case])] = &[
    ("running", running::CASES),
    ("starting", starting::CASES),
    ("accounts", accounts::CASES),
    ("config", config::CASES),
    ("connections", connections::CASES),
    ("health", health::CASES),
    ("errors", errors::CASES),
    ("bodies", bodies::CASES),
    ("framing", framing::CASES),
    ("auth", auth::CASES),
    ("who", who::CASES),
    ("sessions", sessions::CASES),
    ("throttle", throttle::CASES),
    ("session", session::CASES),
    ("jwt", jwt::CASES),
    ("jwt_forged", jwt_forged::CASES),
    ("tasks_rest", tasks_rest::CASES),
    ("tasks_values", tasks_values::CASES),
    ("tasks_change", tasks_change::CASES),
    ("tasks_race", tasks_race::CASES),
    ("lists", lists::CASES),
    ("filters", filters::CASES),
    ("idempotency", idempotency::CASES),
    ("graphql", graphql::CASES),
    ("graphql_lists", graphql_lists::CASES),
    ("graphql_http", graphql_http::CASES),
    ("graphql_limits", graphql_limits::CASES),
    ("limits", limits::CASES),
    ("cors", cors::CASES),
    ("documents", documents::CASES),
    ("observed", observed::CASES),
    ("shared", shared::CASES),
    ("readme_walk", readme_walk::CASES),
];

/// What became of the cases.
#[derive(Default)]
struct Count {
    passed: usize,
    failures: Vec<String>,
}

/// Tests the chosen stacks, then compares what their databases made of it.
pub fn run(which: &Which) -> Result<bool> {
    let catalog = work::catalog()?;
    let stacks = work::chosen(&catalog, which)?;
    let (mut passed, mut failed, mut records) = (0, 0, Records::default());
    for stack in &stacks {
        let start = Instant::now();
        match one(&catalog, stack, &mut records) {
            Ok(count) => {
                let verdict = match count.failures.len() {
                    0 => format!("{} cases ok", count.passed),
                    failed => format!("{failed} of {} cases FAILED", count.passed + failed),
                };
                println!("{stack}: {verdict} ({} s)", start.elapsed().as_secs());
                passed += count.passed;
                failed += count.failures.len();
            }
            Err(why) => {
                println!("{stack}: FAILED\n{why:#}");
                failed += 1;
            }
        }
    }
    for (alike, line) in records.verdicts() {
        println!("{line}");
        if alike {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Builds a stack and goes through its cases.
fn one(catalog: &Catalog, stack: &Stack, records: &mut Records) -> Result<Count> {
    let world = world(catalog, stack, &render(catalog, stack, &work::project(stack)?)?)?;
    // a part of a name, to run few cases while one is written
    let count = walk(&world, &std::env::var("CONTRACT_CASE").unwrap_or_default())?;
    for failure in &count.failures {
        println!("{stack}: {failure}");
    }
    let kind = &world.kind;
    records.keep(&format!("{}-{}-{}", kind.auth, kind.api, kind.cache), &kind.db, world.records());
    Ok(count)
}

/// What fails of the cases with `only` in their names, on a tree that may be another than the templates'.
pub fn failures(catalog: &Catalog, stack: &Stack, tree: &Tree, only: &str) -> Result<Vec<String>> {
    let world = world(catalog, stack, tree)?;
    let count = walk(&world, only)?;
    ensure!(count.passed + count.failures.len() > 0, "no case is called `{only}`");
    Ok(count.failures)
}

/// Builds and starts a stack.
fn world(catalog: &Catalog, stack: &Stack, tree: &Tree) -> Result<World> {
    let servers = servers::of(catalog, stack);
    let away = servers.iter().find(|server| !server.answers());
    ensure!(away.is_none(), "{} does not answer", away.map_or("", |server| &server.variable));
    let dir = work::stacks_dir().join(stack.key());
    folder::write(&dir, tree)?;
    let built = work::output(&mut work::cargo(&dir, &["build", "--locked", "--quiet"]))?;
    ensure!(built.status.success(), "`cargo build`\n{}", work::tail(&built, 30));
    let url = |variable: &str| {
        let server: Option<&Server> = servers.iter().find(|server| server.variable == variable);
        server.map(|server| server.url.clone()).unwrap_or_default()
    };
    let kind =
        Kind::of(&stack.key()).context("a stack has a database, auth, an API and a cache")?;
    World::new(kind, work::target_dir().join("debug").join(stack.key()), &url)
}

fn walk(world: &World, only: &str) -> Result<Count> {
    let mut count = Count::default();
    let mut listed = 0;
    for (theme, cases) in THEMES {
        let cases =
            cases.iter().filter(|case| (case.applies)(&world.kind) && is_meant(theme, case, only));
        let cases: Vec<&Case> = cases.collect();
        listed += cases.len();
        for case in cases {
            world.begin(theme, case.name);
            let start = Instant::now();
            match (case.run)(world) {
                Ok(()) => count.passed += 1,
                Err(why) => {
                    let why = format!("{why:#}").replace('\n', "\n    ");
                    count.failures.push(format!("{theme}::{}\n    {why}", case.name));
                }
            }
            if start.elapsed().as_secs() >= 4 {
                println!(
                    "{}: {theme}::{} took {} s",
                    world.kind.key(),
                    case.name,
                    start.elapsed().as_secs()
                );
            }
        }
    }
    let executed = count.passed + count.failures.len();
    ensure!(executed == listed, "{listed} cases are listed, {executed} were executed");
    Ok(count)
}

/// `theme::name` with any part of a name, or a part of a name alone.
fn is_meant(theme: &str, case: &Case, only: &str) -> bool {
    match only.split_once("::") {
        Some((of, name)) => of == theme && case.name.contains(name),
        None => case.name.contains(only),
    }
}
