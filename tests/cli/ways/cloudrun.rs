//! The way to Cloud Run: a token of the pipeline, a job that migrates, a revision, and the one before.

use crate::ways::{BACK, BRING, COPY, DIGEST, Way};

const GCLOUD: &str = r#"#!/bin/sh
echo "gcloud $*" >> "$LOG"
[ -z "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE" ] || [ -s "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE" ] || exit 1
case "$*" in
    *auth\ login*) [ -s "$ID_TOKEN_FILE" ] ;;
    *print-access-token*) echo a-token-for-an-hour ;;
    *jobs\ execute*) exit "$(cat "$HOME/ended")" ;;
    *services\ describe*) echo shop-00041-abc ;;
esac
"#;

fn way() -> Way {
    let way = Way::to("cloudrun", &[("gcloud", GCLOUD)], "").with("CLOUDSDK_CORE_PROJECT", "mine");
    let way =
        way.with("CLOUDSDK_RUN_REGION", "europe-west3").with("WORKLOAD_PROVIDER", "projects/7/p");
    let file = way.sandbox.path().join("tmp/id-token").display().to_string();
    way.world("id-token", "a token");
    way.world("ended", "0");
    way.with("ID_TOKEN_FILE", &file)
}

#[test]
fn without_a_key_it_is_copied_migrated_deployed_and_taken_back() {
    let way = way();
    assert!(way.step(COPY) && way.step(BRING));
    let image = format!("europe-west3-docker.pkg.dev/mine/shop/app@{DIGEST}");
    way.went(&[
        "create-cred-config projects/7/p",
        "--service-account shop-pipeline@mine.iam.gserviceaccount.com",
        "auth login",
        "login --username oauth2accesstoken",
        &format!("copy --all --preserve-digests docker://ghcr.io/owner/shop@{DIGEST}"),
        "jobs replace deploy/cloudrun/migrate.yaml",
        "jobs execute shop-migrate --wait",
        "services replace deploy/cloudrun/service.yaml",
    ]);
    for file in ["service", "migrate"] {
        let page = way.project(&format!("deploy/cloudrun/{file}.yaml"));
        assert!(page.contains(&format!("- image: {image}\n")), "{page}");
    }
    assert!(way.step(BACK));
    way.went(&["services replace", "update-traffic shop --to-revisions shop-00041-abc=100"]);
}

#[test]
fn a_failed_migration_deploys_nothing() {
    let way = way();
    way.world("ended", "1");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.never("services replace");
    way.never("update-traffic");
}

#[test]
fn without_a_token_nothing_is_copied() {
    let way = way();
    way.world("id-token", "");
    assert!(!way.step(COPY));
    way.never("skopeo");
}
