//! `learn check` killed at any moment: nothing is left, no process and no file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::course;
use super::verdicts::{MULE, backend};
use crate::sandbox::Sandbox;

/// Programs that were started with the folder of this sandbox in their environment.
fn alive(sandbox: &Sandbox) -> Vec<String> {
    let sign = sandbox.path().join("tmp").to_string_lossy().into_owned();
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        if String::from_utf8_lossy(&environment).contains(&sign) {
            let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&words).replace('\0', " "));
        }
    }
    found
}

/// Every path in a folder.
fn left(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| [vec![path.clone()], left(&path)].concat()).collect()
}

/// A minute or two: `cargo test --test cli -- --ignored`.
#[test]
#[ignore = "long"]
fn a_hundred_kills_at_random_moments_leave_nothing() {
    let sandbox = course();
    let main = MULE.replace("PIDS", &format!("{:?}", sandbox.path().join("pid")));
    backend(&sandbox, &main);
    let tmp = sandbox.path().join("tmp");
    fs::create_dir_all(&tmp).unwrap();
    for round in 0..100_u64 {
        // an edit now and then, so that a build is met too
        if round % 4 == 0 {
            let main = format!("{main}// {round}\n");
            sandbox.write("course/01-first-green/src/main.rs", &main);
        }
        let mut check = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
        check.args(["learn", "check"]).current_dir(sandbox.path().join("course"));
        check.env("TMPDIR", &tmp).stdout(Stdio::null());
        let mut check = check.stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 37 % 1500));
        check.kill().unwrap();
        check.wait().unwrap();
        let began = Instant::now();
        loop {
            let (running, left) = (alive(&sandbox), left(&tmp));
            if running.is_empty() && left.is_empty() {
                break;
            }
            let patient = began.elapsed() < Duration::from_secs(10);
            assert!(patient, "round {round}: {running:?} {left:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
