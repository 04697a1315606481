//! The life of a service on a server: installed as the page says, released anew, taken back, killed,
//! stopped.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Output;

use anyhow::{Context, Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::io::random;
use backend_gen::{Stack, render};

use crate::contract::database::Database;
use crate::vps::machine::Machine;
use crate::{folder, servers, work};

/// A program and what comes with it.
pub struct Shop {
    name: String,
    binary: PathBuf,
    files: PathBuf,
    kind: String,
    admin: String,
}

/// What is wrong in a unit: the text, and what stands in its place.
pub const BROKEN: [(&str, &str); 8] = [
    ("current/app serve", "current/app server"),
    ("current/app migrate", "current/app config check"),
    ("EnvironmentFile=", "# EnvironmentFile="),
    ("DynamicUser=yes", "DynamicUser=no"),
    ("CapabilityBoundingSet=\n", "CapabilityBoundingSet=CAP_CHOWN\n"),
    ("@system-service", "@basic-io"),
    ("AF_INET AF_INET6 ", ""),
    ("Restart=on-failure", "Restart=no"),
];

impl Shop {
    pub fn build(catalog: &Catalog, stack: &Stack, kind: &str) -> Result<Shop> {
        let dir = work::root().join("target").join("vps").join(kind);
        folder::write(&dir, &render(catalog, stack, &work::project(stack)?)?)?;
        let said = work::output(&mut work::cargo(&dir, &["build", "--quiet", "--locked"]))?;
        ensure!(said.status.success(), "it does not build: {}", work::tail(&said, 20));
        let name = stack.key();
        let binary = work::target_dir().join("debug").join(&name);
        let admin =
            servers::of(catalog, stack).into_iter().next().map_or(String::new(), |it| it.url);
        Ok(Shop { name, binary, files: dir.join("deploy/vps"), kind: kind.to_string(), admin })
    }

    /// What was not as it should be, with a change to the unit.
    pub fn live(&self, change: (&str, &str)) -> Result<Vec<String>> {
        let database = Database::make(&self.kind, &self.admin)?;
        let machine = Machine::boot(&self.kind)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        self.copy(&machine, change)?;
        fs::write(machine.path("root/env"), self.settings(&database)?)?;
        let mut complaints = Vec::new();
        let said = machine.run(&self.page(&port)?)?;
        if !said.status.success() {
            let log = machine.run("journalctl --quiet --output cat | tail -n 3")?;
            let all = format!("{}; {}", work::tail(&said, 1), work::tail(&log, 3));
            return Ok(vec![all.replace('\n', "; ")]);
        }
        let service = format!("{}@{port}", self.name);
        let mut step = |what: &str, script: &str| -> Result<Output> {
            let script =
                format!("{NOT}\n{script}").replace("SERVICE", &service).replace("NAME", &self.name);
            let said = machine.run(&script.replace("READY", &ready(&port)))?;
            if !said.status.success() {
                complaints.push(format!("{what}: {}", work::tail(&said, 3).replace('\n', "; ")));
            }
            Ok(said)
        };
        for (what, script) in STEPS {
            step(what, script)?;
        }
        Ok(complaints)
    }

    /// As `scp` would.
    fn copy(&self, machine: &Machine, (from, to): (&str, &str)) -> Result<()> {
        fs::create_dir_all(machine.path("tmp/setup"))?;
        for name in ["app@.service", "release.sh", "env.example"] {
            let text = fs::read_to_string(self.files.join(name))?;
            ensure!(name != "app@.service" || text.contains(from), "the unit has no {from:?}");
            let text = if from.is_empty() { text } else { text.replace(from, to) };
            fs::write(machine.path("tmp/setup").join(name), text)?;
        }
        fs::copy(&self.binary, machine.path("tmp").join(&self.name))?;
        Ok(())
    }

    /// What somebody writes into the file of settings.
    fn settings(&self, database: &Database) -> Result<String> {
        let example = fs::read_to_string(self.files.join("env.example"))?;
        let mut lines = Vec::new();
        for line in example.lines() {
            match line.split_once("_SECRET=").filter(|_| !line.starts_with('#')) {
                Some((name, _)) => lines.push(format!("{name}_SECRET={}", random::secret()?)),
                None => lines.push(line.to_string()),
            }
        }
        if !self.admin.is_empty() {
            lines.push(format!("DATABASE_URL={}", database.url));
        }
        Ok(lines.join("\n") + "\n")
    }

    /// The commands of the page, with a free port; what is not installed from Debian is there.
    fn page(&self, port: &str) -> Result<String> {
        let page = fs::read_to_string(self.files.join("README.md"))?;
        let block = page.split("Then the program:\n\n```sh\n").nth(1);
        let block = block.and_then(|rest| rest.split("```").next()).context("no commands")?;
        let lines = block.lines().filter(|line| !line.starts_with("apt-get"));
        let lines = lines.map(|line| match line.strip_prefix("nano ") {
            Some(file) => format!("cat /root/env > {file}"),
            None => line.replace("3000", port),
        });
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// `!` in its place would be overlooked by `sh -e`.
const NOT: &str = "not() { if \"$@\"; then return 1; fi; }";

/// What happens to it, in this order, and what must hold then.
const STEPS: [(&str, &str); 9] = [
    ("not ready", "READY"),
    (
        "it may do too much",
        "status=/proc/$(systemctl show --property MainPID --value SERVICE)/status
         not grep -q 'Uid:.0' $status; grep -q 'CapBnd:.0*$' $status; grep -q 'CapEff:.0*$' $status
         grep -q 'NoNewPrivs:.1' $status; grep -q 'Seccomp:.2' $status",
    ),
    ("nothing was migrated", "journalctl --unit SERVICE --output cat | grep '^applied '"),
    (
        "a release",
        "before=$(systemctl show --property MainPID --value SERVICE)
         sh /opt/NAME/setup/release.sh deploy /tmp/NAME
         [ $before != $(systemctl show --property MainPID --value SERVICE) ]; READY
         [ $(ls /opt/NAME/releases | wc -l) = 2 ]",
    ),
    (
        "a release that does not start",
        "now=$(readlink /opt/NAME/current); printf '#!/bin/sh\\nexit 1\\n' > /tmp/bad; chmod +x /tmp/bad
         not sh /opt/NAME/setup/release.sh deploy /tmp/bad
         [ $now = $(readlink /opt/NAME/current) ]; READY",
    ),
    (
        "the way back",
        "now=$(readlink /opt/NAME/current); sh /opt/NAME/setup/release.sh rollback
         [ $now != $(readlink /opt/NAME/current) ]; READY",
    ),
    (
        "after a crash",
        "kill -9 $(systemctl show --property MainPID --value SERVICE); sleep 1.5; READY",
    ),
    (
        "the end",
        "systemctl stop SERVICE; [ $(systemctl show --property Result --value SERVICE) = success ]
         [ $(systemctl show --property ExecMainStatus --value SERVICE) = 0 ]",
    ),
    ("the next boot", "systemctl is-enabled SERVICE"),
];

fn ready(port: &str) -> String {
    let retry = "--retry 5 --retry-delay 1 --retry-connrefused";
    format!(
        "curl --fail --silent --show-error {retry} --max-time 10 http://127.0.0.1:{port}/readyz"
    )
}
