//! The way to Render: a service of an image gets the image, one with a disk the commit.

use crate::ways::{BACK, BRING, DIGEST, Way};

const ANSWERS: &str = r#"
case "$method $url" in
    *deploys\?status=live*) echo '[{"deploy": {"id": "dep-old"}, "cursor": "x"}]' ;;
    POST*/deploys) echo '{"id": "dep-new", "status": "build_in_progress"}' ;;
    POST*/rollback) echo '{"id": "dep-back", "status": "created"}' ;;
    GET*/deploys/dep-back) echo '{"id": "dep-back", "status": "live"}' ;;
    GET*/deploys/dep-new) echo "{\"id\": \"dep-new\", \"status\": \"$(is status)\"}" ;;
    GET*/services/srv-1) is the-service ;;
esac
"#;

fn way(flags: &str, service: &str, key: &str) -> Way {
    let way = Way::of(flags, "render", &[], ANSWERS).with("RENDER_SERVICE", "srv-1");
    way.world("the-service", service);
    way.world("status", "live");
    way.with("RENDER_API_KEY", key).with("GITHUB_SHA", "c0ffee")
}

const IMAGE: &str = r#"{"id": "srv-1", "imagePath": "ghcr.io/owner/shop:first"}"#;

#[test]
fn the_digest_is_deployed_and_taken_back() {
    let way = way("--db postgres", IMAGE, "secret");
    assert!(way.step(BRING));
    let asked = format!("{{\"imageUrl\":\"ghcr.io/owner/shop@{DIGEST}\"}}");
    way.went(&["?status=live", "POST https://api.render.com/v1/services/srv-1/deploys", &asked]);
    way.never("/rollback");
    assert!(way.step(BACK));
    way.went(&[&asked, "/rollback {\"deployId\":\"dep-old\"}", "GET", "/deploys/dep-back"]);
    let page = way.project("render.yaml");
    assert!(page.contains("preDeployCommand: app migrate") && page.contains("runtime: image"));
}

#[test]
fn a_failed_migration_is_red_and_leaves_the_old_version() {
    let way = way("--db postgres", IMAGE, "secret");
    way.world("status", "pre_deploy_failed");
    assert!(!way.step(BRING) && way.step(BACK));
    way.never("/rollback");
}

#[test]
fn one_that_does_not_end_is_called_off() {
    let way = way("--db postgres", IMAGE, "secret");
    way.world("status", "update_in_progress");
    assert!(!way.step(BRING));
    way.went(&["/deploys/dep-new", "POST", "/deploys/dep-new/cancel"]);
    way.world("status", "queued");
    way.again();
    assert!(!way.step(BRING));
    way.went(&["/deploys/dep-new", "POST", "/deploys/dep-new/cancel"]);
}

#[test]
fn with_a_disk_the_commit_is_built() {
    let way = way("--db sqlite", r#"{"id": "srv-1", "repo": "x"}"#, "secret");
    assert!(way.step(BRING));
    way.went(&["/deploys {\"commitId\":\"c0ffee\"}"]);
    let page = way.project("render.yaml");
    assert!(page.contains("runtime: rust") && page.contains("autoDeployTrigger: \"off\""));
}

#[test]
fn without_a_key_nothing_is_asked_for() {
    let way = way("--db postgres", IMAGE, "");
    assert!(!way.step(BRING) && way.step(BACK));
    way.never("POST");
}

#[test]
fn what_does_not_answer_once_is_asked_again() {
    let way = way("--db postgres", IMAGE, "secret");
    way.falters("*deploys/dep*");
    assert!(way.step(BRING) && way.step(BACK));
    way.went(&["/deploys/dep-new", "/rollback"]);
}
