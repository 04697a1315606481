//! Ctrl-C while servers are brought up: what was started is gone, what ran before stays.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;

use super::{Shop, kill, running};

/// `services up`, interrupted when it says a line with this word. Its exit code and what it said
/// after that; nothing when it cannot be tried here.
fn interrupted(shop: &Shop, word: &str) -> Option<(Option<i32>, Vec<String>)> {
    let mut up = start(shop);
    let lines = BufReader::new(up.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut lines = lines.skip_while(|line| !line.contains(word) && !line.contains("error"));
    if lines.next().is_none_or(|line| line.contains("no way to start one here")) {
        eprintln!("NOT TESTED: there is no such server on this machine");
        up.wait().unwrap();
        return None;
    }
    kill(up.id(), Signal::SIGINT);
    let rest: Vec<String> = lines.collect();
    let status = up.wait().unwrap();
    if status.success() {
        eprintln!("NOT TESTED: it was done before the signal came");
        return None;
    }
    Some((status.code(), rest))
}

fn start(shop: &Shop) -> Child {
    let mut up = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
    up.args(["services", "up"]).current_dir(shop.path(""));
    up.env_remove("DATABASE_URL").env_remove("REDIS_URL");
    up.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    up.spawn().unwrap()
}

/// At each stage of a first start: nothing runs afterwards, and the next `up` works.
#[test]
fn an_interrupted_start_leaves_nothing_running() {
    for stage in ["making the data folder", "starting"] {
        let shop = Shop::new("--db postgres");
        let before = shop.sandbox.read("shop/.env");
        let Some((code, rest)) = interrupted(&shop, stage) else { continue };
        assert_eq!(code, Some(130), "{stage}: {rest:?}");
        assert!(rest.iter().any(|line| line.contains("interrupted")), "{stage}: {rest:?}");
        let home = shop.path(".backend-gen").display().to_string();
        assert_eq!(running(&home), Vec::<String>::new(), "{stage}");
        assert!(!shop.path(".backend-gen/services/database/data.new").exists(), "{stage}");
        assert_eq!(shop.sandbox.read("shop/.env"), before, "{stage}");
        shop.up().unwrap();
        assert_eq!(shop.status()["ready"], true, "{stage}");
    }
}

/// The database runs, only its line in `.env` is written again: it is not what this `up` started.
#[test]
fn what_ran_before_goes_on_after_an_interruption() {
    let shop = Shop::new("--db postgres --cache redis");
    let Some(_) = shop.up() else { return };
    let pid = shop.pid();
    let cache: u32 = shop
        .sandbox
        .read("shop/.backend-gen/services/cache.json")
        .split("\"pid\": ")
        .nth(1)
        .and_then(|rest| rest.split([',', '\n', '}']).next())
        .and_then(|pid| pid.trim().parse().ok())
        .unwrap();
    kill(cache, Signal::SIGKILL);
    let settings = shop.sandbox.read("shop/.env");
    let database = settings.lines().find(|line| line.starts_with("DATABASE_URL=")).unwrap();
    let elsewhere = "DATABASE_URL=postgres://postgres@127.0.0.1:9/app";
    shop.sandbox.write("shop/.env", &settings.replace(database, elsewhere));
    let Some((code, rest)) = interrupted(&shop, "starting Redis") else { return };
    assert_eq!(code, Some(130), "{rest:?}");
    shop.services("up").success();
    assert_eq!(shop.pid(), pid, "the database was stopped with the cache: {rest:?}");
}
