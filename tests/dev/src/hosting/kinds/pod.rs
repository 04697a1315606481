//! Pods as manifests of a cluster describe them, and how little they may do.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;

pub type Labels = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub metadata: Metadata,
    pub spec: Pod,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub labels: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pod {
    #[serde(rename = "serviceAccountName")]
    _service_account_name: String,
    automount_service_account_token: bool,
    pub restart_policy: Option<String>,
    pub termination_grace_period_seconds: Option<u64>,
    security_context: Sandbox,
    #[serde(default, rename = "topologySpreadConstraints")]
    _topology_spread_constraints: Option<IgnoredAny>,
    containers: Vec<Container>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Sandbox {
    run_as_non_root: bool,
    run_as_user: u32,
    #[serde(rename = "runAsGroup")]
    _run_as_group: u32,
    seccomp_profile: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Container {
    name: String,
    #[serde(rename = "image")]
    _image: String,
    args: Vec<String>,
    #[serde(default)]
    ports: Vec<Port>,
    #[serde(rename = "envFrom")]
    _env_from: Vec<IgnoredAny>,
    env: Vec<Variable>,
    startup_probe: Option<Probe>,
    liveness_probe: Option<Probe>,
    readiness_probe: Option<Probe>,
    resources: Resources,
    security_context: Power,
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
    value_from: From,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct From {
    secret_key_ref: Key,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    #[serde(rename = "name")]
    _name: String,
    key: String,
    #[serde(default)]
    optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Probe {
    http_get: Get,
    #[serde(rename = "periodSeconds")]
    _period_seconds: u32,
    #[serde(rename = "timeoutSeconds")]
    _timeout_seconds: Option<u32>,
    #[serde(rename = "failureThreshold")]
    _failure_threshold: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Get {
    path: String,
    port: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resources {
    requests: Labels,
    limits: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Power {
    allow_privilege_escalation: bool,
    read_only_root_filesystem: bool,
    capabilities: Capabilities,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Capabilities {
    drop: Vec<String>,
}

impl Template {
    /// What its only container says of the program; it has no power that it does not need.
    pub fn facts(&self) -> Result<Facts> {
        let (pod, container) = (&self.spec, self.container()?);
        let power = &container.security_context;
        let small = !power.allow_privilege_escalation && power.read_only_root_filesystem;
        ensure!(small && power.capabilities.drop == ["ALL"], "it has more power than it needs");
        let user =
            pod.security_context.run_as_non_root && pod.security_context.run_as_user == 65532;
        let seccomp = pod.security_context.seccomp_profile.get("type");
        ensure!(
            user && seccomp.is_some_and(|it| it == "RuntimeDefault"),
            "`restricted` refuses it"
        );
        ensure!(!pod.automount_service_account_token, "it has a key to the cluster");
        let bounded = container.resources.limits.contains_key("memory");
        ensure!(bounded && container.resources.requests.len() == 2, "it may take all memory");
        for variable in &container.env {
            let key = &variable.value_from.secret_key_ref;
            ensure!(variable.name == key.key, "`{}` comes from `{}`", variable.name, key.key);
            let spare = variable.name.starts_with("MIGRATE_");
            ensure!(key.optional == spare, "`{}` may be missing, or may not", variable.name);
        }
        Ok(Facts {
            verbs: container.args.clone(),
            ports: container.ports.iter().map(|port| port.container_port).collect(),
            variables: container.env.iter().map(|it| it.name.clone()).collect(),
            all_variables: true,
            ..Facts::default()
        })
    }

    pub fn container(&self) -> Result<&Container> {
        let [container] = self.spec.containers.as_slice() else { anyhow::bail!("one container") };
        ensure!(container.name == "app", "the container is called `{}`", container.name);
        Ok(container)
    }
}

impl Container {
    /// Where it is asked whether it is alive, and whether it is ready.
    pub fn probes(&self) -> Result<(String, String)> {
        let path = |probe: &Option<Probe>, what| -> Result<String> {
            let get = &probe.as_ref().with_context(|| format!("no {what}"))?.http_get;
            let known = self.ports.iter().any(|port| port.name == get.port);
            ensure!(known, "the {what} asks at no port `{}`", get.port);
            Ok(get.path.clone())
        };
        let live = path(&self.liveness_probe, "livenessProbe")?;
        let start = path(&self.startup_probe, "startupProbe")?;
        ensure!(start == live, "it must be ready to count as started");
        Ok((live, path(&self.readiness_probe, "readinessProbe")?))
    }
}
