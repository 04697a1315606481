//! Which commands of a workflow are a gate: they run on each change, and their failure counts.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::lesson::spec::Variables;
use crate::pipeline::workflow::{Job, Step, Workflow};

/// A line of a `run:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// As it stands in the file.
    pub line: String,
    /// Word by word, the program first.
    pub words: Vec<String>,
    /// Where it runs, below the project.
    pub folder: PathBuf,
    pub env: Variables,
    /// Why its failure stops nobody; nothing when it is a gate.
    pub idle: Option<String>,
}

/// The commands of a job in their order, without those that fetch tools.
pub fn commands(workflow: &Workflow, job: &Job) -> Vec<Command> {
    let whole = [condition(job.condition.as_ref()), lenient(&job.continue_on_error)];
    let whole = whole.into_iter().flatten().next().map(|why| format!("its job has {why}"));
    let mut all = Vec::new();
    for step in &job.steps {
        let Some(script) = &step.run else { continue };
        let why = whole.clone().or_else(|| step.idle(workflow, job));
        let folder = step.folder(workflow, job);
        let mut env = Variables::new();
        for set in [&workflow.env, &job.env, &step.env] {
            env.extend(variables(set));
        }
        for line in lines(script) {
            let (words, plain) = match words(&line) {
                Ok(words) => (words, None),
                Err(why) => (vec![], Some(why)),
            };
            if words.first().is_some_and(|word| word == "rustup") {
                continue;
            }
            let away = folder.is_none().then(|| "a `working-directory` elsewhere".to_string());
            let other = words.first().filter(|word| *word != "cargo");
            let other = other.map(|word| format!("only `cargo` is run here, no `{word}`"));
            all.push(Command {
                idle: why.clone().or(plain).or(away).or(other),
                line,
                words,
                folder: folder.clone().unwrap_or_default(),
                env: env.clone(),
            });
        }
    }
    all
}

impl Command {
    /// What cargo is asked to do, and with which words, up to those for somebody else.
    pub fn verb(&self) -> Option<(&str, &[String])> {
        let own = self.words.iter().position(|word| word == "--").unwrap_or(self.words.len());
        let words = self.words.get(1..own)?;
        let at = words.iter().position(|word| !word.starts_with(['-', '+']))?;
        (self.words[0] == "cargo").then(|| (words[at].as_str(), words))
    }
}

impl Step {
    /// Why its failure stops nobody.
    fn idle(&self, workflow: &Workflow, job: &Job) -> Option<String> {
        let shells = [&self.shell, &job.defaults.run.shell, &workflow.defaults.run.shell];
        let shell = shells.into_iter().flatten().next();
        let odd = shell.filter(|shell| !["bash", "sh"].contains(&shell.as_str()));
        let said = [condition(self.condition.as_ref()), lenient(&self.continue_on_error)];
        said.into_iter().flatten().next().or_else(|| odd.map(|shell| format!("`shell: {shell}`")))
    }

    /// Where it runs; nothing when that is not in the project.
    fn folder(&self, workflow: &Workflow, job: &Job) -> Option<PathBuf> {
        let all = [&job.defaults.run, &workflow.defaults.run];
        let all = all.into_iter().filter_map(|run| run.working_directory.as_ref());
        let Some(said) = self.working_directory.iter().chain(all).next() else {
            return Some(PathBuf::new());
        };
        let below = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        let path = Path::new(said);
        (!said.contains('$') && path.components().all(|it| below(&it))).then(|| path.to_path_buf())
    }
}

/// Why something does not run on a change: only what is always true is a gate.
fn condition(said: Option<&Value>) -> Option<String> {
    let said = said?;
    let text = said.as_str().map_or_else(|| said.to_string(), str::to_string);
    let bare = text.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    let always = ["true", "always()", "success()", "!cancelled()"].contains(&bare);
    (!always).then(|| format!("`if: {text}`"))
}

fn lenient(said: &Value) -> Option<String> {
    let strict = matches!(said, Value::Null | Value::Bool(false));
    (!strict).then(|| "`continue-on-error`".to_string())
}

/// What a value of the runner would say is nobody's here.
fn variables(env: &BTreeMap<String, Value>) -> Variables {
    let plain = |value: &Value| match value {
        Value::String(text) if text.contains("${{") => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    env.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn lines(script: &str) -> Vec<String> {
    let lines = script.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_string).collect()
}

/// The words of a line that means the same without a shell, or what needs one.
fn words(line: &str) -> Result<Vec<String>, String> {
    if let Some(sign) = SIGNS.iter().find(|sign| line.contains(**sign)) {
        return Err(format!("`{sign}` needs a shell: write one plain command a line"));
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
    match words.first() {
        Some(first) if first.contains('=') => Err("a variable belongs under `env:`".to_string()),
        _ => Ok(words),
    }
}

/// What a shell would not take as it stands; the longer ones first.
const SIGNS: [&str; 17] =
    ["||", "&&", "${{", "|", "&", ";", "<", ">", "$", "`", "\\", "\"", "'", "(", "*", "?", "~"];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(step: &str) -> Vec<Command> {
        let text = format!("on: push\nenv: {{ A: 1, B: x }}\njobs:\n  a:\n    steps:\n{step}");
        let workflow = Workflow::read(&text).unwrap();
        commands(&workflow, &workflow.jobs["a"])
    }

    fn idle(step: &str) -> String {
        of(step)[0].idle.clone().unwrap_or_default()
    }

    #[test]
    fn a_plain_command_is_a_gate() {
        let all =
            of("      - run: |\n          # first\n          cargo fmt --all --check\n          \
                      cargo +stable clippy --locked -- -D warnings\n        \
                      env: { B: y }\n        working-directory: ./app\n");
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].idle, None);
        assert_eq!(all[0].words, ["cargo", "fmt", "--all", "--check"]);
        assert_eq!(all[0].folder, Path::new("./app"));
        assert_eq!((&*all[0].env["A"], &*all[0].env["B"]), ("1", "y"));
        let (verb, words) = all[1].verb().unwrap();
        assert_eq!(
            (verb, words),
            ("clippy", ["+stable", "clippy", "--locked"].map(String::from).as_slice())
        );
    }

    #[test]
    fn what_cannot_stop_anybody_says_why() {
        for (step, why) in [
            ("      - run: cargo test || true\n", "`||` needs a shell"),
            ("      - run: cargo test\n        if: false\n", "`if: false`"),
            (
                "      - run: cargo test\n        if: startsWith(github.ref, 'refs/tags/')\n",
                "`if: starts",
            ),
            ("      - run: cargo test\n        continue-on-error: true\n", "`continue-on-error`"),
            ("      - run: cargo test\n        working-directory: ../x\n", "`working-directory`"),
            ("      - run: cargo test\n        shell: bash {0}\n", "`shell: bash {0}`"),
            ("      - run: CI=1 cargo test\n", "`env:`"),
            ("      - run: just test\n", "no `just`"),
        ] {
            assert!(idle(step).contains(why), "{step}: {}", idle(step));
        }
        assert_eq!(idle("      - run: cargo test\n        if: ${{ !cancelled() }}\n"), "");
        assert!(of("      - run: rustup show\n").is_empty());
    }

    #[test]
    fn a_job_that_does_not_count_has_no_gate() {
        let text = "on: push\njobs:\n  a:\n    continue-on-error: true\n    steps:\n      - run: cargo test\n";
        let workflow = Workflow::read(text).unwrap();
        let all = commands(&workflow, &workflow.jobs["a"]);
        assert_eq!(all[0].idle.as_deref(), Some("its job has `continue-on-error`"));
    }
}
