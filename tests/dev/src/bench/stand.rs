//! Who is measured: a generated backend, a floor, or Fastify, built and ready to start.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use backend_gen::{Stack, render as tree_of};

use crate::{folder, work};

/// The tables that the floors make, from the stack that they are compared with.
const SCHEMA: [&str; 3] = [
    "db/sqlite/with/auth._password/migrations/0001_users.sql",
    "db/sqlite/files/migrations/0002_tasks.sql",
    "db/sqlite/with/auth._password/migrations/0004_sessions.sql",
];

/// A program that can be started, and how it wants to be told where its data is.
#[derive(Clone)]
pub struct Stand {
    pub name: &'static str,
    pub program: PathBuf,
    pub words: Vec<PathBuf>,
    /// The variable that names the database.
    pub database: &'static str,
    /// Whether it makes its users by `/auth`, or has one session from the start.
    pub registers: bool,
}

/// Writes `sqlite-none` and the like as a project of its own; returns its folder.
pub fn render(room: &Path, key: &str) -> Result<PathBuf> {
    let catalog = work::catalog()?;
    let (db, auth) = key.split_once('-').with_context(|| format!("`{key}` is not `db-auth`"))?;
    let stack = Stack::choose(&catalog, [("db", db), ("auth", auth)])?;
    let dir = room.join(key);
    folder::write(&dir, &tree_of(&catalog, &stack, &work::project(&stack)?)?)?;
    Ok(dir)
}

/// The release build of a generated backend.
pub fn ours(room: &Path, key: &str) -> Result<Stand> {
    let dir = render(room, key)?;
    let name = fs::read_to_string(dir.join("Cargo.toml"))?
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"').map(String::from))
        .context("a project without a name")?;
    let program = built(room, &dir, &name)?;
    Ok(Stand { name: "ours", program, words: vec![], database: "DATABASE_URL", registers: true })
}

/// The release build of the floor of a database.
pub fn floor(room: &Path, db: &str) -> Result<Stand> {
    let dir = work::root().join("tests").join("floor").join(db);
    let program = built(room, &dir, &format!("floor-{db}"))?;
    let database = "FLOOR_DATABASE";
    Ok(Stand { name: "floor", program, words: vec![], database, registers: false })
}

/// Fastify with better-sqlite3; `None` and the reason where it cannot be had.
pub fn fastify(room: &Path) -> Result<std::result::Result<Stand, String>> {
    let (from, dir) =
        (work::root().join("tests").join("floor").join("fastify"), room.join("fastify"));
    fs::create_dir_all(&dir)?;
    for file in ["package.json", "server.mjs"] {
        fs::copy(from.join(file), dir.join(file))?;
    }
    let schema = SCHEMA.map(|path| fs::read_to_string(work::root().join("templates").join(path)));
    let schema = schema.into_iter().collect::<std::io::Result<Vec<_>>>()?;
    fs::write(dir.join("schema.sql"), schema.join("\n"))?;
    let mut npm = std::process::Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&dir);
    match npm.output() {
        Ok(said) if said.status.success() => {}
        Ok(said) => return Ok(Err(format!("npm install: {}", work::tail(&said, 5)))),
        Err(error) => return Ok(Err(format!("npm: {error}"))),
    }
    let (program, words) = ("node".into(), vec![dir.join("server.mjs")]);
    let database = "FLOOR_DATABASE";
    Ok(Ok(Stand { name: "fastify", program, words, database, registers: false }))
}

fn built(room: &Path, dir: &Path, name: &str) -> Result<PathBuf> {
    eprintln!("serve: the release build of {name}");
    let target = room.join("target-release");
    let mut cargo = work::cargo(dir, &["build", "--release", "--quiet"]);
    let said = work::output(cargo.env("CARGO_TARGET_DIR", &target))?;
    ensure!(said.status.success(), "{name} does not build: {}", work::tail(&said, 20));
    Ok(target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
