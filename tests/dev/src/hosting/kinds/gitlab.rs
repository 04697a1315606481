//! Pipelines of GitLab: a model of what ours may say, in which order, and what they run.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::{words, workflow};
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "gitlab-ci",
    is: |path| path == ".gitlab-ci.yml" || path.starts_with(".gitlab/"),
    read,
    tools: &[Tool {
        name: "check-jsonschema",
        program: "check-jsonschema",
        from: From::Python("check-jsonschema==0.39.0"),
        command: |program, bench| {
            let schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
            plain(program, &schema, bench)
        },
    }],
    broken: &[
        Break::model("interruptible: true", "interruptable: true"),
        Break::model("stage: check", "stage: checks"),
        Break::model("cargo test --locked", "cargo test"),
        Break::model("-- migrate", "-- migration"),
        Break::model("    DATABASE_URL:", "    DATABASE_URI:"),
        Break::model("@database:", "@127.0.0.1:"),
        Break::model("$BASE_URL/readyz", "$BASE_URL/healthz"),
        Break::model("      : \"${BASE_URL:?it is not set: see deploy/gitlab/README.md}\"\n", ""),
        Break::model(" --max-time 10", ""),
        Break::model("after_script:", "later_script:"),
        Break::model("    RUNNER_AFTER_SCRIPT_TIMEOUT: 14m\n", ""),
        Break::model(" && $DEPLOY_TO =~", " && $DEPLOY =~"),
        Break::model("local: .gitlab/release.yml", "local: .gitlab/deploy.yml"),
        Break::tool("check-jsonschema", "\ncheck:\n", "\nimage:\n"),
        Break::tool("check-jsonschema", "timeout: 45m", "timeout: [45]"),
        Break::tool("check-jsonschema", "  script:", "  scripts:"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Default {
    image: String,
    #[serde(rename = "interruptible")]
    _interruptible: bool,
    #[serde(rename = "timeout")]
    _timeout: String,
    #[serde(rename = "cache")]
    _cache: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Job {
    stage: String,
    #[serde(rename = "image")]
    _image: Option<String>,
    #[serde(default)]
    services: Vec<Service>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    script: Vec<String>,
    #[serde(default)]
    after_script: Vec<String>,
    #[serde(default)]
    rules: Vec<BTreeMap<String, String>>,
    #[serde(default, rename = "needs")]
    _needs: Vec<String>,
    #[serde(rename = "timeout")]
    _timeout: Option<String>,
    interruptible: Option<bool>,
    #[serde(rename = "cache")]
    _cache: Option<IgnoredAny>,
    #[serde(rename = "artifacts")]
    _artifacts: Option<IgnoredAny>,
    environment: Option<IgnoredAny>,
    resource_group: Option<String>,
    #[serde(rename = "id_tokens")]
    _id_tokens: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    #[serde(rename = "name")]
    _name: String,
    alias: String,
    #[serde(default, rename = "variables")]
    _variables: BTreeMap<String, String>,
}

/// In the order in which they come.
const STAGES: [&str; 4] = ["check", "test", "image", "deploy"];

fn read(text: &str) -> Result<Facts> {
    let all: BTreeMap<String, Value> = serde_saphyr::from_str(text)?;
    let mut facts = Facts { health: words::health(text), ..Facts::default() };
    for (key, value) in all {
        let at = || format!("`{key}`");
        match key.as_str() {
            "stages" => ensure!(value == serde_json::json!(STAGES), "other stages: {value}"),
            "workflow" | "variables" => ensure!(value.is_object(), "{}", at()),
            "default" => {
                let default: Default = serde_json::from_value(value).with_context(at)?;
                ensure!(default.image.contains("rust:"), "no Rust in {}", default.image);
            }
            "include" => {
                let files: Vec<BTreeMap<String, String>> = serde_json::from_value(value)?;
                facts.files.extend(files.iter().filter_map(|it| it.get("local")).cloned());
            }
            _ => {
                let job: Job = serde_json::from_value(value).with_context(at)?;
                job.agrees(&mut facts).with_context(at)?;
            }
        }
    }
    Ok(facts)
}

impl Job {
    fn agrees(&self, facts: &mut Facts) -> Result<()> {
        ensure!(STAGES.contains(&self.stage.as_str()), "there is no stage `{}`", self.stage);
        ensure!(!self.script.is_empty(), "it does nothing");
        for lines in &self.script {
            workflow::cargo(lines, facts)?;
        }
        for service in &self.services {
            let host = format!("{}:", service.alias);
            let named = self.variables.values().any(|url| url.contains(&host));
            ensure!(named, "nobody knows of the server `{}`", service.alias);
        }
        if !self.services.is_empty() {
            facts.variables.extend(self.variables.keys().cloned());
        }
        if self.environment.is_some() {
            let alone = self.resource_group.is_some() && self.interruptible == Some(false);
            ensure!(alone, "two at once may bring versions there");
            let asked = self.rules.iter().any(|rule| {
                rule.get("if").is_some_and(|condition| condition.contains("$DEPLOY_TO =~"))
            });
            ensure!(asked, "it brings versions where nobody asked for them");
            workflow::asked_first(&self.script[0])?;
            let look = self.script.iter().find(|line| line.contains("$BASE_URL/"));
            look.map_or(Ok(()), |look| workflow::bounded(look))?;
            let time = self.variables.contains_key("RUNNER_AFTER_SCRIPT_TIMEOUT");
            ensure!(time, "the way back is cut off after five minutes");
            let back = !self.after_script.is_empty();
            ensure!(look.is_some() && back, "it neither looks nor goes back");
        }
        Ok(())
    }
}
