//! A server for the trial: a system that boots systemd in a container, with this machine's `/usr`
//! and network, and nothing else of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::work;

/// It is powered off and gone when it is dropped.
pub struct Machine {
    bundle: tempfile::TempDir,
    name: String,
    runs: Child,
}

/// What systemd itself needs; the units that it starts get what they ask for.
const POWERS: [&str; 14] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_CHROOT",
    "SYS_PTRACE",
];
/// Users and libraries, as this machine knows them.
const KEPT: [&str; 6] =
    ["group", "ld.so.cache", "ld.so.conf", "nsswitch.conf", "passwd", "resolv.conf"];
/// Units of systemd that a service depends on without a word; the rest of a system is left out.
const TARGETS: [&str; 5] = ["basic", "multi-user", "network-online", "shutdown", "sysinit"];
const JOURNAL: [&str; 3] =
    ["systemd-journald.service", "systemd-journald.socket", "systemd-journald-dev-log.socket"];
const UNITS: &str = "etc/systemd/system";

impl Machine {
    /// Ready when systemd says so.
    pub fn boot(name: &str) -> Result<Machine> {
        let bundle = tempfile::tempdir()?;
        system(&bundle.path().join("rootfs"))?;
        let said = work::output(Command::new("runc").arg("spec").current_dir(&bundle))?;
        ensure!(said.status.success(), "runc spec: {}", work::tail(&said, 3));
        let file = bundle.path().join("config.json");
        let mut spec: Value = serde_json::from_slice(&fs::read(&file)?)?;
        grant(&mut spec);
        fs::write(&file, spec.to_string())?;
        let name = format!("vps-{name}-{}", std::process::id());
        let log = fs::File::create(bundle.path().join("log"))?;
        let mut runc = Command::new("runc");
        runc.args(["run", &name]).current_dir(&bundle).stdin(Stdio::null());
        runc.stdout(log.try_clone()?).stderr(log);
        let runs = runc.spawn().context("cannot start runc")?;
        let machine = Machine { bundle, name, runs };
        let began = Instant::now();
        while !machine.run("systemctl is-active multi-user.target")?.status.success() {
            let log = fs::read_to_string(machine.bundle.path().join("log")).unwrap_or_default();
            ensure!(began.elapsed() < Duration::from_secs(30), "systemd does not boot: {log}");
            sleep(Duration::from_millis(100));
        }
        Ok(machine)
    }

    /// Runs a script there as root, to its first failure.
    pub fn run(&self, script: &str) -> Result<Output> {
        work::output(Command::new("runc").args(["exec", &self.name, "sh", "-e", "-c", script]))
    }

    /// Where a path of it is on this machine.
    pub fn path(&self, path: &str) -> PathBuf {
        self.bundle.path().join("rootfs").join(path.trim_start_matches('/'))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = Command::new("runc").args(["delete", "--force", &self.name]).output();
        let _ = self.runs.wait();
    }
}

/// The files of a system that was just installed.
fn system(root: &Path) -> Result<()> {
    for folder in ["dev", "opt", "proc", "root", "run", "sys", "tmp", "usr", "var/lib", "var/tmp"] {
        fs::create_dir_all(root.join(folder))?;
    }
    for folder in ["bin", "lib", "lib64", "sbin"] {
        symlink(Path::new("usr").join(folder), root.join(folder))?;
    }
    symlink("../run", root.join("var/run"))?;
    let units = root.join(UNITS);
    fs::create_dir_all(&units)?;
    for name in KEPT {
        fs::copy(Path::new("/etc").join(name), root.join("etc").join(name))
            .with_context(|| format!("no /etc/{name}"))?;
    }
    for name in TARGETS {
        let wants = if name == "multi-user" { "Wants=systemd-journald.service\n" } else { "" };
        let text = format!("[Unit]\nDescription={name}\nDefaultDependencies=no\n{wants}");
        fs::write(units.join(format!("{name}.target")), text)?;
    }
    for name in JOURNAL {
        let from = Path::new("/usr/lib/systemd/system").join(name);
        fs::copy(&from, units.join(name)).with_context(|| format!("no {}", from.display()))?;
    }
    fs::write(root.join("etc/machine-id"), "")?;
    Ok(())
}

/// Makes of an ordinary container one that boots.
fn grant(spec: &mut Value) {
    let words = ["/lib/systemd/systemd", "--system", "--unit=multi-user.target"];
    spec["process"]["args"] = json!([words[0], words[1], words[2], "--show-status=no"]);
    let units = format!("SYSTEMD_UNIT_PATH=/{UNITS}");
    spec["process"]["env"] = json!(["PATH=/usr/sbin:/usr/bin", "container=runc", units]);
    spec["process"]["terminal"] = json!(false);
    spec["process"]["noNewPrivileges"] = json!(false);
    spec["process"]["rlimits"] = json!([]);
    let powers: Vec<String> = POWERS.iter().map(|power| format!("CAP_{power}")).collect();
    spec["process"]["capabilities"] =
        json!({ "bounding": powers, "effective": powers, "permitted": powers });
    spec["root"]["readonly"] = json!(false);
    for hidden in ["maskedPaths", "readonlyPaths"] {
        spec["linux"][hidden] = json!([]);
    }
    spec["linux"]["resources"] = json!({});
    if let Some(spaces) = spec["linux"]["namespaces"].as_array_mut() {
        // its databases are on this machine
        spaces.retain(|space| space["type"] != "network");
    }
    let Some(mounts) = spec["mounts"].as_array_mut() else { return };
    for mount in mounts.iter_mut() {
        if mount["type"] == "cgroup"
            && let Some(options) = mount["options"].as_array_mut()
        {
            options.retain(|option| option != "ro");
        }
        if mount["type"] == "sysfs" {
            *mount = json!({ "destination": "/sys", "type": "bind", "source": "/sys",
                "options": ["rbind", "ro"] });
        }
    }
    let options = ["rbind", "ro"];
    let usr =
        json!({ "destination": "/usr", "type": "bind", "source": "/usr", "options": options });
    mounts.insert(0, usr);
    let options = ["nosuid", "nodev", "mode=755"];
    let run =
        json!({ "destination": "/run", "type": "tmpfs", "source": "run", "options": options });
    mounts.push(run);
}
