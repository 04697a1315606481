//! `render.yaml`: a typed model of blueprints; the platform publishes no schema to keep here.

mod model;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use model::{Blueprint, Database, Plan, Runtime, Service, Store, Trigger, Variable, Web};

pub const KIND: Kind = Kind {
    name: "render.yaml",
    is: |path| path == "render.yaml",
    read,
    tools: &[],
    broken: &[
        Break::model("type: web\n", "type: web_service\n"),
        Break::model("runtime: docker", "env: docker"),
        Break::model("healthCheckPath: /readyz", "healthCheckPath: /ready"),
        Break::model("app migrate", "app migrations"),
        Break::model("    preDeployCommand: app migrate\n", ""),
        Break::model("value: \"true\"", "value: \"false\""),
        Break::model("maxShutdownDelaySeconds: 40", "maxShutdownDelaySeconds: 400"),
        Break::model("maxShutdownDelaySeconds: 40", "maxShutdownDelaySeconds: 10"),
        Break::model("key: DATABASE_URL", "key: DATABASE_URI"),
        Break::model("sync: false", "value: mysql://root@example.com/app"),
        Break::model("property: connectionString", "property: connectionURL"),
        Break::model("name: demo-database\n          ", "name: demo-databases\n          "),
        Break::model("generateValue: true", "value: secret"),
        Break::model("mountPath: /var/data", "mountPath: /var/lib"),
        Break::model(
            "      mountPath: /var/data",
            "      mountPath: /var/data\n    numInstances: 2",
        ),
        Break::model("numInstances: 1", "numInstances: 2"),
        Break::model(
            "key: INSTANCES\n        value: \"2\"",
            "key: INSTANCES\n        value: \"1\"",
        ),
        Break::model("ipAllowList: []", "ipAllowList: [{ source: 0.0.0.0/0 }]"),
        Break::model("ipAllowList: []", "readReplicas: []"),
        Break::model("autoDeployTrigger: checksPass", "autoDeploy: true"),
        Break::model("runtime: image", "runtime: docker"),
        Break::model("{ fromRegistryCreds:", "{ registryCreds:"),
        Break::model("demo:COMMIT", "demo:latest"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    let all: Blueprint = serde_saphyr::from_str(text)?;
    let (mut webs, mut stores) = (Vec::new(), Vec::new());
    for service in &all.services {
        match service {
            Service::Web(web) => webs.push(web),
            Service::Keyvalue(store) => stores.push(store),
        }
    }
    let [web] = webs.as_slice() else { anyhow::bail!("{} programs", webs.len()) };
    for store in &stores {
        ensure!(store.ip_allow_list.is_empty() && store.region == web.region, "`{}`", store.name);
        ensure!(store.plan == Plan::Free, "a cache keeps nothing");
    }
    for base in &all.databases {
        ensure!(base.ip_allow_list.is_empty() && base.region == web.region, "`{}`", base.name);
        ensure!(base.plan == Plan::Basic, "`{}` ends after 30 days", base.name);
    }
    let mut facts = web.facts()?;
    for variable in &web.env_vars {
        variable.is_known(&all.databases, &stores)?;
        match &variable.value {
            Some(value) => {
                facts.settings.insert(variable.key.clone(), value.clone());
            }
            None => facts.variables.push(variable.key.clone()),
        }
    }
    let own = facts.settings.get("MIGRATE_ON_START").is_some_and(|it| it == "true");
    ensure!(own == web.disk.is_some(), "nobody migrates, or two do");
    if let Some(disk) = &web.disk {
        let data = facts.settings.get("DATABASE_URL").context("nothing is on the disk")?;
        ensure!(data.contains(&disk.mount_path), "`{data}` is not on `{}`", disk.mount_path);
    }
    Ok(facts)
}

impl Web {
    fn facts(&self) -> Result<Facts> {
        ensure!(!self.name.contains('_'), "`{}` is no name there", self.name);
        ensure!(self.plan == Plan::Starter, "the other plans cannot do this");
        ensure!(
            (1..=300).contains(&self.max_shutdown_delay_seconds),
            "it waits 300 seconds at most"
        );
        let (built, ready) = (self.runtime == Runtime::Docker, self.runtime == Runtime::Image);
        let image = built || ready;
        ensure!(built == self.dockerfile_path.is_some(), "it is built in two ways, or none");
        ensure!(ready == self.image.is_some(), "there is no image, or one that nobody takes");
        if let Some(image) = &self.image {
            ensure!(image.url.ends_with(":COMMIT"), "`{}` is not what was built", image.url);
            ensure!(self.auto_deploy_trigger == Trigger::Off, "two would deploy");
        }
        ensure!(image == self.pre_deploy_command.is_some(), "a step before a release has no disk");
        ensure!(image == self.disk.is_none(), "a program in an image cannot write on a disk");
        let command = if image { &self.pre_deploy_command } else { &self.start_command };
        let command = command.as_deref().context("nothing is started")?;
        let (program, verb) = command.split_once(' ').context("no verb")?;
        ensure!(["app", "./app"].contains(&program), "it starts `{program}`");
        let locked = self.build_command.as_deref().is_none_or(|it| it.contains("--locked"));
        ensure!(locked, "cargo may change the lock file");
        let file = self.dockerfile_path.as_ref().map(|it| it.trim_start_matches("./").to_string());
        Ok(Facts {
            verbs: vec![verb.to_string()],
            health: vec![self.health_check_path.clone()],
            all_variables: true,
            instances: self.num_instances.unwrap_or(1),
            // both versions for a while
            coming: Some(if self.disk.is_none() { self.num_instances.unwrap_or(1) } else { 0 }),
            stop: Some(Duration::from_secs(self.max_shutdown_delay_seconds)),
            files: file.into_iter().collect(),
            ..Facts::default()
        })
    }
}

impl Variable {
    /// One way to its value, and what it names is there.
    fn is_known(&self, databases: &[Database], stores: &[&Store]) -> Result<()> {
        let ways = [
            self.value.is_some(),
            self.generate_value == Some(true),
            self.sync == Some(false),
            self.from_database.is_some(),
            self.from_service.is_some(),
        ];
        ensure!(ways.iter().filter(|way| **way).count() == 1, "`{}` has no value", self.key);
        let plain = self.value.as_deref().unwrap_or_default();
        let open = self.key.ends_with("_SECRET") || plain.contains('@');
        ensure!(!(open && self.value.is_some()), "`{}` can be read by everybody", self.key);
        if let Some(from) = &self.from_database {
            let known = databases.iter().any(|it| it.name == from.name);
            ensure!(known && from.kind.is_none(), "there is no database `{}`", from.name);
        }
        if let Some(from) = &self.from_service {
            let known = stores.iter().any(|it| it.name == from.name);
            ensure!(known && from.kind.as_deref() == Some("keyvalue"), "no store `{}`", from.name);
        }
        Ok(())
    }
}
