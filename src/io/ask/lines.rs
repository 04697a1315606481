//! The same questions for a terminal whose cursor cannot be moved, or a reader of screens.

use std::io::{BufRead, Read, Write, stderr, stdin};

use anyhow::{Context, Result};

use crate::io::ask::Choice;
use crate::trouble::Trouble;
use crate::words;

/// Asks for a text.
pub fn text(
    question: &str,
    default: &str,
    help: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String> {
    loop {
        let answer = line(&format!("{question} ({help}) [{default}] "))?;
        let answer = if answer.is_empty() { default.to_string() } else { answer };
        match check(&answer) {
            Ok(()) => return Ok(answer),
            Err(why) => say(&format!("{why}\n")),
        }
    }
}

/// Asks for one of several, and answers its position.
pub fn choose(question: &str, choices: &[Choice], start: usize) -> Result<usize> {
    show(question, choices);
    loop {
        let answer = line(&format!("number or name [{}] ", start + 1))?;
        if answer.is_empty() {
            return Ok(start);
        }
        match meant(&answer, choices) {
            Some(index) => return Ok(index),
            None => say(&lost(&answer, choices)),
        }
    }
}

/// Asks for any number of them, and answers their positions.
pub fn several(question: &str, choices: &[Choice]) -> Result<Vec<usize>> {
    show(question, choices);
    loop {
        let answer = line("numbers or names, with commas between [none] ")?;
        let words = answer.split(',').map(str::trim).filter(|word| !word.is_empty());
        let found = words.map(|word| meant(word, choices).ok_or(word));
        match found.collect::<Result<Vec<usize>, &str>>() {
            Ok(mut chosen) => {
                chosen.sort_unstable();
                chosen.dedup();
                return Ok(chosen);
            }
            Err(word) if word == "none" && answer == "none" => return Ok(vec![]),
            Err(word) => say(&lost(word, choices)),
        }
    }
}

fn show(question: &str, choices: &[Choice]) {
    let mut page = format!("{question}\n");
    for (index, choice) in choices.iter().enumerate() {
        page += &format!("  {} {choice}\n", index + 1);
    }
    say(&page);
}

fn lost(answer: &str, choices: &[Choice]) -> String {
    let answer = words::printable(answer, 80);
    format!("there is no `{answer}`, there are 1 to {}\n", choices.len())
}

/// Asks for a yes.
pub fn confirm(question: &str, default: bool) -> Result<bool> {
    loop {
        let enter = if default { "y" } else { "n" };
        match line(&format!("{question} (y/n) [{enter}] "))?.to_lowercase().as_str() {
            "" => return Ok(default),
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => say("`y` or `n`\n"),
        }
    }
}

/// A number, or the first letters of one title only.
fn meant(answer: &str, choices: &[Choice]) -> Option<usize> {
    if let Ok(number) = answer.parse::<usize>() {
        return number.checked_sub(1).filter(|index| *index < choices.len());
    }
    let answer = answer.to_lowercase();
    let starts = |choice: &Choice| choice.title.to_lowercase().starts_with(&answer);
    let mut found = choices.iter().enumerate().filter(|(_, choice)| starts(choice));
    let (index, _) = found.next()?;
    found.next().is_none().then_some(index)
}

/// One line of an answer. An end of the input leaves, like Ctrl-C.
fn line(question: &str) -> Result<String> {
    say(question);
    let mut bytes = Vec::new();
    let mut input = stdin().lock().take(LONGEST);
    let read = input.read_until(b'\n', &mut bytes).context("cannot read the answer")?;
    if read == 0 {
        say("\n");
        return Err(Trouble::interrupted().into());
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_string())
}

fn say(text: &str) {
    // Nobody may be there to read it.
    let _ = stderr().lock().write_all(text.as_bytes());
}

const LONGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_or_the_start_of_a_name() {
        let choices = ["SQLite", "PostgreSQL", "PostGIS"]
            .map(|title| Choice { title: title.to_string(), label: title.to_string() });
        assert_eq!(meant("2", &choices), Some(1));
        assert_eq!(meant("sql", &choices), Some(0));
        assert_eq!(meant("postgr", &choices), Some(1));
        assert_eq!(meant("post", &choices), None, "it may be either");
        assert_eq!(meant("0", &choices), None);
        assert_eq!(meant("4", &choices), None);
    }
}
