//! The way to AWS: the image is copied by its digest, a task migrates, a stack is brought up to date.

use serde_json::Value;

use crate::ways::{BACK, BRING, COPY, DIGEST, Way};

/// Answers as a cloud would in which everything went well, or the task did not.
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
    *exitCode*) cat "$HOME/ended" ;;
esac
"#;

#[test]
fn an_image_is_copied_migrated_deployed_and_taken_back() {
    let way = Way::to("aws", &[("aws", AWS)], "").with("AWS_REGION", "eu-central-1");
    let way = way.with("AWS_ROLE_ARN", "arn:role");
    let file = way.sandbox.path().join("tmp/id-token").display().to_string();
    let way = way.with("ID_TOKEN_FILE", &file);
    way.world("id-token", "a token");
    assert!(way.step(COPY));
    let source = format!("copy --all --preserve-digests docker://ghcr.io/owner/shop@{DIGEST}");
    way.went(&["--role-arn arn:role", &source]);
    way.world("copied", "");
    assert!(way.step(COPY));
    assert_eq!(way.log().matches("skopeo copy").count(), 1, "its tags cannot be changed");

    way.world("ended", "1");
    assert!(!way.step(BRING), "the migration failed");
    assert!(way.step(BACK), "there is nothing to take back");
    way.never("cloudformation deploy");

    way.world("ended", "0");
    assert!(way.step(BRING));
    let image = format!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@{DIGEST}");
    let to = "deploy --stack-name shop-express --template-file deploy/aws/express.yaml";
    let with = format!("--no-fail-on-empty-changeset --parameter-overrides Image={image}");
    way.went(&["securityGroups=[sg-1]", "wait tasks-stopped", "exitCode", to, &with]);
    let next: Value = serde_json::from_str(&way.left("registered")).unwrap();
    assert_eq!(next["containerDefinitions"][0]["image"], image.as_str());
    assert_eq!((&next["cpu"], &next["revision"]), (&"256".into(), &Value::Null));
    assert!(way.step(BACK));
    way.went(&["Image=123", "Image=the-image-before"]);
    way.world("id-token", "");
    assert!(!way.step(COPY), "without a token nothing is done");
}
