//! A project inside a Cargo workspace joins it or stays apart, and says which.

use crate::sandbox::Sandbox;

const FLAT: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"apps/*\"]\n";

#[test]
fn it_stays_apart_by_default() {
    let sandbox = Sandbox::new().file("Cargo.toml", FLAT);
    sandbox.run("new demo -y --no-git").success().says("stays apart from the workspace");
    assert!(sandbox.read("demo/Cargo.toml").lines().any(|line| line == "[workspace]"));
    assert_eq!(sandbox.read("Cargo.toml"), FLAT);
}

#[test]
fn it_joins_when_asked() {
    let sandbox = Sandbox::new().file("Cargo.toml", FLAT);
    sandbox.run("new demo -y --no-git --workspace join").success().says("joined the workspace");
    assert!(sandbox.read("Cargo.toml").contains("members = [\"apps/*\", \"demo\"]"));
    let manifest = sandbox.read("demo/Cargo.toml");
    assert!(!manifest.contains("[workspace]") && !manifest.contains("[profile"), "{manifest}");
    assert!(!sandbox.has("demo/Cargo.lock"));
}

#[test]
fn it_joins_where_the_workspace_counts_it_in_anyway() {
    let sandbox = Sandbox::new().file("Cargo.toml", FLAT).folder("apps");
    sandbox.run("new apps/demo -y --no-git").success().says("joined the workspace");
    assert_eq!(sandbox.read("Cargo.toml"), FLAT);
    let before = sandbox.snapshot();
    sandbox.run("new apps/other -y --workspace isolate").ends_with(1).complains("--workspace join");
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn there_must_be_one_to_join() {
    Sandbox::new().run("new demo -y --workspace join").ends_with(2).complains("no Cargo workspace");
}

#[test]
fn an_image_is_not_built_from_a_member() {
    let sandbox = Sandbox::new().file("Cargo.toml", "[workspace]\nmembers = []\n");
    let before = sandbox.snapshot();
    let words = "new shop -y --no-git --hosting docker --workspace";
    let run = sandbox.run(&format!("{words} join")).ends_with(2);
    run.complains("`--hosting docker` cannot be in a member").complains("`--workspace isolate`");
    assert_eq!(sandbox.snapshot(), before);
    sandbox.run(&format!("{words} isolate")).success();
    assert!(sandbox.has("shop/Dockerfile") && sandbox.has("shop/Cargo.lock"));
}
