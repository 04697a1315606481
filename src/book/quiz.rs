//! A question with its answers, each with a reason.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::transcript::Step;

/// A `quiz` block.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiz {
    pub ask: String,
    #[serde(rename = "option")]
    pub options: Vec<Answer>,
    #[serde(default)]
    run: Vec<Proof>,
}

/// One thing to choose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub text: String,
    #[serde(default)]
    pub right: bool,
    pub why: String,
}

/// A command whose output shows who is right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    command: String,
    says: String,
}

impl Quiz {
    /// Reads a block.
    pub fn parse(text: &str) -> Result<Quiz> {
        let quiz: Quiz = toml::from_str(text).context("a quiz")?;
        let count = quiz.options.len();
        ensure!((2..=4).contains(&count), "a quiz has two to four options, not {count}");
        ensure!(quiz.right().count() > 0, "no option is right");
        ensure!(quiz.right().count() < count, "every option is right");
        for proof in &quiz.run {
            let said = quiz
                .right()
                .any(|it| [&it.text, &it.why].iter().any(|it| it.contains(&proof.says)));
            ensure!(said, "the right option does not say `{}`", proof.says);
        }
        Ok(quiz)
    }

    /// The right ones.
    pub fn right(&self) -> impl Iterator<Item = &Answer> {
        self.options.iter().filter(|option| option.right)
    }

    /// What proves it.
    pub fn steps(&self) -> Vec<Step> {
        let step = |proof: &Proof| Step {
            command: proof.command.trim_end().to_string(),
            prints: proof.says.lines().map(str::to_string).collect(),
        };
        self.run.iter().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIZ: &str = "ask = \"?\"\n[[option]]\ntext = \"`200`\"\nright = true\nwhy = \"so\"\n\
                        [[option]]\ntext = \"b\"\nwhy = \"no\"\n";

    #[test]
    fn a_proof_belongs_to_the_right_option() {
        let proof = |says: &str| format!("{QUIZ}[[run]]\ncommand = \"x\"\nsays = \"{says}\"\n");
        assert_eq!(Quiz::parse(&proof("200")).unwrap().steps().len(), 1);
        assert!(Quiz::parse(&proof("404")).is_err());
    }

    #[test]
    fn one_option_at_least_is_right_and_one_is_wrong() {
        assert!(Quiz::parse(QUIZ).is_ok());
        assert!(Quiz::parse(&QUIZ.replace("right = true\n", "")).is_err());
        assert!(Quiz::parse(&QUIZ.replace("why = \"no\"", "why = \"no\"\nright = true")).is_err());
        assert!(Quiz::parse("ask = \"?\"\noption = []\n").is_err());
    }
}
