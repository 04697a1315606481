//! Bad commits, and what must stop each.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::pipeline::project::Project;
use crate::work;

/// A commit that must not pass.
pub struct Seed {
    pub what: &'static str,
    /// What the step says that must go red.
    pub stops: &'static str,
    /// What it gives as the reason: not any failure will do.
    pub says: &'static str,
    pub sow: fn(&Project) -> Result<()>,
}

pub const ALL: [Seed; 6] = [
    Seed {
        what: "code that is not formatted",
        stops: "cargo fmt",
        says: "Diff in",
        sow: |project| change(project, "src/main.rs", |text| format!("{text}\n\n\n\n")),
    },
    Seed {
        what: "a test that fails",
        stops: "cargo test",
        says: "it_fails",
        sow: |project| {
            let test = "\n#[test]\nfn it_fails() {\n    assert_eq!(1 + 1, 3);\n}\n";
            change(project, "tests/api/service.rs", |text| text + test)
        },
    },
    Seed {
        what: "a migration that was changed after it ran",
        stops: "git diff",
        says: "and one more thing",
        sow: |project| {
            let last = migrations(project)?.pop().context("no migration")?;
            let text = fs::read_to_string(&last)?;
            Ok(fs::write(&last, format!("{text}\n-- and one more thing\n"))?)
        },
    },
    Seed {
        what: "a crate with a known hole",
        stops: "cargo audit",
        says: "RUSTSEC-2021-0003",
        sow: |project| {
            // RUSTSEC-2021-0003, on a version that nothing else here can use
            let line = "[dependencies]\nold-smallvec = { package = \"smallvec\", version = \"=0.6.13\" }\n";
            change(project, "Cargo.toml", |text| text.replacen("[dependencies]\n", line, 1))?;
            let mut cargo = work::cargo(&project.dir, &["metadata", "--format-version", "1"]);
            let said = work::output(&mut cargo)?;
            ensure!(said.status.success(), "no lock file: {}", work::tail(&said, 5));
            Ok(())
        },
    },
    Seed {
        what: "a migration that does not work",
        stops: "-- migrate",
        says: "9999_broken",
        sow: |project| {
            let folder = project.dir.join("migrations");
            Ok(fs::write(
                folder.join("9999_broken.sql"),
                "ALTER TABLE nothing ADD COLUMN x INT;\n",
            )?)
        },
    },
    Seed {
        what: "a secret",
        stops: "git ls-files",
        says: "",
        sow: |project| {
            fs::write(project.dir.join(".env"), &project.private)?;
            project.git(&["add", "--force", ".env"]).map(|_| ())
        },
    },
];

fn change(project: &Project, path: &str, edit: impl FnOnce(String) -> String) -> Result<()> {
    let file = project.dir.join(path);
    let before = fs::read_to_string(&file).with_context(|| format!("cannot read `{path}`"))?;
    let after = edit(before.clone());
    ensure!(after != before, "`{path}` stays as it is");
    Ok(fs::write(&file, after)?)
}

fn migrations(project: &Project) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(project.dir.join("migrations"))?;
    let mut paths = entries.map(|it| Ok(it?.path())).collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}
