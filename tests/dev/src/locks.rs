//! `cargo dev locks`: cargo resolves every stack, and the result is stored for `new`.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::lock::{self, Locks};
use backend_gen::project::Home;
use backend_gen::{Project, Stack, render};

use crate::{folder, work};

/// One resolution for all stacks together, so that they share versions; then cargo cuts each
/// stack's own lock out of it.
pub fn resolve() -> Result<bool> {
    let catalog = without_locks(work::catalog()?);
    let stacks = catalog.stacks();
    let dir = work::root().join("target").join("locks");
    let whole = together(&catalog, &stacks, &dir.join("all"))?;
    let mut locks = Locks::default();
    for stack in &stacks {
        let alone = dir.join("one").join(stack.key());
        folder::write(&alone, &render(&catalog, stack, &work::project(stack)?)?)?;
        fs::write(alone.join("Cargo.lock"), &whole)?;
        metadata(&alone, &["--offline"])?;
        lock::collect(
            &mut locks,
            &stack.key(),
            &stack.key(),
            &fs::read_to_string(alone.join("Cargo.lock"))?,
        )?;
    }
    fs::write(work::root().join("templates").join(lock::FILE), locks.to_text()?)?;
    agree(&stacks, &dir.join("one"))?;
    println!("{} locks, each agrees with cargo", stacks.len());
    Ok(true)
}

fn without_locks(mut catalog: Catalog) -> Catalog {
    catalog.records.remove(lock::FILE);
    catalog
}

/// The lock of a workspace that holds every stack.
fn together(catalog: &Catalog, stacks: &[Stack], dir: &Path) -> Result<String> {
    for stack in stacks {
        let project = Project { home: Home::Member, ..work::project(stack)? };
        folder::write(&dir.join(stack.key()), &render(catalog, stack, &project)?)?;
    }
    fs::write(dir.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n")?;
    let _ = fs::remove_file(dir.join("Cargo.lock"));
    let resolved = work::output(&mut work::cargo(dir, &["generate-lockfile"]))?;
    ensure!(resolved.status.success(), "cargo cannot resolve: {}", work::tail(&resolved, 20));
    let fetched = work::output(&mut work::cargo(dir, &["fetch", "--locked"]))?;
    ensure!(fetched.status.success(), "cargo cannot fetch: {}", work::tail(&fetched, 20));
    Ok(fs::read_to_string(dir.join("Cargo.lock"))?)
}

/// What `new` writes is what cargo would have written.
fn agree(stacks: &[Stack], dir: &Path) -> Result<()> {
    let catalog = work::catalog()?;
    for stack in stacks {
        let alone = dir.join(stack.key());
        folder::write(&alone, &render(&catalog, stack, &work::project(stack)?)?)?;
        metadata(&alone, &["--locked", "--offline"])?;
    }
    Ok(())
}

fn metadata(dir: &Path, flags: &[&str]) -> Result<()> {
    let words = [&["metadata", "--format-version", "1", "--quiet"], flags].concat();
    let said = work::output(&mut work::cargo(dir, &words))?;
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    ensure!(said.status.success(), "`cargo metadata` in `{}`: {text}", dir.display());
    Ok(())
}
