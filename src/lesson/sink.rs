//! A server of ours that a backend calls: what it answers.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::lesson::spec::Variables;

/// `sink = { name = "bank", says = [{ status = 500, times = 2 }, { status = 200 }] }`. It answers in
/// this order, and the last again and again; what came to it before is forgotten.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// One of `sinks`.
    pub name: String,
    pub says: Vec<Says>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    pub status: u16,
    #[serde(default)]
    pub headers: Variables,
    /// JSON.
    pub body: Option<Value>,
    /// So long after the request.
    #[serde(default)]
    pub delay_ms: u64,
    /// The connection ends when so many bytes of the answer were sent.
    pub cut_after: Option<usize>,
    #[serde(default = "once")]
    pub times: usize,
}

impl Script {
    /// What is wrong with it, if anything.
    pub fn sound(&self, sinks: &[String]) -> Result<(), String> {
        declared(&self.name, sinks)?;
        let Some(last) = self.says.last() else {
            return Err(format!("`{}` says nothing", self.name));
        };
        for says in &self.says {
            if !(200..600).contains(&says.status) {
                return Err(format!("`status` is {}, and is 200 to 599", says.status));
            }
            if says.delay_ms > LONGEST {
                return Err(format!("`delay_ms` is more than {LONGEST}"));
            }
            if says.times == 0 || says.times > MOST {
                return Err(format!("`times` is {}, and is 1 to {MOST}", says.times));
            }
        }
        match last.times {
            1 => Ok(()),
            _ => Err("the last answer needs no `times`: it is said again and again".to_string()),
        }
    }
}

/// A sink that a step names is one that the probes have.
pub fn declared(name: &str, sinks: &[String]) -> Result<(), String> {
    match sinks.iter().any(|sink| sink == name) {
        true => Ok(()),
        false => Err(format!("`sinks` has no `{name}`")),
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.says.iter().map(Says::to_string).collect();
        write!(f, "`{}`, which the backend calls, answers {}", self.name, all.join(", then "))
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if self.delay_ms > 0 {
            write!(f, " after {} ms", self.delay_ms)?;
        }
        if let Some(bytes) = self.cut_after {
            write!(f, ", cut off after {bytes} bytes")?;
        }
        if self.times > 1 {
            write!(f, " {} times", self.times)?;
        }
        Ok(())
    }
}

fn once() -> usize {
    1
}

/// Longer than a backend may wait for one answer.
const LONGEST: u64 = 15_000;
/// More answers than a rule has requests.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_sound_and_says_what_it_does() {
        let script = |text: &str| {
            let script = toml::from_str::<Script>(&format!("name = 'bank'\nsays = [{text}]"));
            script.map_err(|error| error.to_string())
        };
        let sinks = ["bank".to_string()];
        let good = "{ status = 503, times = 2 }, { status = 200, delay_ms = 40, cut_after = 9 }";
        let good = script(good).unwrap();
        assert_eq!(good.sound(&sinks), Ok(()));
        let told = "answers 503 2 times, then 200 after 40 ms, cut off after 9 bytes";
        assert!(good.to_string().ends_with(told), "{good}");
        assert!(good.sound(&[]).unwrap_err().contains("no `bank`"));
        for (bad, why) in [
            ("", "says nothing"),
            ("{ status = 100 }", "`status` is 100"),
            ("{ status = 200, delay_ms = 99999 }", "`delay_ms`"),
            ("{ status = 200, times = 0 }", "`times` is 0"),
            ("{ status = 200, times = 3 }", "again and again"),
        ] {
            let error = script(bad).unwrap().sound(&sinks).unwrap_err();
            assert!(error.contains(why), "{bad}: {error}");
        }
        assert!(script("{ status = 200, delay = 1 }").is_err());
    }
}
