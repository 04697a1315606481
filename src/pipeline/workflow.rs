//! A workflow of GitHub Actions as its file says it. A key that GitHub does not know is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Workflow {
    #[serde(default, rename = "name")]
    _name: Skip,
    #[serde(default, rename = "run-name")]
    _run_name: Skip,
    /// What starts it: a name, several, or a table with more about each.
    #[serde(default)]
    pub on: Value,
    /// What it may do, where a job says nothing of its own.
    pub permissions: Option<Value>,
    #[serde(default)]
    pub env: BTreeMap<String, Value>,
    #[serde(default)]
    pub defaults: Defaults,
    #[serde(default, rename = "concurrency")]
    _concurrency: Skip,
    pub jobs: BTreeMap<String, Job>,
}

/// Steps on one machine.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    #[serde(default, rename = "name")]
    _name: Skip,
    #[serde(default, rename = "needs")]
    _needs: Skip,
    #[serde(default, rename = "runs-on")]
    _runs_on: Skip,
    #[serde(default, rename = "snapshot")]
    _snapshot: Skip,
    #[serde(default, rename = "environment")]
    _environment: Skip,
    #[serde(default, rename = "concurrency")]
    _concurrency: Skip,
    #[serde(default, rename = "outputs")]
    _outputs: Skip,
    #[serde(default, rename = "timeout-minutes")]
    _timeout: Skip,
    #[serde(default, rename = "strategy")]
    _strategy: Skip,
    #[serde(default, rename = "container")]
    _container: Skip,
    #[serde(default, rename = "with")]
    _with: Skip,
    #[serde(default, rename = "secrets")]
    _secrets: Skip,
    pub permissions: Option<Value>,
    #[serde(rename = "if")]
    pub condition: Option<Value>,
    #[serde(default)]
    pub env: BTreeMap<String, Value>,
    #[serde(default)]
    pub defaults: Defaults,
    #[serde(default)]
    pub continue_on_error: Value,
    /// Servers that run beside it, by name.
    #[serde(default)]
    pub services: BTreeMap<String, Service>,
    /// Another workflow in place of steps.
    pub uses: Option<String>,
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A server beside a job.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Service {
    pub image: String,
}

/// What holds for all steps that do not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    #[serde(default)]
    pub run: Run,
}

/// How commands are run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Run {
    pub shell: Option<String>,
    pub working_directory: Option<String>,
}

/// One step: an action, or commands.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    #[serde(default, rename = "id")]
    _id: Skip,
    #[serde(default, rename = "name")]
    _name: Skip,
    #[serde(default, rename = "with")]
    _with: Skip,
    #[serde(default, rename = "timeout-minutes")]
    _timeout: Skip,
    #[serde(rename = "if")]
    pub condition: Option<Value>,
    pub uses: Option<String>,
    pub run: Option<String>,
    pub shell: Option<String>,
    pub working_directory: Option<String>,
    #[serde(default)]
    pub env: BTreeMap<String, Value>,
    #[serde(default)]
    pub continue_on_error: Value,
}

/// Something that is allowed and does not matter here.
#[derive(Clone, Debug, Default, PartialEq)]
struct Skip;

impl<'de> Deserialize<'de> for Skip {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Skip, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Skip)
    }
}

impl Workflow {
    /// Reads a file; what is wrong with it is told in one line.
    pub fn read(text: &str) -> Result<Workflow, String> {
        // only `true` and `false` are, as on GitHub: `on` and `y` are words
        let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
        serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_read_as_it_stands() {
        let text = "name: x\non: [push, pull_request]\npermissions: {}\njobs:\n  a:\n    \
                    runs-on: ubuntu-24.04\n    services:\n      db: { image: postgres:18 }\n    \
                    steps:\n      - run: cargo test\n        if: false\n        continue-on-error: true\n";
        let workflow = Workflow::read(text).unwrap();
        assert_eq!(workflow.on, serde_json::json!(["push", "pull_request"]));
        let job = &workflow.jobs["a"];
        assert_eq!(job.services["db"].image, "postgres:18");
        assert_eq!(job.steps[0].condition, Some(Value::Bool(false)));
        assert_eq!(job.steps[0].continue_on_error, Value::Bool(true));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = "on: push\njobs:\n  a:\n    runs-on: x\n    step:\n      - run: cargo test\n";
        let error = Workflow::read(text).unwrap_err();
        assert!(error.contains("step") && error.contains("line 5"), "{error}");
        assert!(!error.contains('\n'), "{error}");
        assert!(Workflow::read("jobs: [").is_err());
    }
}
