//! Servers that were there before, or that belong to others.

use serde_json::Value;

use super::Shop;
use crate::sandbox::Run;

#[test]
fn a_server_that_answers_is_used_and_never_stopped() {
    let owner = Shop::new("--cache redis");
    if owner.up().is_none() {
        return;
    }
    let guest = Shop::new("--cache redis");
    let settings = guest.sandbox.read("shop/.env");
    let theirs = owner.url();
    let lines = settings.lines().map(|line| match line.starts_with("REDIS_URL=") {
        true => format!("{theirs}\n"),
        false => format!("{line}\n"),
    });
    guest.sandbox.write("shop/.env", &lines.collect::<String>());
    guest.services("up").success().says("used as it is");
    guest.services("down").success().says("nothing to stop");
    assert_eq!(owner.status()["ready"], true);
}

#[test]
fn a_copy_of_a_project_has_servers_of_its_own() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    let copy = Shop::new("--cache redis");
    for path in [".env", ".backend-gen/services/cache.json"] {
        copy.sandbox.write(&format!("shop/{path}"), &shop.sandbox.read(&format!("shop/{path}")));
    }
    copy.services("down").success().says("does not run");
    assert_eq!(shop.status()["ready"], true);
    copy.services("up").success().says("used as it is");
    shop.services("down").success();
    copy.services("up").success().says("for this project alone");
    assert_eq!(shop.status()["pid"], Value::Null);
}

#[test]
fn a_server_that_refuses_the_login_is_replaced() {
    let owner = Shop::new("--db postgres");
    if owner.up().is_none() {
        return;
    }
    let guest = Shop::new("--db postgres");
    let wrong = owner.url().replace("//postgres:", "//postgres:wrong");
    let settings = guest.sandbox.read("shop/.env");
    let own = settings.lines().find(|line| line.starts_with("DATABASE_URL=")).unwrap();
    guest.sandbox.write("shop/.env", &settings.replace(own, &wrong));
    let run = guest.services("up").success();
    run.says("for this project alone").complains("does not let us in").complains("password");
    assert_eq!(guest.status()["ready"], true);
}

#[test]
fn a_shell_that_knows_better_is_told() {
    let shop = Shop::new("--cache redis");
    let mut up = shop.command();
    up.arg("up").env("REDIS_URL", "redis://:secret@127.0.0.1:9");
    let run = Run::of(up.output().unwrap()).ends_with(1);
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    run.complains("set in this shell").complains("unset REDIS_URL");
    assert!(!shop.path(".backend-gen/services/cache.json").exists());
}

#[test]
fn a_server_elsewhere_is_not_replaced() {
    let shop = Shop::new("--cache redis");
    let settings = shop.sandbox.read("shop/.env").replace("127.0.0.1:9", "192.0.2.1:9");
    shop.sandbox.write("shop/.env", &settings);
    shop.services("up").ends_with(1).complains("is not this machine");
    assert_eq!(shop.sandbox.read("shop/.env"), settings);
}
