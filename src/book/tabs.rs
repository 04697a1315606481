//! Where choices differ: the same question asked of every stack near the reader's, and the answers
//! that are alike put together.

use anyhow::Result;

use super::shelf::Shelf;
use crate::catalog::Axis;
use crate::stack::Stack;

/// One answer, and the choices that give it.
pub struct Tab {
    /// Each a set of choices: pairs of axis and option.
    pub when: Vec<Vec<(String, String)>>,
    pub label: String,
    pub text: Option<String>,
    /// It is the reader's.
    pub own: bool,
}

/// The answers of the reader's stack and of those that differ from it on these axes. One answer has
/// no choices.
pub fn of(
    shelf: &Shelf<'_>,
    axes: Option<&[&str]>,
    ask: impl Fn(&Stack) -> Result<Option<String>>,
) -> Result<Vec<Tab>> {
    let own = ask(&shelf.stack)?;
    if shelf.alone {
        return Ok(vec![Tab { when: vec![], label: String::new(), text: own, own: true }]);
    }
    let meant = |axis: &&Axis| match axes {
        Some(axes) => axes.contains(&axis.name.as_str()),
        None => !axis.around,
    };
    let mut differing = Vec::new();
    for axis in shelf.catalog.axes.iter().filter(meant) {
        for option in axis.names() {
            let Ok(stack) = shelf.stack.with(shelf.catalog, &axis.name, option) else { continue };
            if ask(&stack)? != own {
                differing.push(axis);
                break;
            }
        }
    }
    let mut tabs: Vec<Tab> = Vec::new();
    for (choices, stack) in stacks(shelf, &differing) {
        let text = ask(&stack)?;
        let own = stack == shelf.stack;
        match tabs.iter_mut().find(|tab| tab.text == text) {
            Some(tab) => {
                tab.when.push(choices);
                tab.own |= own;
            }
            None => tabs.push(Tab { when: vec![choices], label: String::new(), text, own }),
        }
    }
    for tab in &mut tabs {
        tab.label = label(&differing, &tab.when);
    }
    Ok(tabs)
}

/// Every combination of these axes' options, all else as the reader has it.
fn stacks(shelf: &Shelf<'_>, axes: &[&Axis]) -> Vec<(Vec<(String, String)>, Stack)> {
    let mut stacks = vec![(vec![], shelf.stack.clone())];
    for axis in axes {
        let with = |(choices, stack): &(Vec<(String, String)>, Stack)| {
            let options = axis.names().into_iter().filter_map(|option| {
                let stack = stack.with(shelf.catalog, &axis.name, option).ok()?;
                let choice = (axis.name.clone(), option.to_string());
                Some((choices.iter().cloned().chain([choice]).collect(), stack))
            });
            options.collect::<Vec<_>>()
        };
        stacks = stacks.iter().flat_map(with).collect();
    }
    stacks
}

/// The titles of the options that a reader must have; an axis that makes no difference is left out.
fn label(axes: &[&Axis], when: &[Vec<(String, String)>]) -> String {
    let chosen = |axis| chosen(axis, when);
    let product: usize = axes.iter().map(|axis| chosen(axis).len()).product();
    let title = |axis: &Axis, option: &str| {
        axis.option(option).map_or(option.to_string(), |it| it.spec.title.clone())
    };
    if product == when.len() {
        let parts = axes.iter().filter(|axis| chosen(axis).len() < axis.options.len());
        let parts = parts.map(|axis| {
            let titles: Vec<String> = chosen(axis).iter().map(|it| title(axis, it)).collect();
            titles.join(" or ")
        });
        return parts.collect::<Vec<_>>().join(" · ");
    }
    let each = when.iter().map(|choices| {
        let titles = choices.iter().zip(axes).map(|((_, option), axis)| title(axis, option));
        titles.collect::<Vec<_>>().join(" · ")
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The options of an axis that are in some set of choices.
fn chosen<'a>(axis: &'a Axis, when: &[Vec<(String, String)>]) -> Vec<&'a str> {
    let is_in = |option: &str, set: &Vec<(String, String)>| {
        set.iter().any(|(name, it)| *name == axis.name && it == option)
    };
    let options = axis.names().into_iter();
    options.filter(|option| when.iter().any(|set| is_in(option, set))).collect()
}
