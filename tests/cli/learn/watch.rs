//! `learn watch` in a real terminal: who saves does not wait for the verdict on what was before.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::verdicts::backend;
use super::{course, json, learn};
use crate::prompts::Talk;

/// A backend that does not listen: its verdict comes after twenty seconds.
const SILENT: &str = "fn main() { std::thread::sleep(std::time::Duration::from_secs(99)) }";
const ENDS: &str = "fn main() { eprintln!(\"no database\"); std::process::exit(7) }";

#[test]
fn a_save_ends_the_check_that_it_makes_useless() {
    let sandbox = course();
    backend(&sandbox, ENDS);
    // built once, so that little is left to build
    let report = json(&learn(&sandbox, "check --json"));
    assert_eq!(report["broken"]["kind"], "ends");
    sandbox.write("course/01-first-green/src/main.rs", SILENT);
    let folder = sandbox.path().join("course");
    let mut talk = Talk::inside(&folder, (100, 40), &[], "learn watch --plain");
    talk.sees("01");
    sleep(Duration::from_secs(6));
    let saved = Instant::now();
    sandbox.write("course/01-first-green/src/main.rs", ENDS);
    talk.sees("saved meanwhile").sees("exit code 7").sees("q quit").types("q\n");
    assert!(saved.elapsed() < Duration::from_secs(13), "{:?}", saved.elapsed());
    let over = talk.ends_with(1);
    assert!(!over.text().contains("does not listen"), "{}", over.text());
}
