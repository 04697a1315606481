//! `cargo dev kit`: a kit gives its first verdict on a machine without a network and without crates.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::work;

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

/// Makes a kit, moves it, and checks the first lesson with an empty home of cargo.
pub fn run() -> Result<bool> {
    let built = work::output(&mut work::cargo(&work::root(), &["build", "--quiet"]))?;
    ensure!(built.status.success(), "{}", work::tail(&built, 20));
    let scratch = tempfile::tempdir()?;
    let (made, kit) = (scratch.path().join("made"), scratch.path().join("kit"));
    let program = work::target_dir().join("debug").join("backend-gen");
    let mut make = Command::new(&program);
    make.args(["learn", "kit", "--out"]).arg(&made);
    let said = make.output().context("the program starts")?;
    ensure!(said.status.success(), "{}", work::tail(&said, 20));
    // nothing may point to where it was made
    fs::rename(&made, &kit)?;
    let home = scratch.path().join("home");
    fs::create_dir(&home)?;
    let start = Instant::now();
    let said = check(&kit, &home)?;
    let told = String::from_utf8_lossy(&said.stdout);
    ensure!(told.contains("FAIL  W0.missing"), "{}", work::tail(&said, 30));
    println!("the first verdict without a network after {:.0} s", start.elapsed().as_secs_f64());
    // without the crates it must fail, or the network was there after all
    fs::rename(kit.join("crates"), kit.join("gone"))?;
    fs::remove_dir_all(kit.join("course/target"))?;
    let said = check(&kit, &home)?;
    let told = String::from_utf8_lossy(&said.stdout);
    ensure!(!told.contains("W0.missing"), "a check without crates: {told}");
    println!("1 passed, 0 failed");
    Ok(true)
}

fn check(kit: &Path, home: &Path) -> Result<Output> {
    let program = kit.join("backend-gen");
    // where it may be done, there is not even a network to ask
    let alone = Command::new("unshare").args(["-n", "true"]).output();
    let alone = alone.is_ok_and(|it| it.status.success());
    let mut check = match alone {
        true => {
            let mut check = Command::new("unshare");
            check.args(["-n", "sh", "-c", "ip link set lo up && exec \"$0\" learn check"]);
            check.arg(program);
            check
        }
        false => {
            let mut check = Command::new(program);
            check.args(["learn", "check"]);
            check
        }
    };
    check.current_dir(kit.join("course")).env("CARGO_HOME", home).env("CARGO_INCREMENTAL", "0");
    check.env_remove("CARGO_TARGET_DIR");
    check.envs(["http_proxy", "https_proxy"].map(|name| (name, NOBODY)));
    check.output().context("the check starts")
}
