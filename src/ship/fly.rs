//! `fly.toml` as the platform reads it. A key that it does not know is an error.

use std::time::Duration;

use serde::Deserialize;
use toml::{Table, Value};

use crate::lesson::spec::Variables;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fly {
    #[serde(rename = "app")]
    _app: Option<String>,
    #[serde(rename = "primary_region")]
    _region: Option<String>,
    kill_signal: Option<String>,
    /// Seconds, or a text such as `40s`.
    kill_timeout: Option<Value>,
    #[serde(default, rename = "build")]
    _build: Table,
    #[serde(default)]
    pub deploy: Deploy,
    /// What everybody may read.
    #[serde(default)]
    pub env: Variables,
    #[serde(default)]
    pub http_service: Service,
    #[serde(default, rename = "mounts")]
    _mounts: Vec<Table>,
    #[serde(default, rename = "vm")]
    _vm: Vec<Table>,
}

/// How a release comes in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deploy {
    /// Words for the program, in a machine of its own and before all others.
    pub release_command: Option<String>,
    #[serde(rename = "release_command_timeout")]
    _timeout: Option<Value>,
    pub strategy: Option<String>,
}

/// What is behind the door of the platform.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub internal_port: Option<u16>,
    #[serde(rename = "force_https")]
    _https: Option<bool>,
    #[serde(rename = "auto_start_machines")]
    _start: Option<bool>,
    #[serde(rename = "auto_stop_machines")]
    _stop: Option<Value>,
    #[serde(rename = "min_machines_running")]
    _least: Option<u32>,
    #[serde(default, rename = "concurrency")]
    _concurrency: Table,
    #[serde(default)]
    pub checks: Vec<Check>,
}

/// What is asked before a machine gets requests.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    #[serde(rename = "method")]
    _method: Option<String>,
    pub path: String,
    #[serde(rename = "interval")]
    _interval: Option<Value>,
    #[serde(rename = "timeout")]
    _timeout: Option<Value>,
    #[serde(rename = "grace_period")]
    _grace: Option<Value>,
}

impl Fly {
    /// Reads a file; what is wrong with it is told in one line.
    pub fn read(text: &str) -> Result<Fly, String> {
        toml::from_str(text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start).min(text.len())];
            let line = before.matches('\n').count() + 1;
            let what = error.message().lines().collect::<Vec<_>>().join(", ");
            format!("line {line}: {what}")
        })
    }

    /// The port that the platform asks.
    pub fn port(&self) -> u16 {
        self.http_service.internal_port.unwrap_or(8080)
    }

    /// Every machine is replaced at once, whatever the new one says.
    pub fn is_immediate(&self) -> bool {
        self.deploy.strategy.as_deref() == Some("immediate")
    }

    /// How a machine is asked to end.
    pub fn signal(&self) -> &str {
        self.kill_signal.as_deref().unwrap_or("SIGINT")
    }

    /// How long it may take, before it is ended without being asked.
    pub fn patience(&self) -> Duration {
        duration(self.kill_timeout.as_ref()).unwrap_or(Duration::from_secs(5))
    }
}

/// A number of seconds, or a number with `s` or `m` behind.
fn duration(said: Option<&Value>) -> Option<Duration> {
    match said? {
        Value::Integer(seconds) => Some(Duration::from_secs(u64::try_from(*seconds).ok()?)),
        Value::String(text) => {
            let digits = text.trim_end_matches(['s', 'm']);
            let number: u64 = digits.parse().ok()?;
            let unit = if text.ends_with('m') { 60 } else { 1 };
            Some(Duration::from_secs(number * unit))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_the_platform_has_it() {
        let fly = Fly::read("app = \"x\"\n").unwrap();
        assert_eq!((fly.port(), fly.signal()), (8080, "SIGINT"));
        assert_eq!(fly.patience(), Duration::from_secs(5));
        let fly = Fly::read("kill_timeout = \"2m\"\n[deploy]\nstrategy = \"immediate\"\n").unwrap();
        assert_eq!(fly.patience(), Duration::from_secs(120));
        assert!(fly.is_immediate());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = Fly::read("app = \"x\"\n[http_service]\ninternal_prot = 3000\n").unwrap_err();
        assert!(error.contains("line 3") && error.contains("internal_prot"), "{error}");
    }
}
