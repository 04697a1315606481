//! Transcripts: what is typed, and what must come. Nothing is run here.

use anyhow::{Result, bail, ensure};

/// One command, and what it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `^C`, or what stands behind `$ `, with its line breaks.
    pub command: String,
    pub prints: Vec<String>,
}

/// What ends the program in the foreground.
pub const INTERRUPT: &str = "^C";

/// The steps of a `console` block.
pub fn steps(body: &str) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut going_on = false;
    for line in body.lines() {
        let begins = line.strip_prefix("$ ").or((line == INTERRUPT).then_some(line));
        match (going_on, begins, steps.last_mut()) {
            (true, _, Some(step)) => {
                step.command = format!("{}\n{line}", step.command);
                going_on = line.ends_with('\\');
            }
            (_, Some(command), _) => {
                steps.push(Step { command: command.to_string(), prints: vec![] });
                going_on = command.ends_with('\\');
            }
            (_, None, Some(step)) => step.prints.push(line.to_string()),
            (_, None, None) => bail!("it begins with `{line}` and not with `$ `"),
        }
    }
    ensure!(!going_on, "the last command goes on nowhere");
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_what_they_print() {
        let steps = steps("$ one \\\n    two\na\n\nb\n^C\nbye\n").unwrap();
        assert_eq!(steps[0].command, "one \\\n    two");
        assert_eq!(steps[0].prints, ["a", "", "b"]);
        assert_eq!(steps[1], Step { command: "^C".into(), prints: vec!["bye".into()] });
        assert!(super::steps("a\n").is_err());
        assert!(super::steps("$ a \\\n").is_err());
    }
}
