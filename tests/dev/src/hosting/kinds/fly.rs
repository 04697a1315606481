//! `fly.toml`: a typed model, and the public schema.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{From, Tool, schema};

pub const KIND: Kind = Kind {
    name: "fly.toml",
    is: |path| path == "fly.toml",
    read,
    tools: &[Tool {
        name: "schema of Fly",
        program: "check-jsonschema",
        from: From::Python("check-jsonschema==0.39.0"),
        command: |program, bench| schema(program, "fly.json", bench),
    }],
    broken: &[
        Break::model("internal_port = 3000", "internal_port = 8080"),
        Break::model("internal_port", "internal_ports"),
        Break::model("path = \"/readyz\"", "path = \"/health\""),
        Break::model("release_command = \"migrate\"", "release_command = \"migration\""),
        Break::model("release_command = \"migrate\"\n", ""),
        Break::model("MIGRATE_ON_START = \"true\"\n", ""),
        Break::model("kill_timeout = 40", "kill_timeout = 20"),
        Break::model("kill_signal = \"SIGTERM\"\n", ""),
        Break::model("kill_signal = \"SIGTERM\"", "kill_signal = \"SIGKILL\""),
        Break::model("BASE_URL =", "BASE_URI ="),
        Break::model(
            "DATABASE_MAX_CONNECTIONS = \"10\"\n# Three",
            "DATABASE_MAX_CONNECTIONS = \"50\"\n# Three",
        ),
        Break::model("INSTANCES = \"4\"", "INSTANCES = \"2\""),
        Break::model("min_machines_running = 0", "min_machines_running = 2"),
        Break::model("destination = \"/data\"", "destination = \"/var/data\""),
        Break::model("[[mounts]]\nsource", "[[mount]]\nsource"),
        Break::model("force_https = true", "force_https = false"),
        Break::tool("schema of Fly", "strategy = \"rolling\"", "strategy = \"roling\""),
        Break::tool(
            "schema of Fly",
            "auto_stop_machines = \"stop\"",
            "auto_stop_machines = \"yes\"",
        ),
        Break::tool("schema of Fly", "release_command =", "release_comand ="),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fly {
    app: String,
    #[serde(rename = "primary_region")]
    _primary_region: String,
    kill_signal: String,
    kill_timeout: u64,
    build: Build,
    deploy: Deploy,
    env: BTreeMap<String, String>,
    #[serde(default)]
    mounts: Vec<Mount>,
    http_service: Service,
    #[serde(rename = "vm")]
    _vm: Vec<Machine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    dockerfile: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deploy {
    strategy: Strategy,
    release_command: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Strategy {
    Rolling,
    Immediate,
    Canary,
    Bluegreen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mount {
    #[serde(rename = "source")]
    _source: String,
    destination: String,
    #[serde(rename = "initial_size")]
    _initial_size: String,
    #[serde(rename = "snapshot_retention")]
    _snapshot_retention: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    internal_port: u16,
    force_https: bool,
    #[serde(rename = "auto_start_machines")]
    _auto_start_machines: bool,
    #[serde(rename = "auto_stop_machines")]
    _auto_stop_machines: String,
    min_machines_running: usize,
    concurrency: Concurrency,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Concurrency {
    #[serde(rename = "type")]
    kind: String,
    soft_limit: u32,
    hard_limit: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    method: String,
    path: String,
    #[serde(rename = "interval")]
    _interval: String,
    #[serde(rename = "timeout")]
    _timeout: String,
    #[serde(rename = "grace_period")]
    _grace_period: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Machine {
    #[serde(rename = "size")]
    _size: String,
    #[serde(rename = "memory")]
    _memory: String,
}

fn read(text: &str) -> Result<Facts> {
    let fly: Fly = toml::from_str(text)?;
    ensure!(!fly.app.contains('_'), "`{}` is no name there", fly.app);
    ensure!(fly.kill_signal == "SIGTERM", "it is not asked to end by SIGTERM");
    ensure!(fly.http_service.force_https, "it may be asked without TLS");
    let disk = !fly.mounts.is_empty();
    let replaces = [Strategy::Canary, Strategy::Bluegreen].contains(&fly.deploy.strategy);
    ensure!(!disk || !replaces, "a machine with a disk cannot stand beside its successor");
    let starts = fly.env.get("MIGRATE_ON_START").is_some_and(|it| it == "true");
    ensure!(disk == fly.deploy.release_command.is_none(), "a release machine has no disk");
    ensure!(disk == starts, "nobody migrates, or two do");
    for mount in &fly.mounts {
        let data = fly.env.get("DATABASE_URL").context("nothing is on the disk")?;
        ensure!(data.contains(&mount.destination), "`{data}` is not on `{}`", mount.destination);
    }
    let at_once = &fly.http_service.concurrency;
    ensure!(at_once.kind == "requests" && at_once.soft_limit < at_once.hard_limit, "odd limits");
    let [check] = fly.http_service.checks.as_slice() else { anyhow::bail!("no check") };
    ensure!(check.method == "GET", "it is asked by {}", check.method);
    Ok(Facts {
        ports: vec![fly.http_service.internal_port],
        health: vec![check.path.clone()],
        verbs: fly.deploy.release_command.into_iter().collect(),
        settings: fly.env,
        // `fly deploy` makes two where there is no disk
        instances: fly.http_service.min_machines_running.max(if disk { 1 } else { MOST }),
        // the machine of a release
        coming: Some(usize::from(!disk)),
        stop: Some(Duration::from_secs(fly.kill_timeout)),
        files: vec![fly.build.dockerfile],
        ..Facts::default()
    })
}

/// As many as the page speaks of.
const MOST: usize = 3;
