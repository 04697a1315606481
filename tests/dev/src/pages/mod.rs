//! `cargo dev pages`: the pages of running backends, opened and used in a real browser.

mod console;
mod docs;
pub mod driver;
pub mod look;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::io::process::Backend;
use backend_gen::{Stack, render};
use tempfile::TempDir;

use crate::{Which, folder, work};
use driver::Browser;

/// A page in a browser, and the backend behind it.
pub struct Page {
    browser: Browser,
    url: String,
    stack: String,
    /// A header that proves who asks, when cookies do not.
    proof: Option<String>,
}

/// Opens the pages of the chosen stacks.
pub fn run(which: &Which) -> Result<bool> {
    let catalog = work::catalog()?;
    let usual = Which { all: false, quick: false, stacks: STACKS.map(str::to_string).to_vec() };
    let named = which.all || !which.stacks.is_empty();
    let stacks = work::chosen(&catalog, if named { which } else { &usual })?;
    let mut failed = 0;
    for stack in &stacks {
        let start = Instant::now();
        let (mark, note) = match one(&catalog, stack) {
            Ok(seen) => ("ok", format!("{seen} views")),
            Err(why) => {
                failed += 1;
                ("FAILED", format!("{why:#}"))
            }
        };
        println!("{stack}: {mark}, {note} ({} s)", start.elapsed().as_secs());
    }
    println!("pages: {} passed, {failed} failed", stacks.len() - failed);
    Ok(failed == 0)
}

fn one(catalog: &Catalog, stack: &Stack) -> Result<usize> {
    let dir = work::stacks_dir().join(stack.key());
    folder::write(&dir, &render(catalog, stack, &work::project(stack)?)?)?;
    let built = work::output(&mut work::cargo(&dir, &["build", "--locked", "--quiet"]))?;
    ensure!(built.status.success(), "`cargo build`\n{}", work::tail(&built, 30));
    let scratch = TempDir::new()?;
    let env = work::walk(catalog, stack, scratch.path())?.env;
    let binary = work::target_dir().join("debug").join(stack.key());
    let mut backend = Backend::start(&binary, scratch.path(), &env)?;
    let url = backend.url(|| false)?;
    let url = url.with_context(|| format!("no start: {}", backend.last_lines().join("\n")))?;
    let browser = Browser::start()?;
    let mut page = Page { browser, url, stack: stack.key(), proof: None };
    let seen = docs::visit(&mut page)? + console::visit(&page)?;
    let status = backend.stop()?;
    ensure!(status.is_some_and(|status| status.success()), "it does not stop: {status:?}");
    Ok(seen)
}

/// What is opened when no stack is named.
const STACKS: [&str; 3] =
    ["sqlite-session-rest-none", "sqlite-session-graphql-none", "sqlite-jwt-graphql-none"];
