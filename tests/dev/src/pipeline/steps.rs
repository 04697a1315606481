//! The jobs of a generated pipeline, and how their steps are run on this machine.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::pipeline::project::Project;
use crate::work;

/// Steps that run one after the other.
pub struct Job {
    pub name: String,
    pub steps: Vec<Step>,
}

/// What one step says.
pub struct Step {
    pub run: String,
    /// Variables that the pipeline fills in.
    env: Vec<String>,
}

/// How a job ended.
pub enum Outcome {
    Green { steps: usize, seconds: u64, missing: Vec<String> },
    Red { step: String, said: String },
}

/// The jobs that check, in their order.
pub fn of(project: &Project) -> Result<Vec<Job>> {
    let [github, gitlab] = [".github/workflows/ci.yml", ".gitlab-ci.yml"];
    let read = |path: &str| -> Option<Result<Value>> {
        let text = fs::read_to_string(project.dir.join(path)).ok()?;
        Some(serde_saphyr::from_str(&text).with_context(|| format!("cannot read `{path}`")))
    };
    let jobs: Vec<(String, Value)> = match read(github) {
        Some(file) => {
            let jobs = file?["jobs"].as_object().cloned().context("no jobs")?;
            jobs.into_iter().map(|(name, job)| (name, job["steps"].clone())).collect()
        }
        None => {
            let file = read(gitlab).context("there is no pipeline")??;
            let jobs = file.as_object().cloned().context("no jobs")?.into_iter();
            let scripts = jobs.map(|(name, job)| (name, job["script"].clone()));
            scripts.filter(|(_, script)| script.is_array()).collect()
        }
    };
    Ok(jobs.into_iter().map(|(name, steps)| Job { name, steps: steps_of(&steps) }).collect())
}

fn steps_of(steps: &Value) -> Vec<Step> {
    let items = steps.as_array().into_iter().flatten();
    let runs = items.filter_map(|item| {
        let run = item.as_str().or_else(|| item["run"].as_str())?.trim().to_string();
        let env = item["env"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
        Some(Step { run, env: env.collect() })
    });
    // the tools are here already
    let made =
        |step: &Step| step.run.starts_with("rustup ") || step.run.starts_with("cargo install ");
    runs.filter(|step| !made(step)).collect()
}

impl Job {
    /// Runs its steps until one goes red.
    pub fn run(&self, project: &Project) -> Result<Outcome> {
        let began = Instant::now();
        let mut env = project.servers.clone();
        let mut missing = Vec::new();
        for step in &self.steps {
            let said = match step.argv() {
                Some(words) if !is_there(&words) => {
                    missing.push(step.run.clone());
                    continue;
                }
                Some(words) => work::output(cargo(project, &words).envs(&env))?,
                None => step.shell(project, &mut env)?,
            };
            if !said.status.success() {
                return Ok(Outcome::Red { step: step.run.clone(), said: work::tail(&said, 200) });
            }
        }
        let (steps, seconds) = (self.steps.len() - missing.len(), began.elapsed().as_secs());
        Ok(Outcome::Green { steps, seconds, missing })
    }
}

impl Step {
    /// A command of cargo, word for word.
    fn argv(&self) -> Option<Vec<&str>> {
        let plain = !self.run.contains(['\n', '$', '"', '\'', '|', '&', '>']);
        let words: Vec<&str> = self.run.split_whitespace().collect();
        (plain && words.first() == Some(&"cargo")).then(|| words[1..].to_vec())
    }

    /// Anything else, as runners run it; what it exports is kept for the next steps.
    fn shell(&self, project: &Project, env: &mut BTreeMap<String, String>) -> Result<Output> {
        let kept = tempfile::NamedTempFile::new()?;
        let export = self.run.strip_prefix("export ").and_then(|rest| rest.split('=').next());
        let keep = export.map(|name| format!("\necho \"{name}=${name}\" >> \"$GITHUB_ENV\""));
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
        bash.arg(self.run.clone() + &keep.unwrap_or_default());
        bash.current_dir(&project.dir).stdin(Stdio::null()).envs(&*env);
        bash.env("GITHUB_ENV", kept.path()).env("BEFORE", &project.base);
        for name in self.env.iter().filter(|name| *name != "BEFORE") {
            bash.env(name, "");
        }
        let said = work::output(&mut bash)?;
        let lines = fs::read_to_string(kept.path())?;
        let pairs = lines.lines().filter_map(|line| line.split_once('='));
        env.extend(pairs.map(|(name, value)| (name.to_string(), value.to_string())));
        Ok(said)
    }
}

fn cargo(project: &Project, words: &[&str]) -> Command {
    let mut command = work::cargo(&project.dir, words);
    // or the last line of what rustfmt says is how to end a colour
    command.env("TERM", "dumb");
    if let (Some(advisories), ["audit", ..]) = (std::env::var_os("ADVISORY_DB"), words) {
        command.arg("--db").arg(advisories).arg("--no-fetch");
    }
    command
}

/// A part of cargo that came with it, or that is installed.
fn is_there(words: &[&str]) -> bool {
    let name = words.first().copied().unwrap_or_default();
    let own = ["build", "clippy", "fmt", "run", "test"].contains(&name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = format!("cargo-{name}{}", std::env::consts::EXE_SUFFIX);
    own || std::env::split_paths(&path).any(|folder| folder.join(&program).is_file())
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Green { steps, seconds, missing } => {
                write!(f, "{steps} steps passed in {seconds} s")?;
                let left = missing.iter().map(|step| format!("; not installed: `{step}`"));
                f.write_str(&left.collect::<String>())
            }
            Outcome::Red { step, said } => {
                let step = step.lines().next().unwrap_or_default();
                write!(f, "stopped by `{step}`: {}", said.lines().last().unwrap_or_default())
            }
        }
    }
}
