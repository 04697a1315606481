//! Manifests for a cluster: a typed model of each, least power, and whether they fit together.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::pod::{Labels, Template};
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "manifest",
    is: |path| path.starts_with("deploy/kubernetes/") && path.ends_with(".yaml"),
    read,
    tools: &[Tool {
        name: "kubernetes-validate",
        program: "kubernetes-validate",
        from: From::Python("kubernetes-validate==1.37.0"),
        command: |program, bench| plain(program, &["--strict", "--no-warn"], bench),
    }],
    broken: &[
        Break::model("args: [serve]", "args: [server]"),
        Break::model("args: [migrate]", "args: [migration]"),
        Break::model("containerPort: 3000", "containerPort: 8080"),
        Break::model("path: /readyz", "path: /ready"),
        Break::model("path: /livez", "path: /readyz"),
        Break::model("DATABASE_URL\n", "DATABASE_URI\n"),
        Break::model("terminationGracePeriodSeconds: 40", "terminationGracePeriodSeconds: 20"),
        Break::model("SHUTDOWN_DELAY_MS: \"5000\"", "SHUTDOWN_DELAY_MS: \"50000\""),
        Break::model("maxReplicas: 6", "maxReplicas: 60"),
        Break::model("maxReplicas: 6", "maxReplicas: 7"),
        Break::model("maxSurge: 1", "maxSurge: 2"),
        Break::model("INSTANCES: \"7\"", "INSTANCES: \"6\""),
        Break::model("  INSTANCES: \"7\"\n", ""),
        Break::model("DATABASE_MAX_CONNECTIONS: \"10\"", "DATABASE_MAX_CONNECTIONS: \"100\""),
        Break::model("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
        Break::model("drop: [ALL]", "drop: []"),
        Break::model("runAsNonRoot: true", "runAsNonRoot: false"),
        Break::model("automountServiceAccountToken: false", "automountServiceAccountToken: true"),
        Break::model("maxUnavailable: 0", "maxUnavailable: 1"),
        Break::model("kind: Deployment", "kind: Deployments"),
        Break::model("ingressClassName: traefik", "ingressClassName: nginx"),
        Break::model("policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"),
        Break::model("restartPolicy: Never", "restartPolicy: Always"),
        Break::tool("kubernetes-validate", "maxUnavailable: 0", "maxUnavailible: 0"),
        Break::tool("kubernetes-validate", "backoffLimit: 2", "backoffLimit: two"),
        Break::tool("kubernetes-validate", "policyTypes:", "policyType:"),
        Break::tool("kubernetes-validate", "minReplicas: 2", "minReplica: 2"),
        Break::tool("kubernetes-validate", "pathType: Prefix", "pathTypes: Prefix"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Manifest<S> {
    api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    metadata: Metadata,
    spec: Option<S>,
    data: Option<BTreeMap<String, String>>,
    automount_service_account_token: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    name: String,
    labels: Labels,
    #[serde(default, rename = "annotations")]
    _annotations: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Deployment {
    #[serde(rename = "revisionHistoryLimit")]
    _revision_history_limit: u32,
    strategy: Strategy,
    selector: Selector,
    template: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Strategy {
    #[serde(rename = "type")]
    kind: String,
    rolling_update: Rolling,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Rolling {
    max_surge: usize,
    max_unavailable: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Selector {
    match_labels: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Job {
    backoff_limit: u32,
    #[serde(rename = "activeDeadlineSeconds")]
    _active_deadline_seconds: u32,
    #[serde(rename = "ttlSecondsAfterFinished")]
    _ttl_seconds_after_finished: u32,
    template: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Scaling {
    #[serde(rename = "scaleTargetRef")]
    _scale_target_ref: Labels,
    min_replicas: usize,
    max_replicas: usize,
    #[serde(rename = "metrics")]
    _metrics: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Disruption {
    max_unavailable: u32,
    #[serde(rename = "selector")]
    _selector: Selector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Network {
    #[serde(rename = "podSelector")]
    _pod_selector: Selector,
    policy_types: Vec<String>,
    ingress: Vec<IgnoredAny>,
    egress: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Ingress {
    ingress_class_name: String,
    tls: Vec<IgnoredAny>,
    rules: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Service {
    selector: Labels,
    ports: Vec<IgnoredAny>,
}

fn read(text: &str) -> Result<Facts> {
    let kind = text.lines().find_map(|line| line.strip_prefix("kind: ")).context("no `kind`")?;
    match kind {
        "Deployment" => deployment(&of(text, "apps/v1")?),
        "Job" => job(&of(text, "batch/v1")?),
        "HorizontalPodAutoscaler" => scaling(&of(text, "autoscaling/v2")?),
        "ConfigMap" => {
            let config: Manifest<()> = manifest(text, "v1")?;
            let settings = config.data.context("no settings")?;
            Ok(Facts { settings, ..Facts::default() })
        }
        "ServiceAccount" => {
            let account: Manifest<()> = manifest(text, "v1")?;
            let weak = account.automount_service_account_token == Some(false);
            ensure!(weak, "whoever is in the program has a key to the cluster");
            Ok(Facts::default())
        }
        "Service" => {
            let service: Service = of(text, "v1")?;
            ensure!(!service.selector.is_empty() && service.ports.len() == 1, "it leads nowhere");
            Ok(Facts::default())
        }
        "PodDisruptionBudget" => {
            let budget: Disruption = of(text, "policy/v1")?;
            ensure!(budget.max_unavailable > 0, "no machine can be emptied");
            Ok(Facts::default())
        }
        "NetworkPolicy" => {
            let network: Network = of(text, "networking.k8s.io/v1")?;
            let both = network.policy_types == ["Ingress", "Egress"];
            let some = !network.ingress.is_empty() && !network.egress.is_empty();
            ensure!(both && some, "it leaves a way open, or none");
            Ok(Facts::default())
        }
        "Ingress" => {
            let ingress: Ingress = of(text, "networking.k8s.io/v1")?;
            ensure!(ingress.ingress_class_name != "nginx", "ingress-nginx has no repairs any more");
            ensure!(!ingress.tls.is_empty() && !ingress.rules.is_empty(), "it has no TLS");
            Ok(Facts::default())
        }
        other => anyhow::bail!("`{other}` is no kind that we write"),
    }
}

/// A manifest of this version, with names and labels that the cluster takes.
fn manifest<S: for<'a> Deserialize<'a>>(text: &str, version: &str) -> Result<Manifest<S>> {
    let manifest: Manifest<S> = serde_saphyr::from_str(text)?;
    ensure!(manifest.api_version == version, "`{}` in place of {version}", manifest.api_version);
    let name = &manifest.metadata.name;
    let letters =
        name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    ensure!(letters && !name.is_empty(), "`{name}` is no name in a cluster");
    ensure!(manifest.metadata.labels.contains_key("app.kubernetes.io/name"), "no name as a label");
    Ok(manifest)
}

fn of<S: for<'a> Deserialize<'a>>(text: &str, version: &str) -> Result<S> {
    manifest(text, version)?.spec.context("no `spec`")
}

fn deployment(it: &Deployment) -> Result<Facts> {
    let rolling = &it.strategy.rolling_update;
    let gentle = rolling.max_surge > 0 && rolling.max_unavailable == 0;
    ensure!(it.strategy.kind == "RollingUpdate" && gentle, "old ones go before new ones are ready");
    let labels = &it.template.metadata.labels;
    ensure!(it.selector.match_labels == *labels, "it does not know its own pods");
    let mut facts = it.template.facts()?;
    let container = it.template.container()?;
    let (live, ready) = container.probes()?;
    ensure!(live != ready, "a database that is away would start the program anew");
    facts.health = vec![live, ready];
    let seconds = it.template.spec.termination_grace_period_seconds.context("no time to stop")?;
    (facts.stop, facts.coming) = (Some(Duration::from_secs(seconds)), Some(rolling.max_surge));
    Ok(facts)
}

fn job(it: &Job) -> Result<Facts> {
    let never = it.template.spec.restart_policy.as_deref() == Some("Never");
    ensure!(never && it.backoff_limit <= 3, "a migration that fails would be tried for ever");
    it.template.facts()
}

fn scaling(it: &Scaling) -> Result<Facts> {
    ensure!(it.min_replicas > 1, "one instance: a machine that dies takes the service with it");
    Ok(Facts { instances: it.max_replicas, ..Facts::default() })
}
