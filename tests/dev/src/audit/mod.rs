//! `cargo dev audit`: our own lock and those of all stacks against the RustSec advisories, and their
//! licenses against what each project allows.

mod licenses;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use backend_gen::render;

use crate::work;

/// Uses the advisories in `ADVISORY_DB`, or fetches them when it is not set.
pub fn run() -> Result<bool> {
    let catalog = work::catalog()?;
    let dir = work::root().join("target").join("audit");
    fs::create_dir_all(&dir)?;
    let mut locks = vec![("backend-gen".to_string(), work::root().join("Cargo.lock"))];
    for stack in catalog.stacks() {
        let tree = render(&catalog, &stack, &work::project(&stack)?)?;
        let lock = tree.get(&PathBuf::from("Cargo.lock"));
        let file = dir.join(format!("{stack}.lock"));
        fs::write(&file, lock.with_context(|| format!("no lock is stored for `{stack}`"))?)?;
        locks.push((stack.to_string(), file));
    }
    let mut sound = 0;
    for (name, file) in &locks {
        let mut audit = Command::new("cargo");
        audit.args(["audit", "--quiet", "--file"]).arg(file);
        if let Some(advisories) = std::env::var_os("ADVISORY_DB") {
            audit.arg("--db").arg(advisories).arg("--no-fetch");
        }
        let said = work::output(&mut audit)?;
        if said.status.success() {
            sound += 1;
        } else {
            println!("{name}:\n{}", work::tail(&said, 30));
        }
    }
    println!("audit: {sound} of {} locks without a vulnerability", locks.len());
    Ok(licenses::check(&catalog, &dir.join("project"))? && sound == locks.len())
}
