//! The way to Vercel: the program out of the image migrates, then the image is deployed by its digest.

use serde_json::json;

use crate::ways::{BACK, BRING, COPY, DIGEST, PLAIN, Way};

const ANSWERS: &str = r#"
case "$method $url" in
    POST*/token\?teamId=team_1) echo '{"token": "for-hours"}' ;;
    POST*/v13/deployments*) echo '{"id": "dpl_new", "readyState": "QUEUED"}' ;;
    GET*/v13/deployments/dpl_new*) [ "$(is state)" != READY ] || printf dpl_new > "$HOME/serving"
        echo "{\"id\": \"dpl_new\", \"readyState\": \"$(is state)\"}" ;;
    GET*/v9/projects/prj_1*) echo "{\"targets\": {\"production\": {\"id\": \"$(is serving)\"}}}" ;;
    POST*/promote/*) : ;;
esac
"#;
const APP: &str = "#!/bin/sh\necho \"app $* $APP_ENV $BASE_URL $DATABASE_URL\" >> \"$LOG\"\n\
    [ ${#JWT_SECRET} = 64 ] || exit 2\nexit \"$(cat \"$HOME/ended\")\"\n";

fn way(token: &str) -> Way {
    let way = Way::to("vercel", &[], ANSWERS).with("VERCEL_TEAM", "team_1");
    way.world("usr/local/bin/app", APP);
    way.world("etc/passwd", "");
    let at = way.sandbox.path().join("tmp").display().to_string();
    let pack = "chmod +x usr/local/bin/app && mkdir -p the-image && tar -czf the-image/aa etc && \
                tar -czf the-image/bb usr && rm -r usr etc";
    let pack = std::process::Command::new("sh").args(["-ec", pack]).current_dir(at).status();
    assert!(pack.unwrap().success());
    let layers = json!({"layers": [{"digest": "sha256:aa"}, {"digest": "sha256:bb"}]});
    way.world("the-image/manifest.json", &layers.to_string());
    let linux = json!({"os": "linux", "architecture": "amd64"});
    way.world(
        "the-index",
        &json!({"manifests": [{"digest": PLAIN, "platform": linux}]}).to_string(),
    );
    for (name, text) in [("serving", "dpl_old"), ("state", "READY"), ("ended", "0")] {
        way.world(name, text);
    }
    let way = way.with("VERCEL_PROJECT", "prj_1").with("VERCEL_PATH", "team/shop");
    let way = way.with("BASE_URL", "https://shop.example").with("DATABASE_URL", "postgres://x");
    way.with("VERCEL_TOKEN", token)
}

#[test]
fn it_is_copied_migrated_deployed_and_taken_back() {
    let way = way("secret");
    assert!(way.step(COPY) && way.step(BRING));
    way.went(&[
        "POST https://api.vercel.com/v1/projects/prj_1/token?teamId=team_1",
        "login --username oidc",
        &format!("inspect --raw docker://ghcr.io/owner/shop@{DIGEST}"),
        &format!("copy --preserve-digests docker://ghcr.io/owner/shop@{PLAIN} docker://vcr.vercel.com/team/shop/shop:2"),
        "app migrate production https://shop.example postgres://x",
        "GET https://api.vercel.com/v9/projects/prj_1",
        "POST https://api.vercel.com/v13/deployments",
        &format!("\"target\":\"production\",\"files\":[{{\"file\":\"Dockerfile.vercel\",\"data\":\"FROM vcr.vercel.com/team/shop/shop@{PLAIN}\\nWORKDIR /\\n\"}}]"),
    ]);
    assert_eq!(way.left("before").trim(), "dpl_old");
    assert!(way.step(BACK));
    way.went(&[
        "v13",
        "POST https://api.vercel.com/v10/projects/prj_1/promote/dpl_old?teamId=team_1",
    ]);
}

#[test]
fn a_failed_migration_deploys_nothing() {
    let way = way("secret");
    way.world("ended", "1");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.went(&["app migrate"]);
    way.never("v13/deployments");
    way.never("promote");
}

#[test]
fn one_that_fails_to_build_never_served() {
    let way = way("secret");
    way.world("state", "ERROR");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.never("promote");
}

#[test]
fn without_a_token_nothing_is_done() {
    let way = way("");
    assert!(!way.step(COPY));
    way.never("skopeo");
}

#[test]
fn what_does_not_answer_once_is_asked_again() {
    let way = way("secret");
    way.falters("*deployments/dpl*");
    assert!(way.step(COPY) && way.step(BRING) && way.step(BACK));
    way.went(&["/v13/deployments/dpl_new", "/promote/"]);
}
