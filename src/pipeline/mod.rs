//! What a pipeline is worth: what its file says, and which commits it stops.

pub mod checkout;
pub mod commit;
pub mod gate;
pub mod law;
pub mod workflow;

use serde::Deserialize;

use crate::judge::Wrong;
use commit::{Commit, Made};
use gate::Command;
use law::Law;
use workflow::Workflow;

/// What a step of a probe asks of a pipeline: one of `law` and `commit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// The workflow, below the project.
    pub file: String,
    /// What it must say.
    pub law: Option<Law>,
    /// The image of a server, for `law = "service"`: `postgres`, or one of several, `mariadb|mysql`.
    pub image: Option<String>,
    /// What it runs on: green on a good commit, red on all others.
    pub commit: Option<Commit>,
}

/// What was seen of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What the file says, or why it cannot be read.
    pub workflow: Result<Workflow, String>,
    /// How it went, when it was run.
    pub ran: Option<Ran>,
}

/// How the commands of a workflow went on a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    pub commit: Made,
    /// Those that were run, the red one last.
    pub commands: Vec<String>,
    pub red: Option<Red>,
    /// Those that stop nobody, and why.
    pub idle: Vec<(String, String)>,
}

/// A command that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Red {
    pub line: String,
    /// Nothing when it took too long.
    pub code: Option<i32>,
    pub said: String,
}

impl Pipeline {
    /// What is wrong with the question itself.
    pub fn is_sound(&self) -> Result<(), String> {
        let image = self.image.is_some() == (self.law == Some(Law::Service));
        match (self.law, self.commit) {
            (Some(_), None) | (None, Some(_)) if image => Ok(()),
            (Some(_), None) | (None, Some(_)) => Err("`image` goes with `service`".to_string()),
            _ => Err("a pipeline is asked for one of `law` and `commit`".to_string()),
        }
    }

    /// Whether what was seen is as it should be.
    pub fn judge(&self, seen: &Seen) -> Result<(), Wrong> {
        let expected = || format!("a workflow in `{}`", self.file);
        let workflow = seen.workflow.as_ref().map_err(|why| Wrong::new(expected(), why))?;
        if let Some(law) = self.law {
            return law.judge(workflow, self.image.as_deref());
        }
        let Some(ran) = &seen.ran else { return Err(Wrong::new("a run", "none")) };
        match self.commit {
            Some(Commit::Good) | None => ran.is_green(),
            Some(_) => ran.is_stopped(),
        }
    }
}

impl Seen {
    /// What was seen, line by line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.workflow.as_ref().err().into_iter().cloned().collect();
        let Some(ran) = &self.ran else { return lines };
        lines.extend(ran.idle.iter().map(|(line, why)| format!("idle   {line} ({why})")));
        let red = ran.red.iter().map(|red| &red.line).next();
        let green = ran.commands.iter().filter(|line| Some(*line) != red);
        lines.extend(green.map(|line| format!("green  {line}")));
        lines.extend(ran.red.iter().map(|red| format!("red    {}", red.words())));
        lines
    }
}

impl Ran {
    /// One more command that stops nobody.
    pub fn pass_over(&mut self, command: &Command) {
        let why = command.idle.clone().unwrap_or_default();
        self.idle.push((command.line.clone(), why));
    }

    fn is_green(&self) -> Result<(), Wrong> {
        let Some(red) = &self.red else { return Ok(()) };
        Err(Wrong::new(format!("every command green on {}", self.commit.what), red.words()))
    }

    fn is_stopped(&self) -> Result<(), Wrong> {
        let expected = format!("a red command on {}", self.commit.what);
        match &self.red {
            None => Err(Wrong::new(expected, self.words())),
            Some(red) if red.said.contains(&self.commit.sign) => Ok(()),
            Some(red) => Err(Wrong::new(expected, format!("for another reason: {}", red.words()))),
        }
    }

    /// What stopped nobody, and what was green.
    fn words(&self) -> String {
        let idle = self.idle.iter().map(|(line, why)| format!("`{line}` stops nobody ({why})"));
        let green = self.commands.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>();
        let green = match green.as_slice() {
            [] => "nothing was run".to_string(),
            all => format!("green: {}", all.join(", ")),
        };
        idle.chain([green]).collect::<Vec<_>>().join("; ")
    }
}

impl Red {
    fn words(&self) -> String {
        let how = match self.code {
            Some(code) => format!("ends with {code}"),
            None => "does not end in time".to_string(),
        };
        let mut said = self.said.lines().filter(|line| !line.trim().is_empty());
        let telling = |line: &&str| TELLING.iter().any(|sign| line.contains(sign));
        let line = said.clone().find(telling).or_else(|| said.next_back()).unwrap_or_default();
        format!("`{}` {how}: {}", self.line, line.trim())
    }
}

/// How the line begins that says why a command failed.
const TELLING: [&str; 4] = ["error", "Diff in", "panicked at", "warning:"];

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(red: Option<Red>, idle: &[(&str, &str)]) -> Seen {
        let idle = idle.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        let commit =
            Made { what: "a commit with a test that fails".into(), sign: "fails_1".into() };
        let commands = vec!["cargo fmt".to_string()];
        let ran = Ran { commit, commands, red, idle };
        Seen { workflow: Workflow::read("jobs: {}"), ran: Some(ran) }
    }

    fn asked(commit: Commit) -> Pipeline {
        Pipeline { file: "x.yml".into(), commit: Some(commit), ..Pipeline::default() }
    }

    #[test]
    fn a_bad_commit_must_be_red_for_its_own_reason() {
        let test = asked(Commit::Test);
        let red =
            |said: &str| Red { line: "cargo test".into(), code: Some(101), said: said.into() };
        assert!(test.judge(&seen(Some(red("test fails_1 … FAILED")), &[])).is_ok());
        let wrong = test.judge(&seen(Some(red("error: no server\nx")), &[])).unwrap_err();
        assert_eq!(wrong.got, "for another reason: `cargo test` ends with 101: error: no server");
        let wrong = test.judge(&seen(None, &[("cargo test || true", "a shell")])).unwrap_err();
        assert_eq!(wrong.got, "`cargo test || true` stops nobody (a shell); green: `cargo fmt`");
    }

    #[test]
    fn a_good_commit_must_be_green() {
        let good = asked(Commit::Good);
        assert!(good.judge(&seen(None, &[])).is_ok());
        let red = Red { line: "cargo fmt".into(), code: None, said: String::new() };
        let wrong = good.judge(&seen(Some(red), &[])).unwrap_err();
        assert!(wrong.got.contains("`cargo fmt` does not end in time"), "{}", wrong.got);
        let lost = Seen { workflow: Err("there is no file".into()), ran: None };
        assert_eq!(good.judge(&lost).unwrap_err().got, "there is no file");
    }

    #[test]
    fn one_thing_is_asked() {
        assert!(asked(Commit::Good).is_sound().is_ok());
        assert!(Pipeline::default().is_sound().is_err());
        let law = Pipeline { law: Some(Law::Service), ..Pipeline::default() };
        assert!(law.is_sound().is_err());
        assert!(Pipeline { image: Some("x".into()), ..law }.is_sound().is_ok());
    }
}
