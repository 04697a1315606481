//! The way to DigitalOcean: into its registry by its digest, into the spec, and back by its own rollback.

use serde_json::{Value, json};

use crate::ways::{BACK, BRING, COPY, DIGEST, PLAIN, Way};

const ANSWERS: &str = r#"
case "$method $url" in
    *docker-credentials*) echo '{"auths": {"registry.digitalocean.com": {"auth": "x"}}}' ;;
    PUT*) printf %s "$body" > "$HOME/put"; echo '{"app": {}}' ;;
    POST*/deployments) echo "$body" > "$HOME/posted" ;;
    *deployments\?page*) if [ -e "$HOME/put" ] || [ -e "$HOME/posted" ]; then id=new; else id=old; fi
        echo "{\"deployments\": [{\"id\": \"$id\", \"phase\": \"BUILDING\"}]}" ;;
    *deployments/new) echo "{\"deployment\": {\"id\": \"new\", \"phase\": \"$(is phase)\"}}" ;;
    *deployments/back) echo '{"deployment": {"id": "back", "phase": "ACTIVE"}}' ;;
    POST*/rollback) echo '{"deployment": {"id": "back", "phase": "PENDING_BUILD"}}' ;;
    GET*/apps/app-1) is the-app ;;
esac
"#;

fn way(token: &str) -> Way {
    let way = Way::to("digitalocean", &[], ANSWERS).with("DO_APP", "app-1");
    let from = json!({"repo": "owner/shop", "branch": "main"});
    let spec = json!({"name": "shop",
        "services": [
            {"name": "web", "dockerfile_path": "Dockerfile", "github": from, "http_port": 3000},
            {"name": "other", "image": {"registry_type": "DOCKER_HUB", "repository": "else"}}],
        "jobs": [{"name": "migrate", "kind": "PRE_DEPLOY", "run_command": "app migrate",
            "dockerfile_path": "Dockerfile", "github": from}],
        "envs": [{"key": "JWT_SECRET", "type": "SECRET", "value": "EV[1:abc]"}]});
    let app = json!({"app": {"active_deployment": {"id": "old"}, "spec": spec}});
    way.world("the-app", &app.to_string());
    way.world("phase", "ACTIVE");
    let linux = json!({"os": "linux", "architecture": "amd64"});
    let proof = json!({"os": "unknown", "architecture": "unknown"});
    let index = json!({"manifests": [
        {"digest": "sha256:proof", "platform": proof}, {"digest": PLAIN, "platform": linux}]});
    way.world("the-index", &index.to_string());
    way.with("DO_REGISTRY", "mine").with("DO_TOKEN", token)
}

#[test]
fn the_digest_is_copied_put_into_the_spec_and_taken_back() {
    let way = way("secret");
    assert!(way.step(COPY) && way.step(BRING));
    way.went(&[
        "/v2/registries/mine/docker-credentials?read_write=true&expiry_seconds=3600",
        &format!("inspect --authfile {}/tmp/keys.json --raw", way.sandbox.path().display()),
        &format!(
            "docker://ghcr.io/owner/shop@{PLAIN} docker://registry.digitalocean.com/mine/shop:2"
        ),
        "PUT https://api.digitalocean.com/v2/apps/app-1",
        "GET https://api.digitalocean.com/v2/apps/app-1/deployments/new",
    ]);
    let put: Value = serde_json::from_str(&way.left("put")).unwrap();
    let image = json!({"registry_type": "DOCR", "repository": "shop", "digest": PLAIN});
    let (services, jobs) = (&put["spec"]["services"], &put["spec"]["jobs"]);
    assert_eq!((&services[0]["image"], &jobs[0]["image"]), (&image, &image));
    assert_eq!(services[0].get("github"), None, "nothing is built there any more");
    assert_eq!(services[1]["image"]["repository"], "else", "what is not ours stays");
    assert_eq!((&jobs[0]["kind"], &services[0]["http_port"]), (&"PRE_DEPLOY".into(), &3000.into()));
    assert_eq!(put["spec"]["envs"][0]["value"], "EV[1:abc]");
    assert!(way.step(BACK));
    way.went(&[
        "PUT",
        "/rollback {\"deployment_id\":\"old\",\"skip_pin\":true}",
        "deployments/back",
    ]);
}

#[test]
fn a_failed_migration_is_red_and_leaves_the_old_version() {
    let way = way("secret");
    way.world("phase", "ERROR");
    assert!(way.step(COPY) && !way.step(BRING) && way.step(BACK));
    way.never("/rollback");
}

/// The app after this spec was put: it is what runs, or something else still is.
fn has(way: &Way, runs: bool) {
    let put: Value = serde_json::from_str(&way.left("put")).unwrap();
    let active = if runs { put["spec"].clone() } else { json!({"name": "shop"}) };
    let active = json!({"id": if runs { "new" } else { "old" }, "spec": active});
    let app = json!({"app": {"active_deployment": active, "spec": put["spec"]}});
    way.world("the-app", &app.to_string());
    std::fs::remove_file(way.sandbox.path().join("tmp/put")).unwrap();
    way.again();
}

#[test]
fn the_same_again_deploys_nothing() {
    let way = way("secret");
    assert!(way.step(COPY) && way.step(BRING));
    has(&way, true);
    assert!(way.step(BRING) && way.step(BACK));
    way.never("PUT");
    way.never("POST");
}

#[test]
fn what_failed_is_tried_again_and_is_red_again() {
    let way = way("secret");
    way.world("phase", "ERROR");
    assert!(way.step(COPY) && !way.step(BRING));
    has(&way, false);
    assert!(!way.step(BRING), "the old version still runs");
    way.never("PUT");
    way.went(&[
        "POST https://api.digitalocean.com/v2/apps/app-1/deployments {\"force_build\":false}",
    ]);
    std::fs::remove_file(way.sandbox.path().join("tmp/posted")).unwrap();
    way.again();
    way.world("phase", "ACTIVE");
    assert!(way.step(BRING) && way.step(BACK));
    way.went(&["POST", "/deployments/new", "/rollback {\"deployment_id\":\"old\""]);
}

#[test]
fn an_image_without_an_index_keeps_its_own_digest() {
    let way = way("secret");
    way.world("the-index", r#"{"schemaVersion": 2, "layers": []}"#);
    assert!(way.step(COPY));
    assert_eq!(way.left("digest").trim(), DIGEST);
}

#[test]
fn without_a_token_nothing_is_done() {
    let way = way("");
    assert!(!way.step(COPY));
    way.never("skopeo");
    way.world("digest", PLAIN);
    assert!(!way.step(BRING) && way.step(BACK));
    way.never("PUT");
}

#[test]
fn what_does_not_answer_once_is_asked_again() {
    let way = way("secret");
    way.falters("*deployments/*");
    assert!(way.step(COPY) && way.step(BRING) && way.step(BACK));
    way.went(&["PUT", "/rollback"]);
}
