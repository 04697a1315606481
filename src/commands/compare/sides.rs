//! The two stacks that are compared, from what was typed.

use anyhow::{Result, bail};

use crate::catalog::{Axis, Catalog};
use crate::choice;
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::words;

/// What one word asks for.
enum Side<'a> {
    Choice(&'a Axis, &'a str),
    Stack(Stack),
}

/// Both sides: two words, or what is here and one word.
pub fn of(catalog: &Catalog, base: &Stack, choices: &[String]) -> Result<[Stack; 2]> {
    let sides = choices.iter().map(|word| side(catalog, word)).collect::<Result<Vec<_>>>()?;
    let stacks = match sides.as_slice() {
        [one] => [base.clone(), one.stack(catalog, base)?],
        [Side::Choice(one, option), Side::Choice(other, _)] if one.name != other.name => {
            let what = format!("`{}` and `{}` answer different questions", choices[0], choices[1]);
            bail!(Trouble::usage(what).hint(example(one, option)))
        }
        [one @ Side::Choice(..), other @ Side::Choice(..)]
        | [one @ Side::Stack(_), other @ Side::Stack(_)] => {
            [one.stack(catalog, base)?, other.stack(catalog, base)?]
        }
        _ => bail!(Trouble::usage("a choice cannot be compared with a whole stack").hint(format!(
            "`backend-gen compare {} {}`",
            base.key(),
            known(catalog)
        ))),
    };
    if stacks[0] == stacks[1] {
        let what = format!("both sides are `{}`", stacks[0].key());
        let hint = match sides.last() {
            Some(Side::Choice(axis, option)) => example(axis, option),
            _ => "`backend-gen list` shows what can be chosen".to_string(),
        };
        bail!(Trouble::usage(what).hint(hint));
    }
    Ok(stacks)
}

impl Side<'_> {
    /// This on top of what is here.
    fn stack(&self, catalog: &Catalog, base: &Stack) -> Result<Stack, Trouble> {
        let code = match self {
            Side::Choice(..) => None,
            Side::Stack(stack) => Some(stack.bare()),
        };
        let choices = match (self, &code) {
            (Side::Choice(axis, option), _) => vec![(axis.name.as_str(), *option)],
            (_, code) => code.iter().flat_map(Stack::choices).collect(),
        };
        let stack = choices
            .iter()
            .try_fold(base.clone(), |stack, (axis, option)| stack.with(catalog, axis, option));
        stack.map_err(|unknown| Trouble::usage(unknown.to_string()).hint(unknown.hint()))
    }
}

/// `db=sqlite`, `sqlite`, or a whole stack.
fn side<'a>(catalog: &'a Catalog, word: &str) -> Result<Side<'a>> {
    if let Some((axis, option)) = word.trim_start_matches("--").split_once('=') {
        return match choice::find(catalog, axis, option) {
            Ok((axis, option)) => Ok(Side::Choice(axis, option.name())),
            Err(refusal) => bail!(Trouble::usage(refusal.to_string()).hint(refusal.hint())),
        };
    }
    if let Some(stack) = catalog.stacks().into_iter().find(|stack| stack.key() == word) {
        return Ok(Side::Stack(stack));
    }
    let named = catalog.axes.iter().filter_map(|axis| Some((axis, axis.option(word)?)));
    match named.collect::<Vec<_>>().as_slice() {
        [] => bail!(unknown(catalog, word)),
        [(axis, option)] => Ok(Side::Choice(axis, option.name())),
        many => {
            let axes: Vec<&str> = many.iter().map(|(axis, _)| axis.name.as_str()).collect();
            let what = format!("`{word}` is an answer for {}", words::and_list(&axes));
            bail!(Trouble::usage(what).hint(example(many[0].0, word)))
        }
    }
}

fn unknown(catalog: &Catalog, word: &str) -> Trouble {
    let choices = catalog.axes.iter().flat_map(|axis| axis.names());
    let keys: Vec<String> = catalog.stacks().iter().map(Stack::key).collect();
    let near = words::nearest(word, choices.chain(keys.iter().map(String::as_str)));
    let word: String = word.chars().take(80).filter(|c| !c.is_control()).collect();
    let trouble = Trouble::usage(format!("`{word}` is no choice and no stack"));
    match near.first() {
        Some(near) => trouble.hint(format!("did you mean `{near}`? {SEE}")),
        None => trouble.hint(SEE),
    }
}

/// A command that works: this option and another of its axis.
fn example(axis: &Axis, option: &str) -> String {
    let other = axis.names().into_iter().find(|name| *name != option).unwrap_or_default();
    let name = &axis.name;
    format!("`backend-gen compare {name}={option} {name}={other}`")
}

fn known(catalog: &Catalog) -> String {
    catalog.stacks().last().map(Stack::key).unwrap_or_default()
}

const SEE: &str = "`backend-gen list` shows what can be chosen";
