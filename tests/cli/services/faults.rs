//! Servers that were killed, that fall, and two `up` at once.

#[cfg(unix)]
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Shop;
#[cfg(unix)]
use super::kill;
use crate::sandbox::Run;

#[cfg(unix)]
#[test]
fn a_server_that_was_killed_is_started_again() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    let (pid, url) = (shop.pid(), shop.url());
    kill(pid, nix::sys::signal::Signal::SIGKILL);
    wait_until("it is gone", || shop.status()["pid"].is_null());
    // Its number goes to somebody else: this very test.
    let kept = shop.sandbox.read("shop/.backend-gen/services/cache.json");
    let stale =
        kept.replace(&format!("\"pid\": {pid}"), &format!("\"pid\": {}", std::process::id()));
    assert_ne!(kept, stale);
    shop.sandbox.write("shop/.backend-gen/services/cache.json", &stale);
    shop.services("down").success().says("does not run");
    shop.up().unwrap();
    assert_eq!(shop.url(), url);
}

#[test]
fn a_server_that_falls_tells_its_last_words() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    shop.services("down").success();
    shop.sandbox.write("shop/.backend-gen/services/cache/data/dump.rdb", "no database at all");
    let run = shop.services("up").ends_with(1);
    run.complains("cannot be started: it ended with").complains("rong signature").complains("hint");
    assert_eq!(shop.status()["pid"], Value::Null);
    shop.services("reset --yes").success();
    assert_eq!(shop.status()["ready"], true);
}

#[test]
fn two_at_once_make_one_server() {
    let shop = Shop::new("--cache redis");
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| shop.services("up"))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    if runs.iter().any(|run| run.stderr.contains("no way to start one here")) {
        eprintln!("NOT TESTED: there is no Redis");
        return;
    }
    let started = runs.iter().filter(|run| run.stdout.contains("for this project alone")).count();
    let already = runs.iter().filter(|run| run.stdout.contains("runs already")).count();
    assert_eq!((started, already), (1, 2));
}

#[cfg(unix)]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
