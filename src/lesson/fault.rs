//! What a step may do to the connection between a backend and its database server.

use serde::Deserialize;
use serde_json::Value;

/// `fault = "cut"`, `fault = { stall_after = 3 }`. It lasts until the next that is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Everything goes through again. Connections that had stalled are closed: what was held back
    /// never arrives.
    Pass,
    /// Nothing goes through any more, either way; connections stay open.
    Stall,
    /// The same, once so many more statements have gone through and were answered: a number from 0,
    /// or the `<name>` of one.
    StallAfter(Value),
    /// Connections are closed, and so is each new one.
    Cut,
    /// All that goes through is so late, each way.
    DelayMs(u64),
    /// Changes nothing: waits until a `stall_after` has come about, or all that was begun is
    /// answered, at most `within_ms`. `<fault>` is what came about, as a sentence without its stop.
    Await,
}

impl Fault {
    /// What is wrong with those of one probe, in their order, if anything.
    pub fn sound<'a>(all: impl Iterator<Item = &'a Fault>) -> Result<(), String> {
        let mut last = &Fault::Pass;
        for fault in all {
            match fault {
                Fault::StallAfter(Value::Number(count)) if count.as_u64().is_some() => {}
                Fault::StallAfter(Value::String(name)) if name.starts_with('<') => {}
                Fault::StallAfter(other) => {
                    return Err(format!("`stall_after` is {other}, no number of statements"));
                }
                Fault::DelayMs(millis) if *millis > LONGEST => {
                    return Err(format!("`delay_ms` is more than {LONGEST}"));
                }
                Fault::Await if !matches!(last, Fault::StallAfter(_)) => {
                    return Err("`fault = \"await\"` comes after a `stall_after`".to_string());
                }
                _ => {}
            }
            if *fault != Fault::Await {
                last = fault;
            }
        }
        match last {
            Fault::Pass => Ok(()),
            _ => Err("the last `fault` of a probe is \"pass\": others come after it".to_string()),
        }
    }
}

/// Longer than a backend waits for one answer.
const LONGEST: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct All {
        all: Vec<Fault>,
    }

    fn sound(text: &str) -> Result<(), String> {
        let read = toml::from_str::<All>(&format!("all = [{text}]"));
        Fault::sound(read.map_err(|error| error.to_string())?.all.iter())
    }

    #[test]
    fn a_probe_leaves_the_connection_as_it_was() {
        for good in [
            "",
            "'cut', 'pass'",
            "'stall', { delay_ms = 20 }, 'pass'",
            "{ stall_after = 3 }, 'await', 'pass'",
            "{ stall_after = '<moment>' }, 'await', 'pass'",
        ] {
            assert_eq!(sound(good), Ok(()), "{good}");
        }
        for bad in [
            "'cut'",
            "'pass', 'stall'",
            "{ stall_after = -1 }, 'pass'",
            "{ stall_after = 'three' }, 'pass'",
            "{ delay_ms = 99999 }, 'pass'",
            "'await'",
            "'stall', 'await', 'pass'",
            "{ stall_after = 3 }, 'await'",
            "'none'",
            "{ cut = true }",
            "{ stall_after = 3, delay_ms = 3 }, 'pass'",
        ] {
            assert!(sound(bad).is_err(), "{bad}");
        }
    }
}
