//! The ways of a pipeline to AWS and Kubernetes, run with stand-ins for the programs of those hosts:
//! each writes down how it was called.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::Sandbox;

const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

/// Answers as a cloud would in which everything went well, or `$ENDED` did not.
const AWS: &str = r#"#!/bin/sh
echo "aws $*" >> "$LOG"
case "$*" in
    *assume-role*) [ -s "$ID_TOKEN_FILE" ] && printf 'AKIA\tsecret\ttoken\n' ;;
    *get-caller-identity*) echo 123456789012 ;;
    *get-login-password*) echo password ;;
    *Subnets*) echo subnet-1,subnet-2 ;;
    *ParameterKey==\'Image\'*) echo the-image-before ;;
    *Program*) echo sg-1 ;;
    *describe-task-definition*) echo '{"family": "shop-migrate", "revision": 3, "cpu": "256",
        "containerDefinitions": [{"name": "app", "image": "old", "command": ["migrate"]}]}' ;;
    *register-task-definition*) cp "$HOME/next" "$HOME/registered"; echo arn:next ;;
    *run-task*) echo arn:task ;;
    *exitCode*) echo "${ENDED:-0}" ;;
esac
"#;
const SKOPEO: &str = "#!/bin/sh\necho \"skopeo $*\" >> \"$LOG\"\n\
    case $1 in login) cat > /dev/null ;; inspect) [ -e \"$HOME/copied\" ] ;; esac\n";
const KUBECTL: &str = "#!/bin/sh\necho \"kubectl $*\" >> \"$LOG\"\n\
    case \"$*\" in *wait*) exit \"${ENDED:-0}\" ;; esac\n";
/// Enough of jq for one filter, where the real one is not installed.
const JQ: &str = "#!/bin/sh\nsed 's/\"old\"/\"copy\"/' \"$5\"\n";

struct Way(Sandbox);

impl Way {
    fn new(host: &str) -> Way {
        let sandbox = Sandbox::new();
        let words =
            format!("new shop -y --no-git --db postgres --hosting {host} --pipeline github");
        sandbox.run(&words).success();
        for (name, text) in [("aws", AWS), ("skopeo", SKOPEO), ("kubectl", KUBECTL), ("jq", JQ)] {
            if name == "jq" && Command::new("jq").arg("--version").output().is_ok() {
                continue;
            }
            let path = format!("bin/{name}");
            sandbox.write(&path, text);
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(sandbox.path().join(path), mode).unwrap();
        }
        sandbox.write("tmp/id-token", "a token");
        Way(sandbox)
    }

    /// The scripts of a job, by the names of its steps.
    fn steps(&self, host: &str) -> BTreeMap<String, String> {
        let text = self.0.read("shop/.github/workflows/release.yml");
        let workflow: Value = serde_saphyr::from_str(&text).unwrap();
        let steps = workflow["jobs"][format!("deploy-{host}")]["steps"].as_array().unwrap().clone();
        let pair = |step: &Value| {
            Some((step["name"].as_str()?.to_string(), step["run"].as_str()?.to_string()))
        };
        steps.iter().filter_map(pair).collect()
    }

    /// Whether a step ended well. What is in `/tmp` there is in the sandbox.
    fn step(&self, script: &str, ended: &str) -> bool {
        let tmp = self.0.path().join("tmp");
        let script = script.replace("/tmp/", &format!("{}/", tmp.display()));
        let mut sh = Command::new("sh");
        sh.current_dir(self.0.path().join("shop")).args(["-e", "-c", &script]);
        sh.env("PATH", format!("{}:{}", self.0.path().join("bin").display(), env!("PATH")));
        sh.env("HOME", &tmp).env("LOG", self.0.path().join("log")).env("ENDED", ended);
        sh.env("IMAGE", format!("ghcr.io/owner/shop@{DIGEST}")).env("AWS_REGION", "eu-central-1");
        sh.env("AWS_ROLE_ARN", "arn:role").env("ID_TOKEN_FILE", tmp.join("id-token"));
        sh.env("SOURCE_USER", "owner").env("SOURCE_PASSWORD", "secret").env("KUBE_CONFIG", "x");
        sh.output().unwrap().status.success()
    }

    /// Where in the log each of these is, in this order.
    #[track_caller]
    fn went(&self, wanted: &[&str]) {
        let log = self.0.read("log");
        let mut rest = log.as_str();
        for part in wanted {
            let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` in its place:\n{log}"));
            rest = &rest[at + part.len()..];
        }
    }
}

#[test]
fn to_aws_an_image_is_copied_migrated_deployed_and_taken_back() {
    let way = Way::new("aws");
    let steps = way.steps("aws");
    let (copy, bring) =
        (&steps["The image, in a registry that this host may read"], &steps["Bring it there"]);
    let back = &steps["Back to the version before"];
    assert!(way.step(copy, "0"));
    way.went(&[
        "--role-arn arn:role",
        &format!("copy --all --preserve-digests docker://ghcr.io/owner/shop@{DIGEST}"),
    ]);
    way.0.write("tmp/copied", "");
    assert!(way.step(copy, "0"));
    assert_eq!(way.0.read("log").matches("skopeo copy").count(), 1, "its tags cannot be changed");

    assert!(!way.step(bring, "1"), "the migration failed");
    assert!(!way.0.read("log").contains("cloudformation deploy"));
    assert!(way.step(back, "0"), "there is nothing to take back");
    assert!(!way.0.read("log").contains("cloudformation deploy"));

    assert!(way.step(bring, "0"));
    let image = format!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@{DIGEST}");
    way.went(&["securityGroups=[sg-1]", "wait tasks-stopped", "exitCode", &format!("deploy --stack-name shop-express --template-file deploy/aws/express.yaml --no-fail-on-empty-changeset --parameter-overrides Image={image}")]);
    if !way.0.has("bin/jq") {
        let next: Value = serde_json::from_str(&way.0.read("tmp/registered")).unwrap();
        assert_eq!(next["containerDefinitions"][0]["image"], image.as_str());
        assert_eq!((&next["cpu"], &next["revision"]), (&"256".into(), &Value::Null));
    }
    assert!(way.step(back, "0"));
    way.went(&["Image=123", "Image=the-image-before"]);
    way.0.write("tmp/id-token", "");
    assert!(!way.step(copy, "0"), "without a token nothing is done");
}

#[test]
fn in_kubernetes_the_migration_comes_first_and_the_digest_is_deployed() {
    let way = Way::new("kubernetes");
    let steps = way.steps("kubernetes");
    let (bring, back) = (&steps["Bring it there"], &steps["Back to the version before"]);
    assert!(!way.step(bring, "1"), "the migration failed");
    assert!(way.step(back, "0"));
    assert!(!way.0.read("log").contains("rollout status"), "{}", way.0.read("log"));
    way.went(&[
        "delete job shop-migrate",
        "apply --kustomize deploy/kubernetes/production --selector rollout=before",
        "wait",
    ]);

    way.0.write("log", "");
    let page = way.0.read("shop/deploy/kubernetes/production/kustomization.yaml");
    assert!(
        page.contains("newName: ghcr.io/owner/shop\n")
            && page.contains(&format!("digest: {DIGEST}")),
        "{page}"
    );
    assert!(!page.contains("newTag:"), "{page}");
    assert!(way.step(bring, "0") && way.step(back, "0"));
    way.went(&[
        "wait",
        "apply --kustomize deploy/kubernetes/production\n",
        "rollout status",
        "rollout undo deployment/shop",
    ]);
}
