//! Questions that are answered with arrows, letters and Enter.

use anyhow::Result;
use inquire::list_option::ListOption;
use inquire::ui::{RenderConfig, Styled};
use inquire::validator::Validation;
use inquire::{Confirm, InquireError, MultiSelect, Select, Text};

use crate::io::ask::Choice;
use crate::trouble::Trouble;

/// Asks for a text.
pub fn text(
    question: &str,
    default: &str,
    help: &str,
    check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
) -> Result<String> {
    let validator = move |answer: &str| {
        Ok(match check(answer) {
            Ok(()) => Validation::Valid,
            Err(why) => Validation::Invalid(why.into()),
        })
    };
    let prompt = Text::new(question).with_default(default).with_help_message(help);
    let prompt = prompt.with_render_config(look()).with_validator(validator);
    prompt.prompt().map_err(trouble)
}

/// Asks for one of several, and answers its position.
pub fn choose(question: &str, choices: Vec<Choice>, start: usize, help: &str) -> Result<usize> {
    let title = |choice: ListOption<&Choice>| choice.value.title.clone();
    let prompt = Select::new(question, choices).with_starting_cursor(start);
    let prompt = prompt.with_render_config(look()).with_formatter(&title).with_help_message(help);
    Ok(prompt.raw_prompt().map_err(trouble)?.index)
}

/// Asks for any number of them, and answers their positions.
pub fn several(question: &str, choices: Vec<Choice>, help: &str) -> Result<Vec<usize>> {
    let titles = |chosen: &[ListOption<&Choice>]| {
        let titles: Vec<&str> = chosen.iter().map(|it| it.value.title.as_str()).collect();
        if titles.is_empty() { "none".to_string() } else { titles.join(", ") }
    };
    let prompt = MultiSelect::new(question, choices).with_help_message(help);
    let prompt = prompt.with_render_config(look()).with_formatter(&titles);
    let chosen = prompt.raw_prompt().map_err(trouble)?;
    Ok(chosen.iter().map(|choice| choice.index).collect())
}

/// Asks for a yes.
pub fn confirm(question: &str, default: bool) -> Result<bool> {
    let prompt = Confirm::new(question).with_default(default).with_render_config(look());
    prompt.prompt().map_err(trouble)
}

fn look() -> RenderConfig<'static> {
    let mut look = RenderConfig::default();
    look.error_message.prefix = Styled { content: "!", ..look.error_message.prefix };
    look.canceled_prompt_indicator = Styled { content: "", ..look.canceled_prompt_indicator };
    look
}

fn trouble(error: InquireError) -> anyhow::Error {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Trouble::interrupted().into()
        }
        error => anyhow::Error::new(error).context("cannot ask"),
    }
}
