//! The same ways on GitLab, which runs the lines of a job in one shell, and those of the way back in another.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ways::{DIGEST, Way};

const ANSWERS: &str = r#"
case "$method $url" in
    *deploys\?status=live*) echo '[{"deploy": {"id": "dep-old"}}]' ;;
    *deploys*) echo "{\"id\": \"dep-new\", \"status\": \"$(is status)\"}" ;;
    *rollback) echo '{"id": "dep-back", "status": "live"}' ;;
    *services/srv-1) echo '{"imagePath": "registry.gitlab.com/group/shop:first"}' ;;
esac
"#;

fn way() -> Way {
    let programs = [("apt-get", "#!/bin/sh\necho \"apt-get $*\" >> \"$LOG\"\n")];
    let way = Way::made("--db postgres --pipeline gitlab", "render", &programs, ANSWERS);
    let jobs = way.project(".gitlab/release.yml");
    let jobs: Value = serde_saphyr::from_str(&jobs).unwrap();
    let lines = |part: &str| {
        let lines = jobs["deploy-render"][part].as_array().unwrap();
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        (part.to_string(), lines.join("\n"))
    };
    let steps = BTreeMap::from([lines("script"), lines("after_script")]);
    way.world("status", "live");
    way.world("smoke", "0");
    let way = Way { steps, ..way }.with("RENDER_SERVICE", "srv-1").with("CI_COMMIT_SHA", "c0ffee");
    way.with("RENDER_API_KEY", "secret").with("BASE_URL", "https://shop.example")
}

#[test]
fn the_job_ends_with_a_look_at_the_result() {
    let way = way();
    assert!(way.step("script"));
    let asked = format!("/deploys {{\"imageUrl\":\"ghcr.io/owner/shop@{DIGEST}\"}}");
    way.went(&["apt-get install", &asked, "GET https://shop.example/readyz"]);
    let way = way.with("CI_JOB_STATUS", "success");
    assert!(way.step("after_script"));
    way.never("/rollback");
}

#[test]
fn when_nobody_answers_the_version_before_is_put_back() {
    let way = way();
    way.world("smoke", "22");
    assert!(!way.step("script"));
    let way = way.with("CI_JOB_STATUS", "failed");
    assert!(way.step("after_script"));
    way.went(&["/readyz", "/rollback {\"deployId\":\"dep-old\"}"]);
}

#[test]
fn a_failed_migration_is_not_looked_at() {
    let way = way();
    way.world("status", "pre_deploy_failed");
    assert!(!way.step("script"));
    let way = way.with("CI_JOB_STATUS", "failed");
    assert!(way.step("after_script"));
    way.never("/readyz");
    way.never("/rollback");
}

#[test]
fn without_an_address_nothing_is_brought() {
    let way = way().with("BASE_URL", "");
    assert!(!way.step("script"));
    assert_eq!(way.log(), "");
}
