//! The role of a pipeline on AWS: who gets it, and how little it may do.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use regex::Regex;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::formation;

pub const KIND: Kind = Kind {
    name: "trust",
    is: |path| path == "deploy/aws/pipeline.yaml",
    read,
    tools: &[formation::LINT],
    broken: &[
        Break::model(":environment:aws$", ":.*$"),
        Break::model("[A-Za-z0-9_-]+(@[0-9]+)?/", ".+/"),
        Break::model(":sub: !Ref Subject", ":sub: repo:*"),
        Break::model(":ref_type:branch:ref:main", ":*"),
        Break::model(":aud: sts.amazonaws.com", ":aud: \"*\""),
        Break::model("StringEquals:", "StringLike:"),
        Break::model("- ecr:PutImage", "- ecr:*"),
        Break::model("Action: iam:PassRole", "Action: iam:CreateRole"),
        Break::model("role/${Role}", "role/*"),
        Break::tool("cfn-lint", "ClientIdList:", "ClientIds:"),
        Break::tool("cfn-lint", "!GetAtt Role.Arn", "!GetAtt Rule.Arn"),
    ],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    parameters: BTreeMap<String, Parameter>,
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Parameter {
    #[serde(rename = "Type")]
    _type: String,
    #[serde(rename = "Description")]
    _description: String,
    allowed_pattern: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "Type", content = "Properties")]
enum Resource {
    #[serde(rename = "AWS::IAM::OIDCProvider")]
    Issuer(IgnoredAny),
    #[serde(rename = "AWS::IAM::Role")]
    Role(Box<Role>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Role {
    #[serde(rename = "RoleName")]
    _role_name: String,
    max_session_duration: u32,
    assume_role_policy_document: Document<Trust>,
    policies: Vec<Policy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document<T> {
    statement: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Trust {
    #[serde(rename = "Effect")]
    _effect: String,
    #[serde(rename = "Principal")]
    _principal: IgnoredAny,
    action: String,
    condition: Condition,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Condition {
    string_equals: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    policy_document: Document<Statement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Statement {
    #[serde(rename = "Effect")]
    _effect: String,
    action: Actions,
    resource: serde_json::Value,
    #[serde(rename = "Condition")]
    _condition: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Actions {
    One(String),
    Many(Vec<String>),
}

fn read(text: &str) -> Result<Facts> {
    let text = Regex::new(r"!(Ref|Sub|GetAtt) ?")?.replace_all(text, "");
    let template: Template = serde_saphyr::from_str(&text)?;
    let mut roles = 0;
    for resource in template.resources.values() {
        if let Resource::Role(role) = resource {
            trusted(role, &template.parameters)?;
            roles += 1;
        }
    }
    ensure!(roles == 1, "{roles} roles");
    Ok(Facts::default())
}

/// One repository gets it, from one place, and it may do what it is named for.
fn trusted(role: &Role, parameters: &BTreeMap<String, Parameter>) -> Result<()> {
    ensure!(role.max_session_duration <= 3600, "it lasts for longer than an hour");
    for trust in &role.assume_role_policy_document.statement {
        ensure!(trust.action == "sts:AssumeRoleWithWebIdentity", "`{}`", trust.action);
        let of = |end: &str| {
            let mut all = trust.condition.string_equals.iter();
            all.find(|(name, _)| name.ends_with(end)).map(|(_, value)| value.as_str())
        };
        ensure!(of(":aud") == Some("sts.amazonaws.com"), "tokens for somebody else");
        let who = of(":sub").unwrap_or_default();
        // a parameter that is the whole subject says itself what it may be
        let given = parameters.get(who).and_then(|it| it.allowed_pattern.as_deref());
        let one = match given {
            Some(pattern) => pattern == ONE_REPOSITORY,
            None => who.contains("${Project}") && who.ends_with(":ref:main"),
        };
        ensure!(one && !who.contains('*'), "it trusts `{who}`");
    }
    for statement in role.policies.iter().flat_map(|it| &it.policy_document.statement) {
        let actions = match &statement.action {
            Actions::One(one) => std::slice::from_ref(one),
            Actions::Many(all) => all.as_slice(),
        };
        for action in actions {
            ensure!(!action.contains('*'), "it may do `{action}`");
            let power = action.starts_with("iam:") && action != "iam:PassRole";
            ensure!(!power, "it may make itself stronger: `{action}`");
            let whole = statement.resource.to_string();
            let named = whole.contains("-ground-*") && whole.contains("role/${Role}");
            ensure!(action != "iam:PassRole" || named, "it may pass any role on");
        }
    }
    Ok(())
}

/// One owner and one name, each with its number or without, in one environment.
const ONE_REPOSITORY: &str =
    "^repo:[A-Za-z0-9_-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?:environment:aws$";
