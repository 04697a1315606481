//! The way to Railway: the source of the service becomes the digest, and the one before again.

use crate::ways::{BACK, BRING, DIGEST, Way};

const ANSWERS: &str = r#"
case $body in
    *projectToken*) echo '{"data": {"projectToken": {"environmentId": "env-1"}}}' ;;
    *serviceInstanceUpdate*) [ -z "$(is refused)" ] || { is refused; return; }
        echo '{"data": {"serviceInstanceUpdate": true}}' ;;
    *serviceInstanceDeployV2*) echo '{"data": {"serviceInstanceDeployV2": "dep-1"}}' ;;
    *serviceInstance\(*) echo "{\"data\": {\"serviceInstance\": {\"source\": {\"image\": \"$(is source)\"}}}}" ;;
    *deployment\(*) echo "{\"data\": {\"deployment\": {\"status\": \"$(is status)\"}}}" ;;
esac
"#;
const OLD: &str = "ghcr.io/owner/shop@sha256:old";

fn way(token: &str) -> Way {
    let way = Way::to("railway", &[], ANSWERS).with("RAILWAY_SERVICE", "service-1");
    way.world("source", OLD);
    way.world("status", "SUCCESS");
    way.with("RAILWAY_TOKEN", token)
}

#[test]
fn the_digest_is_deployed_and_taken_back() {
    let way = way("secret");
    assert!(way.step(BRING));
    let taken = |image: &str| {
        format!("\"variables\":{{\"s\":\"service-1\",\"e\":\"env-1\",\"i\":\"{image}\"}}")
    };
    let new = taken(&format!("ghcr.io/owner/shop@{DIGEST}"));
    way.went(&["projectToken", "serviceInstanceUpdate", &new, "DeployV2", "deployment(id: $i)"]);
    way.never(&taken(OLD));
    assert!(way.step(BACK));
    way.went(&[&new, "serviceInstanceUpdate", &taken(OLD), "DeployV2", "deployment(id: $i)"]);
    let file = way.project(".railway/railway.ts");
    assert!(file.contains("preDeploy: [\"app migrate\"]") && file.contains("source: image(\""));
}

#[test]
fn a_failed_migration_is_red_and_only_the_source_is_set_back() {
    let way = way("secret");
    way.world("status", "FAILED");
    assert!(!way.step(BRING) && way.step(BACK));
    assert_eq!(way.log().matches("serviceInstanceDeployV2").count(), 1, "{}", way.log());
    way.went(&["DeployV2", "serviceInstanceUpdate", OLD]);
}

#[test]
fn a_refusal_is_red_although_it_comes_with_200() {
    let way = way("secret");
    way.world("refused", r#"{"data": null, "errors": [{"message": "Not Authorized"}]}"#);
    assert!(!way.step(BRING) && !way.step(BACK));
    way.never("serviceInstanceDeployV2");
}

#[test]
fn without_a_token_nothing_is_asked_for() {
    let way = way("");
    assert!(!way.step(BRING) && way.step(BACK));
    way.never("mutation");
}

#[test]
fn what_does_not_answer_once_is_asked_again() {
    let way = way("secret");
    // Without `--retry` a question fails, and with it what may happen only once.
    let once = "case \"$*\" in *--retry*) again=yes ;; *) again=no ;; esac\n\
        if grep -q '\"mutation' \"$HOME/question\"; then kind=no; else kind=yes; fi\n\
        [ $again = $kind ] || exit 28\n";
    way.curl_first(once);
    assert!(way.step(BRING) && way.step(BACK));
    way.went(&["DeployV2", OLD, "DeployV2"]);
}
