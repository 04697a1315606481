//! The way to Heroku: two images that differ in a word, a release, and the release before.

use serde_json::{Value, json};

use crate::ways::{BACK, BRING, COPY, DIGEST, Way};

const ANSWERS: &str = r#"
release() { echo "{\"id\": \"$1\", \"version\": $2, \"status\": \"$3\", \"current\": $4}"; }
case "$method $url" in
    PATCH*/formation) touch "$HOME/patched"; echo '[]' ;;
    GET*/releases) if [ -e "$HOME/patched" ] && [ -z "$(is same)" ]; then
            echo "[$(release new 8 "$(is status)" true), $(release old 7 succeeded false)]"
        else echo "[$(release old 7 succeeded true)]"; fi ;;
    GET*/dynos) ! grep -q 'GET https://shop.example/livez' "$LOG" || [ "$(is state)" != idle ] ||
            printf up > "$HOME/state"
        echo "[{\"type\": \"web\", \"state\": \"$(is state)\", \"release\": {\"version\": 8}}]" ;;
    POST*/releases) release back 9 pending false ;;
    GET*/releases/back) release back 9 succeeded true ;;
esac
"#;

fn way(key: &str) -> Way {
    let way = Way::to("heroku", &[], ANSWERS).with("HEROKU_APP", "shop");
    let manifest = json!({"schemaVersion": 2, "config": {"digest": "sha256:c0", "size": 3},
        "layers": [{"digest": "sha256:aa"}, {"digest": "sha256:bb"}]});
    way.world("the-image/manifest.json", &manifest.to_string());
    let config = json!({"config": {"Entrypoint": ["/usr/local/bin/app"], "Cmd": ["serve"],
        "WorkingDir": "/data"}, "rootfs": {"diff_ids": ["sha256:aa"]}});
    way.world("the-image/c0", &config.to_string());
    way.world("status", "succeeded");
    way.world("state", "up");
    way.world("smoke", "0");
    way.with("BASE_URL", "https://shop.example").with("HEROKU_API_KEY", key)
}

#[test]
fn two_images_differ_in_what_they_do_first() {
    let way = way("secret");
    assert!(way.step(COPY));
    let from = format!("--format v2s2 docker://ghcr.io/owner/shop@{DIGEST}");
    let to = "docker://registry.heroku.com/shop";
    way.went(&["login --username _", &from, &format!("{to}/web"), &format!("{to}/release")]);
    for (kind, word) in [("web", "serve"), ("release", "migrate")] {
        let manifest = way.left(&format!("{kind}/manifest.json"));
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        assert_eq!(manifest["layers"][1]["digest"], "sha256:bb", "the layers are the same");
        let id = manifest["config"]["digest"].as_str().unwrap().to_string();
        assert_eq!(way.left(&format!("{kind}.id")).trim(), id);
        let config = way.left(&format!("{kind}/{}", id.trim_start_matches("sha256:")));
        assert_eq!(manifest["config"]["size"], config.len());
        let config: Value = serde_json::from_str(&config).unwrap();
        assert_eq!(config["config"]["Cmd"], json!([word]));
        assert_eq!(config["config"]["WorkingDir"], "/");
        assert_eq!(config["config"]["Entrypoint"], json!(["/usr/local/bin/app"]));
    }
}

#[test]
fn both_are_released_and_taken_back() {
    let way = way("secret");
    assert!(way.step(COPY) && way.step(BRING));
    let (web, release) = (way.left("web.id"), way.left("release.id"));
    let asked = format!(
        "PATCH https://api.heroku.com/apps/shop/formation {{\"updates\":[{{\"type\":\"web\",\"docker_image\":\"{}\"}},\
         {{\"type\":\"release\",\"docker_image\":\"{}\"}}]}}",
        web.trim(),
        release.trim()
    );
    way.went(&["GET https://api.heroku.com/apps/shop/releases", &asked, "/releases", "/dynos"]);
    assert!(way.step(BACK));
    way.went(&["/dynos", "POST", "/releases {\"release\":\"old\"}", "/releases/back"]);
}

#[test]
fn a_failed_migration_is_red_and_leaves_the_old_version() {
    let way = way("secret");
    way.world("status", "failed");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.never("POST");
    way.never("/dynos");
}

#[test]
fn a_program_that_does_not_stay_up_is_taken_back() {
    let way = way("secret");
    way.world("state", "crashed");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.went(&["POST", "{\"release\":\"old\"}"]);
}

#[test]
fn a_program_that_sleeps_is_woken() {
    let way = way("secret");
    way.world("state", "idle");
    way.world("smoke", "28");
    assert!(way.step(COPY) && way.step(BRING));
    way.went(&["/livez", "/dynos"]);
}

#[test]
fn without_a_key_nothing_is_copied_or_released() {
    let way = way("");
    assert!(!way.step(COPY));
    way.never("skopeo copy");
    way.world("web.id", "sha256:1");
    way.world("release.id", "sha256:2");
    assert!(!way.step(BRING) && way.step(BACK));
    way.never("PATCH");
}

#[test]
fn what_does_not_answer_once_is_asked_again() {
    let way = way("secret");
    way.falters("*/releases/back* | */dynos*");
    assert!(way.step(COPY) && way.step(BRING) && way.step(BACK));
    way.went(&["PATCH", "/dynos", "/releases/back"]);
}
