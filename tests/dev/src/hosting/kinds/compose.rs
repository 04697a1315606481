//! Compositions for production: a typed model of what ours may say, and the public schema.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "composition",
    is: |path| path.starts_with("deploy/") && path.ends_with("/compose.yaml"),
    read,
    tools: &[Tool {
        name: "check-jsonschema",
        program: "check-jsonschema",
        from: From::Python("check-jsonschema==0.39.0"),
        command: |program, bench| {
            plain(program, &["--builtin-schema", "vendor.compose-spec"], bench)
        },
    }],
    broken: &[
        Break::model("read_only: true", "read_onyl: true"),
        Break::model("cap_drop: [ALL]\n  security", "cap_drop: []\n  security"),
        Break::model("read_only: true", "read_only: false"),
        Break::model("command: [migrate]", "command: [migration]"),
        Break::model("127.0.0.1:3000:3000", "3000:3000"),
        Break::model("127.0.0.1:3000:3000", "127.0.0.1:3000:8080"),
        Break::model("DATABASE_URL:", "DATABASE_URI:"),
        Break::model("stop_grace_period: 35s", "stop_grace_period: 10s"),
        Break::model("service_completed_successfully", "service_started"),
        Break::model("migrate: { condition", "migrations: { condition"),
        Break::model("networks: [inside]", "networks: [inside, edge]"),
        Break::tool("check-jsonschema", "pids_limit: 256", "pids_limits: 256"),
        Break::tool("check-jsonschema", "restart: unless-stopped", "restarts: unless-stopped"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Composition {
    name: String,
    #[serde(rename = "x-app")]
    _app: IgnoredAny,
    services: BTreeMap<String, Service>,
    networks: BTreeMap<String, IgnoredAny>,
    volumes: BTreeMap<String, Option<IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    image: String,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    networks: Vec<String>,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    cap_drop: Vec<String>,
    #[serde(default, rename = "cap_add")]
    _cap_add: Vec<String>,
    #[serde(default)]
    security_opt: Vec<String>,
    #[serde(rename = "pids_limit")]
    _pids_limit: Option<u32>,
    #[serde(rename = "mem_limit")]
    _mem_limit: Option<String>,
    #[serde(default)]
    volumes: Vec<String>,
    #[serde(rename = "restart")]
    _restart: Option<String>,
    stop_grace_period: Option<String>,
    #[serde(default)]
    ports: Vec<String>,
    healthcheck: Option<Healthcheck>,
    #[serde(default)]
    depends_on: BTreeMap<String, Condition>,
    #[serde(default)]
    profiles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Healthcheck {
    #[serde(default)]
    test: Vec<String>,
    #[serde(default)]
    disable: bool,
    #[serde(rename = "interval")]
    _interval: Option<String>,
    #[serde(rename = "timeout")]
    _timeout: Option<String>,
    #[serde(rename = "retries")]
    _retries: Option<u32>,
    #[serde(rename = "start_period")]
    _start_period: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum When {
    ServiceHealthy,
    ServiceCompletedSuccessfully,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    condition: When,
}

fn read(text: &str) -> Result<Facts> {
    let all: Composition = serde_saphyr::from_str(text)?;
    ensure!(!all.name.is_empty(), "it has no name");
    let web = all.services.get("web").context("no service `web`")?;
    let migrate = all.services.get("migrate").context("no service `migrate`")?;
    for (name, service) in &all.services {
        service.agrees(name, &all)?;
    }
    for app in [web, migrate] {
        let hard = app.read_only && app.cap_drop == ["ALL"];
        let sealed = app.security_opt == ["no-new-privileges:true"];
        ensure!(hard && sealed, "the program has more power than it needs");
    }
    let after = |service: &Service, name: &str, when: When| {
        service.depends_on.get(name).is_some_and(|it| it.condition == when)
    };
    ensure!(after(web, "migrate", When::ServiceCompletedSuccessfully), "`web` starts too early");
    let servers = all.services.iter().filter(|(_, it)| it.networks == ["inside"]);
    for (name, _) in servers {
        ensure!(after(migrate, name, When::ServiceHealthy), "`migrate` does not wait for `{name}`");
    }
    let [port] = web.ports.as_slice() else { anyhow::bail!("`web` has one port") };
    let ends: Vec<&str> = port.split(':').collect();
    let [_, outside, inside] = ends.as_slice() else {
        anyhow::bail!("`{port}` is open to everybody")
    };
    let health = web.healthcheck.as_ref().context("`web` says nothing of its health")?;
    let [_, _, asked] = health.test.as_slice() else { anyhow::bail!("an odd healthcheck") };
    let seconds =
        web.stop_grace_period.as_deref().and_then(|it| it.strip_suffix('s')?.parse().ok());
    Ok(Facts {
        ports: [outside, inside].iter().filter_map(|port| port.parse::<u16>().ok()).collect(),
        verbs: [&web.command[..], &migrate.command[..], std::slice::from_ref(asked)].concat(),
        variables: web.environment.keys().cloned().collect(),
        all_variables: true,
        instances: 1,
        stop: Some(Duration::from_secs(seconds.context("no time to stop")?)),
        health: words::health(text),
        ..Facts::default()
    })
}

impl Service {
    /// What it names is there, and only the proxy is open.
    fn agrees(&self, name: &str, all: &Composition) -> Result<()> {
        ensure!(
            self.image.contains(':') || self.image.starts_with("${"),
            "`{name}` has no version"
        );
        for network in &self.networks {
            ensure!(all.networks.contains_key(network), "`{name}` is in no network `{network}`");
        }
        let app = ["web", "migrate"].contains(&name);
        let public = !self.profiles.is_empty();
        let sealed = app || public || self.networks == ["inside"];
        ensure!(sealed, "`{name}` is in {:?}", self.networks);
        for volume in self.volumes.iter().filter(|volume| !volume.starts_with('.')) {
            let volume = volume.split(':').next().unwrap_or_default();
            ensure!(all.volumes.contains_key(volume), "`{name}` has no volume `{volume}`");
        }
        for other in self.depends_on.keys() {
            ensure!(all.services.contains_key(other), "`{name}` waits for `{other}`");
        }
        let checked = self.healthcheck.as_ref().is_some_and(|it| !it.test.is_empty() || it.disable);
        ensure!(checked || public, "`{name}` says nothing of its health");
        Ok(())
    }
}
