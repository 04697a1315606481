//! The way to Fly.io: into its registry by its digest, and back when a machine was touched.

use crate::ways::{BACK, BRING, COPY, DIGEST, Way};

/// Machines run what the file `running` says; a deploy may fail before or after it reached them.
const FLYCTL: &str = r#"#!/bin/sh
echo "flyctl $*" >> "$LOG"
case "$*" in
    *machine\ list*) [ ! -e "$HOME/running" ] || jq -n --rawfile digest "$HOME/running" '[{image_ref: {
        registry: "registry.fly.io", repository: "shop", tag: "x", digest: $digest}}]' ;;
    deploy*) [ "$(cat "$HOME/fails")" != release ] || exit 1
        for word; do case $word in *@*) printf %s "${word#*@}" > "$HOME/running" ;; esac; done
        [ "$(cat "$HOME/fails")" != health ] ;;
esac
"#;

fn way(flags: &str, token: &str) -> Way {
    let way = Way::of(flags, "fly", &[("flyctl", FLYCTL)], "").with("FLY_API_TOKEN", token);
    way.world("running", "sha256:old");
    way.world("fails", "");
    way
}

#[test]
fn the_image_is_copied_deployed_and_taken_back() {
    let way = way("--db postgres", "FlyV1 secret");
    assert!(way.step(COPY) && way.step(BRING));
    let image = format!("registry.fly.io/shop@{DIGEST}");
    let from = format!("copy --all --preserve-digests docker://ghcr.io/owner/shop@{DIGEST}");
    way.went(&["login --username x", "registry.fly.io", &from, "docker://registry.fly.io/shop:1"]);
    way.went(&["machine list", &format!("deploy --image {image} --ha=false")]);
    assert!(way.step(BACK));
    way.went(&[&image, "deploy --image registry.fly.io/shop@sha256:old"]);
    assert!(way.project("fly.toml").contains("release_command = \"migrate\""));
}

#[test]
fn what_fails_before_a_machine_is_touched_needs_no_way_back() {
    let way = way("--db sqlite", "secret");
    assert!(way.step(COPY));
    way.world("fails", "release");
    assert!(!way.step(BRING) && way.step(BACK));
    assert_eq!(way.log().matches("flyctl deploy").count(), 1, "{}", way.log());
    way.world("fails", "health");
    assert!(!way.step(BRING), "it does not get healthy");
    way.world("fails", "");
    assert!(way.step(BACK));
    assert_eq!(way.left("running"), "sha256:old");
}

#[test]
fn without_a_token_nothing_is_copied() {
    let way = way("--db postgres", "");
    assert!(!way.step(COPY));
    way.never("skopeo copy");
}
