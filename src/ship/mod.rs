//! What a file for a platform is worth: what it says, and which releases it lets in.

pub mod fly;

use std::time::Duration;

use serde::Deserialize;

use crate::judge::Wrong;
use fly::Fly;

/// What a step of a probe asks of the platform.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ship {
    /// The file, below the project.
    pub file: String,
    pub ask: Ask,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// No secret stands in the file.
    Secrets,
    /// A machine has the time to end that the program may take.
    Patience,
    /// The command before a release brings an empty database up to date.
    Migrate,
    /// The program is reached at the port of the file.
    Reach,
    /// A good release is let in.
    Good,
    /// The command before this one fails.
    CommandFails,
    /// This one ends at once.
    CannotStart,
    /// This one lives, and never becomes ready.
    NeverReady,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What the file says, or why it cannot be read.
    pub fly: Result<Fly, String>,
    pub shipped: Option<Shipped>,
}

/// A release that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// It was let in.
    pub is_in: bool,
    /// Why it was, or was not.
    pub why: String,
    /// What is answered at the door after that, to whoever asks whether it is ready.
    pub door: Result<u16, String>,
    /// What happened, in order.
    pub log: Vec<String>,
}

impl Ask {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Ask::Secrets => "what everybody may read (`[env]`)",
            Ask::Patience => "how long a machine may take to end (`kill_timeout`)",
            Ask::Migrate => "the command before a release, on an empty database",
            Ask::Reach => "a machine, asked at the port of the file",
            Ask::Good => "a good release",
            Ask::CommandFails => "a release whose command fails",
            Ask::CannotStart => "a release that cannot start",
            Ask::NeverReady => "a release that never becomes ready",
        }
    }

    /// It is answered by the file alone.
    pub fn is_static(self) -> bool {
        matches!(self, Ask::Secrets | Ask::Patience)
    }
}

impl Ship {
    /// Whether what was seen is as it should be.
    pub fn judge(&self, seen: &Seen) -> Result<(), Wrong> {
        let expected = || format!("a file `{}` that the platform takes", self.file);
        let fly = seen.fly.as_ref().map_err(|why| Wrong::new(expected(), why))?;
        let Some(shipped) = &seen.shipped else {
            return if self.ask == Ask::Secrets { secrets(fly) } else { patience(fly) };
        };
        let door = match &shipped.door {
            Ok(status) => format!("at the door /readyz answers {status}"),
            Err(why) => format!("at the door nobody answers: {why}"),
        };
        let got = match &shipped.door {
            Err(why) if *why == shipped.why => why.clone(),
            _ => format!("{}; {door}", shipped.why),
        };
        let serves = shipped.door == Ok(200);
        match self.ask {
            Ask::Migrate if !serves => {
                Err(Wrong::new("a program that is ready on this database", got))
            }
            Ask::Reach | Ask::Good if !shipped.is_in || !serves => {
                Err(Wrong::new("the release is let in, and serves", got))
            }
            Ask::CommandFails | Ask::CannotStart | Ask::NeverReady if shipped.is_in || !serves => {
                let what = self.ask.words();
                Err(Wrong::new(format!("the old one goes on serving after {what}"), got))
            }
            _ => Ok(()),
        }
    }
}

impl Seen {
    /// What was seen, line by line.
    pub fn lines(&self) -> Vec<String> {
        let wrong = self.fly.as_ref().err().into_iter().cloned();
        wrong.chain(self.shipped.iter().flat_map(|it| it.log.clone())).collect()
    }
}

fn secrets(fly: &Fly) -> Result<(), Wrong> {
    let named = |name: &str| SECRET.iter().any(|end| name.ends_with(end));
    // user:password@host
    let inside = |value: &str| {
        let rest = value.split_once("://").map_or("", |(_, rest)| rest);
        rest.split_once('@').is_some_and(|(user, _)| user.contains(':'))
    };
    match fly.env.iter().find(|(name, value)| named(name) || inside(value)) {
        Some((name, _)) => {
            let got = format!("`{name}` stands in `[env]`");
            Err(Wrong::new("no secret in a file that is committed", got))
        }
        None => Ok(()),
    }
}

/// The program waits for its balancer, then for its requests.
fn patience(fly: &Fly) -> Result<(), Wrong> {
    let said = |name: &str, usual: u64| {
        let said = fly.env.get(name).and_then(|text| text.parse().ok());
        Duration::from_millis(said.unwrap_or(usual))
    };
    let needs = said("SHUTDOWN_DELAY_MS", 0) + said("SHUTDOWN_GRACE_MS", 25_000);
    if fly.patience() > needs {
        return Ok(());
    }
    let (has, needs) = (fly.patience().as_secs(), needs.as_secs());
    let expected = format!("more than the {needs} s that the program may take to end");
    Err(Wrong::new(expected, format!("`kill_timeout` is {has} s, then comes SIGKILL")))
}

const SECRET: [&str; 4] = ["_KEY", "_SECRET", "_TOKEN", "_PASSWORD"];

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(ask: Ask, fly: &str, shipped: Option<Shipped>) -> String {
        let seen = Seen { fly: Fly::read(fly), shipped };
        let ship = Ship { file: "fly.toml".into(), ask };
        ship.judge(&seen).err().map_or(String::new(), |wrong| wrong.got)
    }

    fn shipped(is_in: bool, door: Result<u16, String>) -> Option<Shipped> {
        Some(Shipped { is_in, why: "so".into(), door, log: vec![] })
    }

    #[test]
    fn a_bad_release_must_stay_out_and_a_good_one_come_in() {
        assert_eq!(judge(Ask::Good, "", shipped(true, Ok(200))), "");
        assert_eq!(
            judge(Ask::Good, "", shipped(true, Ok(503))),
            "so; at the door /readyz answers 503"
        );
        assert!(judge(Ask::Good, "", shipped(false, Ok(200))).starts_with("so"));
        assert_eq!(judge(Ask::NeverReady, "", shipped(false, Ok(200))), "");
        assert!(judge(Ask::NeverReady, "", shipped(true, Ok(200))).starts_with("so"));
        let gone = judge(Ask::CannotStart, "", shipped(false, Err("refused".into())));
        assert_eq!(gone, "so; at the door nobody answers: refused");
        assert!(judge(Ask::Good, "prot = 1", None).contains("prot"));
    }

    #[test]
    fn the_file_itself_is_judged() {
        let of = |ask, text: &str| judge(ask, text, None);
        assert!(of(Ask::Secrets, "[env]\nPAYMENT_KEY = \"x\"\n").contains("`PAYMENT_KEY`"));
        let url = "[env]\nDATABASE_URL = \"postgres://a:b@host/x\"\n";
        assert!(of(Ask::Secrets, url).contains("`DATABASE_URL`"));
        assert_eq!(of(Ask::Secrets, "[env]\nBASE_URL = \"https://a.example\"\n"), "");
        assert!(of(Ask::Patience, "").contains("`kill_timeout` is 5 s"));
        assert_eq!(of(Ask::Patience, "kill_timeout = 26\n"), "");
        let delay = "kill_timeout = 26\n[env]\nSHUTDOWN_DELAY_MS = \"1000\"\n";
        assert!(of(Ask::Patience, delay).contains("is 26 s"));
    }
}
