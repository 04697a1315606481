//! Cloud Run: a typed model of the service and of the job, and the public schema.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{From, Tool, schema};

pub const KIND: Kind = Kind {
    name: "Cloud Run",
    is: |path| path.starts_with("deploy/cloudrun/") && path.ends_with(".yaml"),
    read,
    tools: &[Tool {
        name: "schema of Cloud Run",
        program: "check-jsonschema",
        from: From::Python("check-jsonschema==0.39.0"),
        command: |program, bench| schema(program, "cloud-run-v1.json", bench),
    }],
    broken: &[
        Break::model("containerPort: 3000", "containerPort: 8080"),
        Break::model("path: /readyz, port: 3000", "path: /readyz, port: 8080"),
        Break::model("path: /livez", "path: /readyz"),
        Break::model("args: [migrate]", "args: [migration]"),
        Break::model("SHUTDOWN_GRACE_MS, value: \"8000\"", "SHUTDOWN_GRACE_MS, value: \"25000\""),
        Break::model("maxScale: \"8\"", "maxScale: \"80\""),
        Break::model("maxScale: \"8\"", "maxScale: \"7\""),
        Break::model("INSTANCES, value: \"9\"", "INSTANCES, value: \"8\""),
        Break::model("name: DATABASE_URL", "name: DATABASE_URI"),
        Break::model("maxRetries: 0", "maxRetries: 5"),
        Break::model("containerConcurrency: 80", "concurrency: 80"),
        Break::tool(
            "schema of Cloud Run",
            "containerConcurrency: 80",
            "containerConcurrency: many",
        ),
        Break::tool("schema of Cloud Run", "timeoutSeconds: 30", "timeoutSecond: 30"),
        Break::tool("schema of Cloud Run", "maxRetries: 0", "maxRetrys: 0"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Resource<S> {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    metadata: Metadata,
    spec: S,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    name: Option<String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    template: Template<Revision>,
    traffic: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template<S> {
    metadata: Option<Metadata>,
    spec: S,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Revision {
    service_account_name: String,
    container_concurrency: u32,
    timeout_seconds: u64,
    containers: Vec<Container>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Job {
    template: Template<Execution>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Execution {
    task_count: u32,
    template: Template<Task>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Task {
    max_retries: u32,
    #[serde(rename = "timeoutSeconds")]
    _timeout_seconds: String,
    service_account_name: String,
    containers: Vec<Container>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Container {
    image: String,
    args: Vec<String>,
    #[serde(default)]
    ports: Vec<Port>,
    env: Vec<Variable>,
    startup_probe: Option<Probe>,
    liveness_probe: Option<Probe>,
    #[serde(rename = "resources")]
    _resources: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Port {
    name: String,
    container_port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Variable {
    name: String,
    value: Option<String>,
    value_from: Option<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Source {
    secret_key_ref: Key,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    name: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Probe {
    http_get: Get,
    #[serde(rename = "periodSeconds")]
    _period_seconds: u32,
    #[serde(rename = "timeoutSeconds")]
    _timeout_seconds: u32,
    #[serde(rename = "failureThreshold")]
    _failure_threshold: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Get {
    path: String,
    port: u16,
}

fn read(text: &str) -> Result<Facts> {
    if text.contains("\nkind: Job\n") {
        let job: Resource<Job> = serde_saphyr::from_str(text)?;
        named(&job.metadata)?;
        let execution = job.spec.template.spec;
        let task = execution.template.spec;
        ensure!(execution.task_count == 1 && task.max_retries == 0, "it migrates more than once");
        ensure!(task.service_account_name.contains('@'), "it is nobody");
        return container(&task.containers);
    }
    let service: Resource<Service> = serde_saphyr::from_str(text)?;
    named(&service.metadata)?;
    ensure!(service.spec.traffic.len() == 1, "requests go to several versions");
    let template = service.spec.template;
    let annotations = template.metadata.context("nobody says how many")?.annotations;
    let most = annotations.get("autoscaling.knative.dev/maxScale").context("no maxScale")?;
    let spec = template.spec;
    ensure!(spec.container_concurrency > 1, "one request at a time");
    ensure!(spec.timeout_seconds >= 15, "a request may take longer");
    ensure!(spec.service_account_name.contains('@'), "it is nobody");
    let mut facts = container(&spec.containers)?;
    (facts.instances, facts.coming) = (most.parse()?, Some(1));
    // what Cloud Run gives an instance that it ends
    facts.stop = Some(Duration::from_secs(10));
    let [container] = spec.containers.as_slice() else { anyhow::bail!("one container") };
    let [port] = container.ports.as_slice() else { anyhow::bail!("one port") };
    ensure!(["http1", "h2c"].contains(&port.name.as_str()), "`{}` is no protocol", port.name);
    let start = &container.startup_probe.as_ref().context("no startupProbe")?.http_get;
    let live = &container.liveness_probe.as_ref().context("no livenessProbe")?.http_get;
    ensure!(start.path != live.path, "a database that is away would start the program anew");
    facts.ports = vec![port.container_port, start.port, live.port];
    facts.health = vec![start.path.clone(), live.path.clone()];
    Ok(facts)
}

fn named(metadata: &Metadata) -> Result<()> {
    let name = metadata.name.as_deref().context("it has no name")?;
    ensure!(!name.contains('_'), "`{name}` is no name there");
    Ok(())
}

fn container(all: &[Container]) -> Result<Facts> {
    let [container] = all else { anyhow::bail!("one container") };
    ensure!(!container.image.ends_with(":latest"), "nobody knows which image it is");
    let mut facts =
        Facts { verbs: container.args.clone(), all_variables: true, ..Facts::default() };
    for variable in &container.env {
        match (&variable.value, &variable.value_from) {
            (Some(value), None) => {
                facts.settings.insert(variable.name.clone(), value.clone());
            }
            (None, Some(from)) => {
                let key = &from.secret_key_ref;
                let own = key.name.ends_with(&format!("-{}", variable.name)) && key.key == "latest";
                ensure!(own, "`{}` comes from `{}`", variable.name, key.name);
                facts.variables.push(variable.name.clone());
            }
            _ => anyhow::bail!("`{}` has two values, or none", variable.name),
        }
    }
    Ok(facts)
}
