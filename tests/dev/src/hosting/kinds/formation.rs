//! CloudFormation: a typed model of what runs there, and cfn-lint.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use regex::Regex;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "CloudFormation",
    is: |path| {
        ["express", "ground", "lambda"].iter().any(|it| path == format!("deploy/aws/{it}.yaml"))
    },
    read,
    tools: &[LINT],
    broken: &[
        Break::model("ContainerPort: 3000", "ContainerPort: 80"),
        Break::model("HealthCheckPath: /readyz", "HealthCheckPath: /ping"),
        Break::model("Command: [migrate]", "Command: [migration]"),
        Break::model("Name: DATABASE_URL", "Name: DATABASE_URI"),
        Break::model("MaxTaskCount: 4", "MaxTaskCount: 40"),
        Break::model("MaxTaskCount: 4", "MaxTaskCount: 5"),
        Break::model("INSTANCES: \"20\"", "INSTANCES: \"21\""),
        Break::model("SHUTDOWN_GRACE_MS, Value: \"20000\"", "SHUTDOWN_GRACE_MS, Value: \"30000\""),
        Break::model("AWS_LWA_PORT: \"3000\"", "AWS_LWA_PORT: \"8080\""),
        Break::model("DATABASE_MAX_CONNECTIONS: \"1\"", "DATABASE_MAX_CONNECTIONS: \"10\""),
        Break::model("\"{{resolve:secretsmanager:", "\"{{resolve:ssm-secure:"),
        Break::model("ReadonlyRootFilesystem: true", "ReadonlyRootFilesystem: false"),
        Break::model("Cpu: \"256\"\n      Memory", "Cpus: \"256\"\n      Memory"),
        Break::tool("cfn-lint", "HealthCheckPath:", "HealthCheckPaths:"),
        Break::tool("cfn-lint", "AutoScalingMetric: AVERAGE_CPU", "AutoScalingMetric: CPU"),
        Break::tool("cfn-lint", "MemorySize: 512", "MemorySizes: 512"),
        Break::tool("cfn-lint", "!GetAtt ExecutionRole.Arn", "!GetAtt Execution.Arn"),
    ],
};

/// Of every template.
pub const LINT: Tool = Tool {
    name: "cfn-lint",
    program: "cfn-lint",
    from: From::Python("cfn-lint==1.58.0"),
    command: |program, bench| plain(program, &["--non-zero-exit-code", "informational"], bench),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    _version: String,
    #[serde(rename = "Transform")]
    _transform: Option<String>,
    #[serde(rename = "Description")]
    _description: String,
    #[serde(rename = "Parameters")]
    _parameters: BTreeMap<String, IgnoredAny>,
    resources: BTreeMap<String, Resource>,
    #[serde(rename = "Outputs")]
    _outputs: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(tag = "Type", content = "Properties")]
enum Resource {
    #[serde(rename = "AWS::ECS::ExpressGatewayService")]
    Express(Box<Express>),
    #[serde(rename = "AWS::Serverless::Function")]
    Function(Box<Function>),
    #[serde(rename = "AWS::ECS::TaskDefinition")]
    Task(Box<Task>),
    #[serde(rename = "AWS::IAM::Role")]
    Role(IgnoredAny),
    #[serde(rename = "AWS::EC2::SecurityGroup")]
    Group(IgnoredAny),
    #[serde(rename = "AWS::ECS::Cluster")]
    Cluster(IgnoredAny),
    #[serde(rename = "AWS::Logs::LogGroup")]
    Logs(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Express {
    health_check_path: String,
    primary_container: Container,
    scaling_target: Scaling,
    #[serde(rename = "ServiceName")]
    _service_name: String,
    #[serde(rename = "Cluster")]
    _cluster: String,
    #[serde(rename = "Cpu")]
    _cpu: String,
    #[serde(rename = "Memory")]
    _memory: String,
    #[serde(rename = "ExecutionRoleArn")]
    _execution_role_arn: IgnoredAny,
    #[serde(rename = "InfrastructureRoleArn")]
    _infrastructure_role_arn: IgnoredAny,
    #[serde(rename = "TaskRoleArn")]
    _task_role_arn: IgnoredAny,
    #[serde(rename = "NetworkConfiguration")]
    _network_configuration: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Container {
    #[serde(rename = "Image")]
    _image: String,
    command: Vec<String>,
    container_port: Option<u16>,
    environment: Vec<Setting>,
    secrets: Vec<Setting>,
    #[serde(rename = "Name")]
    _name: Option<String>,
    #[serde(rename = "Essential")]
    _essential: Option<bool>,
    readonly_root_filesystem: Option<bool>,
    #[serde(rename = "LogConfiguration")]
    _log_configuration: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Setting {
    name: String,
    value: Option<String>,
    value_from: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Scaling {
    min_task_count: usize,
    max_task_count: usize,
    #[serde(rename = "AutoScalingMetric")]
    _auto_scaling_metric: String,
    #[serde(rename = "AutoScalingTargetValue")]
    _auto_scaling_target_value: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    container_definitions: Vec<Container>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    package_type: String,
    timeout: u64,
    reserved_concurrent_executions: usize,
    auto_publish_alias: String,
    environment: Environment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Environment {
    variables: BTreeMap<String, String>,
}

fn read(text: &str) -> Result<Facts> {
    // the short forms of functions are words of their own in YAML
    let text = Regex::new(r"!(Ref|Sub|GetAtt) ")?.replace_all(text, "");
    let text =
        Regex::new(r"(?m)^    (?:Deletion|UpdateReplace)Policy: Delete\n")?.replace_all(&text, "");
    let template: Template = serde_saphyr::from_str(&text)?;
    let facts = template.resources.values().filter_map(|resource| match resource {
        Resource::Express(it) => Some(express(it)),
        Resource::Function(it) => Some(function(it)),
        Resource::Task(it) => Some(task(it)),
        _ => None,
    });
    let mut facts = facts.collect::<Result<Vec<Facts>>>()?;
    ensure!(facts.len() == 1, "{} things run", facts.len());
    facts.pop().context("nothing runs")
}

fn express(it: &Express) -> Result<Facts> {
    let mut facts = it.primary_container.facts()?;
    facts.ports.push(it.primary_container.container_port.context("requests would go to port 80")?);
    facts.health.push(it.health_check_path.clone());
    let (least, most) = (it.scaling_target.min_task_count, it.scaling_target.max_task_count);
    ensure!(0 < least && least <= most, "{least} to {most} tasks");
    // what ECS gives a task that it ends
    (facts.instances, facts.stop) = (most, Some(Duration::from_secs(30)));
    facts.coming = Some(1);
    Ok(facts)
}

fn task(it: &Task) -> Result<Facts> {
    let [container] = it.container_definitions.as_slice() else { anyhow::bail!("one container") };
    let sealed = container.readonly_root_filesystem == Some(true);
    ensure!(sealed, "it may write on its own file system");
    container.facts()
}

impl Container {
    fn facts(&self) -> Result<Facts> {
        let mut facts =
            Facts { verbs: self.command.clone(), all_variables: true, ..Facts::default() };
        for setting in &self.environment {
            let value = setting.value.clone().with_context(|| format!("no {}", setting.name))?;
            facts.settings.insert(setting.name.clone(), value);
        }
        for secret in &self.secrets {
            let from = secret.value_from.as_deref().unwrap_or_default();
            let own = from == format!("${{Secret}}:{}::", secret.name);
            ensure!(own && secret.value.is_none(), "`{}` comes from `{from}`", secret.name);
            facts.variables.push(secret.name.clone());
        }
        Ok(facts)
    }
}

fn function(it: &Function) -> Result<Facts> {
    ensure!(it.package_type == "Image" && it.auto_publish_alias == "live", "it cannot go back");
    ensure!(it.timeout >= 15, "a request may take longer than {} seconds", it.timeout);
    let mut facts = Facts {
        instances: it.reserved_concurrent_executions,
        // they are reserved for all versions together
        coming: Some(0),
        all_variables: true,
        ..Facts::default()
    };
    for (name, value) in &it.environment.variables {
        let secret = value.starts_with("{{resolve:secretsmanager:");
        ensure!(secret || !value.starts_with("{{"), "a function cannot read `{value}`");
        match name.as_str() {
            "AWS_LWA_PORT" => facts.ports.push(value.parse()?),
            "AWS_LWA_READINESS_CHECK_PATH" => facts.health.push(value.clone()),
            _ if secret => {
                ensure!(value.ends_with(&format!(":{name}}}}}")), "`{name}` is `{value}`");
                facts.variables.push(name.clone());
            }
            _ => {
                facts.settings.insert(name.clone(), value.clone());
            }
        }
    }
    ensure!(facts.ports.len() == 1 && facts.health.len() == 1, "the adapter finds nobody");
    Ok(facts)
}
