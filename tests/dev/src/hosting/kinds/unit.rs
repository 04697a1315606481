//! Units of systemd: what systemd says of them, how little they may do, and what they start.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{Bench, From, Tool};

pub const KIND: Kind = Kind {
    name: "unit",
    is: |path| path.ends_with(".service"),
    read,
    tools: &[
        Tool {
            name: "systemd-analyze verify",
            program: "systemd-analyze",
            from: From::Debian("systemd"),
            command: |program, bench| analyze(program, &["verify", "--man=no"], bench),
        },
        Tool {
            name: "systemd-analyze security",
            program: "systemd-analyze",
            from: From::Debian("systemd"),
            // ten times the score, at most
            command: |program, bench| {
                analyze(program, &["security", "--offline=true", "--threshold=20"], bench)
            },
        },
    ],
    broken: &[
        Break::model("current/app migrate", "current/app migration"),
        Break::model("PORT=%i", "PORTS=%i"),
        Break::model("TimeoutStopSec=35", "TimeoutStopSec=5"),
        Break::model("HOST=127.0.0.1 ", ""),
        Break::model("DynamicUser=yes", "User=root"),
        Break::tool("systemd-analyze verify", "ProtectHome=yes", "ProtectHomes=yes"),
        Break::tool("systemd-analyze verify", "Type=exec", "Type=execute"),
        Break::tool("systemd-analyze security", "CapabilityBoundingSet=\n", ""),
    ],
};

/// A program that is there stands for the one that is not yet.
fn analyze(program: &Path, words: &[&str], bench: &Bench) -> Result<Command> {
    let text = bench.text()?;
    let lines = text.lines().map(|line| match line.split_once("/current/app") {
        Some((start, rest)) if start.starts_with("Exec") => {
            let key = start.split('=').next().unwrap_or_default();
            format!("{key}=/bin/true{rest}")
        }
        _ => line.to_string(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let unit = bench.beside("demo@.service", &(text + "\n"))?;
    let mut command = Command::new("sh");
    // `verify` complains and yet ends with success
    let strict = "said=$(\"$@\" 2>&1); code=$?; printf '%s' \"$said\"; \
                  case $said in *demo@*:*:*) exit 1 ;; esac; exit $code";
    command.args(["-c", strict, "sh"]).arg(program).args(words).arg(unit);
    Ok(command)
}

fn read(text: &str) -> Result<Facts> {
    let lines = text.lines().filter(|line| !line.starts_with(['#', '[']) && !line.is_empty());
    let pairs = lines.map(|line| line.split_once('=').with_context(|| format!("`{line}`")));
    let pairs: Vec<(&str, &str)> = pairs.collect::<Result<_>>()?;
    let all =
        |wanted: &'static str| pairs.iter().filter(move |(key, _)| *key == wanted).map(|it| it.1);
    ensure!(all("User").next().is_none(), "it runs as a user that stays");
    ensure!(all("DynamicUser").eq(["yes"]), "it runs as root");
    let mut facts = Facts::default();
    for command in all("ExecStart").chain(all("ExecStartPre")) {
        let (program, verb) = command.split_once(' ').context("a program without a verb")?;
        ensure!(program.ends_with("/current/app"), "it starts `{program}`");
        facts.verbs.push(verb.to_string());
    }
    let given: Vec<&str> = all("Environment").flat_map(str::split_whitespace).collect();
    for needed in ["APP_ENV=production", "HOST=127.0.0.1", "PORT=%i", "TRUSTED_PROXIES=127.0.0.1"] {
        ensure!(given.contains(&needed), "it does not say {needed}");
    }
    facts.variables =
        given.iter().filter_map(|pair| Some(pair.split_once('=')?.0.to_string())).collect();
    let Some(seconds) = all("TimeoutStopSec").next() else { bail!("no TimeoutStopSec") };
    facts.stop = Some(Duration::from_secs(seconds.parse()?));
    Ok(facts)
}
