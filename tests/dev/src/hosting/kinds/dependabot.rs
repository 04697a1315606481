//! Dependabot: who looks for newer crates, and how long a release must be out.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "dependabot",
    is: |path| path == ".github/dependabot.yml",
    read,
    tools: &[
        Tool {
            name: "check-jsonschema",
            program: "check-jsonschema",
            from: From::Python("check-jsonschema==0.39.0"),
            command: |program, bench| {
                plain(program, &["--builtin-schema", "vendor.dependabot"], bench)
            },
        },
        Tool {
            name: "zizmor",
            program: "zizmor",
            from: From::Python("zizmor==1.32.0"),
            command: |program, bench| {
                plain(program, &["--offline", "--quiet", "--no-progress"], bench)
            },
        },
    ],
    broken: &[
        Break::model("default-days: 7", "days: 7"),
        Break::model("default-days: 7", "default-days: 0"),
        Break::model("package-ecosystem: cargo", "package-ecosystem: npm"),
        Break::tool("check-jsonschema", "interval: weekly", "interval: often"),
        Break::tool("check-jsonschema", "directory: /", "folder: /"),
        Break::tool("zizmor", "    cooldown: { default-days: 7 }\n", ""),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dependabot {
    version: u32,
    updates: Vec<Update>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Update {
    package_ecosystem: String,
    directory: String,
    schedule: BTreeMap<String, String>,
    cooldown: Cooldown,
    #[serde(default, rename = "groups")]
    _groups: BTreeMap<String, Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Cooldown {
    default_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Group {
    #[serde(rename = "patterns")]
    _patterns: Vec<String>,
    #[serde(default, rename = "update-types")]
    _update_types: Vec<String>,
}

fn read(text: &str) -> Result<Facts> {
    let all: Dependabot = serde_saphyr::from_str(text)?;
    ensure!(all.version == 2, "version {}", all.version);
    let looks = |name: &str| all.updates.iter().any(|update| update.package_ecosystem == name);
    ensure!(looks("cargo") && looks("github-actions"), "nobody looks for newer crates and actions");
    let mut facts = Facts::default();
    for update in &all.updates {
        ensure!(update.cooldown.default_days >= 7, "a release may be bad on its first day");
        ensure!(update.directory == "/" && !update.schedule.is_empty(), "it looks nowhere");
        let image = update.package_ecosystem == "docker";
        facts.files.extend(image.then(|| "Dockerfile".to_string()));
    }
    Ok(facts)
}
