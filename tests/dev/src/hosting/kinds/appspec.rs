//! `.do/app.yaml`: a typed model of specs of DigitalOcean's App Platform.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};

pub const KIND: Kind = Kind {
    name: "app spec",
    is: |path| path == ".do/app.yaml",
    read,
    tools: &[],
    broken: &[
        Break::model("http_port: 3000", "http_port: 8080"),
        Break::model("http_path: /readyz", "http_path: /health"),
        Break::model("http_path: /livez", "http_path: /readyz"),
        Break::model("run_command: app migrate", "run_command: app migration"),
        Break::model("kind: PRE_DEPLOY", "kind: BEFORE_DEPLOY"),
        Break::model("kind: PRE_DEPLOY", "kind: POST_DEPLOY"),
        Break::model("grace_period_seconds: 40", "grace_period_seconds: 20"),
        Break::model("instance_count: 1", "instance_counts: 1"),
        Break::model("key: DATABASE_URL", "key: DATABASE_URI"),
        Break::model(
            "INSTANCES, scope: RUN_TIME, value: \"2\"",
            "INSTANCES, scope: RUN_TIME, value: \"1\"",
        ),
        Break::model("${database.DATABASE_URL}", "${db.DATABASE_URL}"),
        Break::model(
            "DATABASE_MAX_CONNECTIONS, scope: RUN_TIME, value: \"8\"",
            "DATABASE_MAX_CONNECTIONS, scope: RUN_TIME, value: \"10\"",
        ),
        Break::model("JWT_SECRET, scope: RUN_TIME, type: SECRET", "JWT_SECRET, scope: RUN_TIME"),
        Break::model("engine: PG", "engine: POSTGRES"),
        Break::model("component: { name: web }", "component: { name: app }"),
        Break::model("dockerfile_path: Dockerfile", "dockerfile_path: deploy/Dockerfile"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    name: String,
    #[serde(rename = "region")]
    _region: String,
    envs: Vec<Variable>,
    services: Vec<Component>,
    jobs: Vec<Component>,
    databases: Vec<Database>,
    ingress: Ingress,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    key: String,
    value: String,
    scope: Scope,
    #[serde(default, rename = "type")]
    kind: Secrecy,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the words of the file")]
enum Scope {
    RunTime,
    BuildTime,
    RunAndBuildTime,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Secrecy {
    #[default]
    General,
    Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    name: String,
    kind: Option<When>,
    dockerfile_path: String,
    github: Repository,
    http_port: Option<u16>,
    run_command: Option<String>,
    instance_count: usize,
    #[serde(rename = "instance_size_slug")]
    _instance_size_slug: String,
    #[serde(default)]
    envs: Vec<Variable>,
    health_check: Option<Health>,
    liveness_health_check: Option<Health>,
    termination: Option<Termination>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the words of the file")]
enum When {
    PreDeploy,
    PostDeploy,
    FailedDeploy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repository {
    #[serde(rename = "repo")]
    _repo: String,
    branch: String,
    #[serde(default, rename = "deploy_on_push")]
    _deploy_on_push: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Health {
    http_path: String,
    #[serde(rename = "period_seconds")]
    _period_seconds: u32,
    #[serde(rename = "timeout_seconds")]
    _timeout_seconds: Option<u32>,
    #[serde(rename = "failure_threshold")]
    _failure_threshold: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Termination {
    drain_seconds: u64,
    grace_period_seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    name: String,
    #[serde(rename = "engine")]
    _engine: Engine,
    #[serde(rename = "version")]
    _version: String,
    production: bool,
    cluster_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Engine {
    Pg,
    Mysql,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ingress {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(rename = "match")]
    _path: IgnoredAny,
    component: Named,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

fn read(text: &str) -> Result<Facts> {
    let spec: Spec = serde_saphyr::from_str(text)?;
    ensure!(!spec.name.contains('_'), "`{}` is no name there", spec.name);
    let [web] = spec.services.as_slice() else { anyhow::bail!("one service") };
    let [migrate] = spec.jobs.as_slice() else { anyhow::bail!("one job") };
    ensure!(migrate.kind == Some(When::PreDeploy), "it migrates too late");
    ensure!(migrate.github.branch == web.github.branch, "it migrates for another version");
    let led = spec.ingress.rules.iter().all(|rule| rule.component.name == web.name);
    ensure!(led && !spec.ingress.rules.is_empty(), "requests are led to nobody");
    for base in &spec.databases {
        ensure!(base.production == base.cluster_name.is_some(), "`{}` is no cluster", base.name);
    }
    let command = migrate.run_command.as_deref().context("the job does nothing")?;
    let (program, verb) = command.split_once(' ').context("no verb")?;
    ensure!(program == "app", "it starts `{program}`");
    let ready = web.health_check.as_ref().context("no health_check")?;
    let live = web.liveness_health_check.as_ref().context("no liveness_health_check")?;
    ensure!(ready.http_path != live.http_path, "a database that is away would start it anew");
    let end = web.termination.as_ref().context("no time to stop")?;
    ensure!((1..=110).contains(&end.drain_seconds), "it drains for {} seconds", end.drain_seconds);
    let mut facts = Facts {
        ports: vec![web.http_port.context("requests would go to 8080")?],
        health: vec![ready.http_path.clone(), live.http_path.clone()],
        verbs: vec![verb.to_string()],
        all_variables: true,
        instances: web.instance_count,
        // both versions for a while
        coming: Some(web.instance_count),
        stop: Some(Duration::from_secs(end.grace_period_seconds)),
        files: vec![web.dockerfile_path.clone(), migrate.dockerfile_path.clone()],
        ..Facts::default()
    };
    for variable in spec.envs.iter().chain(&web.envs) {
        variable.goes_to(&mut facts, &spec.databases)?;
    }
    let pool: usize = facts.settings["DATABASE_MAX_CONNECTIONS"].parse()?;
    let most = 2 * web.instance_count * (pool + 1);
    ensure!(most <= 20, "{most} connections, the small database takes 20");
    Ok(facts)
}

impl Variable {
    fn goes_to(&self, facts: &mut Facts, databases: &[Database]) -> Result<()> {
        ensure!(self.scope == Scope::RunTime, "`{}` would be in the image", self.key);
        let secret = self.kind == Secrecy::Secret;
        ensure!(
            secret || !self.key.ends_with("_SECRET"),
            "`{}` can be read by everybody",
            self.key
        );
        for part in self.value.split("${").skip(1).filter_map(|it| it.split_once('.')) {
            let known = databases.iter().any(|base| base.name == part.0);
            ensure!(known, "there is no `{}`", part.0);
        }
        match secret || self.value.contains("${") {
            true => facts.variables.push(self.key.clone()),
            false => {
                facts.settings.insert(self.key.clone(), self.value.clone());
            }
        }
        Ok(())
    }
}
