//! One container under runc, with as little power as the image needs: a user of its own, a read-only
//! file system, no capabilities, a limit of memory.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::image::build::Store;
use crate::work;

pub const MEMORY: u64 = 64 * 1048576;

pub struct Cell {
    bundle: tempfile::TempDir,
    port: u16,
    name: String,
}

/// How a life went.
pub struct Lived {
    pub ready: Duration,
    /// The most that was used at once, in bytes.
    pub memory: u64,
    pub complaints: Vec<String>,
}

impl Cell {
    pub fn make(store: &Store, image: &str, database: &str) -> Result<Cell> {
        let bundle = tempfile::tempdir()?;
        store.unpack(image, &bundle.path().join("rootfs"))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let data = bundle.path().join("data");
        fs::create_dir(&data)?;
        std::os::unix::fs::chown(&data, Some(65532), Some(65532))?;
        let cell = Cell { bundle, port, name: format!("image-{image}-{}", std::process::id()) };
        let said = work::output(Command::new("runc").arg("spec").current_dir(cell.dir()))?;
        ensure!(said.status.success(), "runc spec: {}", work::tail(&said, 3));
        let file = cell.dir().join("config.json");
        let mut spec: Value = serde_json::from_slice(&fs::read(&file)?)?;
        cell.harden(&mut spec, database);
        fs::write(cell.dir().join("spec.json"), spec.to_string())?;
        Ok(cell)
    }

    /// Migrates, serves, is asked, and stops.
    pub fn live(&self) -> Result<Lived> {
        let mut complaints = Vec::new();
        let migrated = work::output(&mut self.runc("migrate", "migrate")?)?;
        ensure!(migrated.status.success(), "migrate: {}", work::tail(&migrated, 10));
        let mut serve = self.runc("serve", "serve")?;
        let log = fs::File::create(self.dir().join("log"))?;
        serve.stdout(log.try_clone()?).stderr(log);
        let began = Instant::now();
        let mut child = serve.spawn().context("cannot start runc")?;
        let ready = self.wait(&mut child, began)?;
        complaints.extend(self.power());
        let id = self.id("serve");
        let healthy = Command::new("runc").args(["exec", &id, APP, "healthcheck"]).status()?;
        complaints.extend((!healthy.success()).then(|| "`healthcheck` fails".to_string()));
        let memory = self.memory(&id);
        let killed = Command::new("runc").args(["kill", &id, "TERM"]).status()?;
        ensure!(killed.success(), "runc kill fails");
        let ended = child.wait()?;
        complaints.extend((!ended.success()).then(|| format!("after SIGTERM: {ended}")));
        Ok(Lived { ready, memory, complaints })
    }

    fn harden(&self, spec: &mut Value, database: &str) {
        let tls = if database.starts_with("postgres") { "?sslmode=disable" } else { "" };
        let place = match database.starts_with("sqlite") {
            true => "sqlite:/data/app.db".to_string(),
            false => format!("{}{tls}", database.trim_end_matches('?')),
        };
        let process = &mut spec["process"];
        process["terminal"] = json!(false);
        process["user"] = json!({ "uid": 65532, "gid": 65532 });
        process["cwd"] = json!("/data");
        process["env"] = json!([
            "APP_ENV=production",
            format!("PORT={}", self.port),
            "HOST=127.0.0.1",
            format!("BASE_URL=http://127.0.0.1:{}", self.port),
            format!("DATABASE_URL={place}"),
        ]);
        process["noNewPrivileges"] = json!(true);
        process["capabilities"] = json!({});
        spec["root"]["readonly"] = json!(true);
        let data = self.dir().join("data");
        let bind = json!({ "destination": "/data", "type": "bind", "source": data,
            "options": ["rbind", "rw", "nosuid", "nodev", "noexec"] });
        if let Some(mounts) = spec["mounts"].as_array_mut() {
            mounts.push(bind);
        }
        if let Some(spaces) = spec["linux"]["namespaces"].as_array_mut() {
            // its databases are on this machine
            spaces.retain(|space| space["type"] != "network");
        }
        spec["linux"]["resources"]["memory"] = json!({ "limit": MEMORY, "swap": MEMORY });
    }

    fn runc(&self, id: &str, verb: &str) -> Result<Command> {
        let mut spec: Value = serde_json::from_slice(&fs::read(self.dir().join("spec.json"))?)?;
        spec["process"]["args"] = json!([APP, verb]);
        fs::write(self.dir().join("config.json"), spec.to_string())?;
        let mut runc = Command::new("runc");
        runc.args(["run", &self.id(id)]).current_dir(self.dir()).stdin(Stdio::null());
        Ok(runc)
    }

    fn wait(&self, child: &mut Child, began: Instant) -> Result<Duration> {
        let url = format!("http://127.0.0.1:{}/readyz", self.port);
        let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false).build();
        let agent = ureq::Agent::from(config);
        loop {
            if agent.get(&url).call().is_ok_and(|answer| answer.status() == 200) {
                return Ok(began.elapsed());
            }
            let log = || fs::read_to_string(self.dir().join("log")).unwrap_or_default();
            ensure!(child.try_wait()?.is_none(), "it ended: {}", log());
            ensure!(began.elapsed() < Duration::from_secs(20), "it does not get ready: {}", log());
            sleep(Duration::from_millis(5));
        }
    }

    /// What it could do and should not.
    fn power(&self) -> Vec<String> {
        let id = self.id("serve");
        let state = Command::new("runc").args(["state", &id]).output().map(|it| it.stdout);
        let state: Value = serde_json::from_slice(&state.unwrap_or_default()).unwrap_or_default();
        let pid = state["pid"].as_u64().unwrap_or(0);
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mounts = fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
        let line = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap_or("");
        let read_only = mounts.lines().any(|line| line.contains(" / / ro"))
            || mounts
                .lines()
                .any(|line| line.split(' ').nth(4) == Some("/") && line.contains(" ro,"));
        let checks = [
            (line("Uid:").contains("65532"), "it runs as somebody else"),
            (line("CapEff:").ends_with("0000000000000000"), "it has capabilities"),
            (line("CapBnd:").ends_with("0000000000000000"), "it could get capabilities"),
            (line("NoNewPrivs:").ends_with('1'), "it could gain power"),
            (read_only, "it can write to its file system"),
        ];
        checks.iter().filter(|(holds, _)| !holds).map(|(_, what)| what.to_string()).collect()
    }

    fn memory(&self, id: &str) -> u64 {
        let said = Command::new("runc").args(["events", "--stats", id]).output();
        let said = said.map(|it| it.stdout).unwrap_or_default();
        let stats: Value = serde_json::from_slice(&said).unwrap_or_default();
        let usage = &stats["data"]["memory"]["usage"];
        usage["max"].as_u64().filter(|it| *it > 0).or(usage["usage"].as_u64()).unwrap_or(0)
    }

    fn id(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    fn dir(&self) -> &Path {
        self.bundle.path()
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        for what in ["migrate", "serve"] {
            let _ = Command::new("runc").args(["delete", "--force", &self.id(what)]).output();
        }
    }
}

const APP: &str = "/usr/local/bin/app";
