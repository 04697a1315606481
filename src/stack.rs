//! What was chosen: one option on each axis, or more where an axis takes several; always valid.

use std::collections::BTreeMap;
use std::fmt;

use crate::VERSION;
use crate::catalog::{Axis, Catalog, Layer};
use crate::choice::{self, Choice, Refusal};
use crate::name::Name;

/// The options chosen, in the order of the axes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stack {
    answers: Vec<Answer>,
}

/// What was chosen on one axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Answer {
    axis: String,
    options: Vec<String>,
    /// It stands around the code.
    around: bool,
    /// It is what holds when nobody says anything.
    default: bool,
}

impl Stack {
    /// The stack with these choices; an axis that is not named gets its default.
    pub fn choose<'a>(
        catalog: &Catalog,
        wanted: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Stack, Refusal> {
        let mut chosen: BTreeMap<&str, Vec<Choice<'_>>> = BTreeMap::new();
        for (axis, option) in wanted {
            let choice = choice::find(catalog, axis, option)?;
            let said = chosen.entry(choice.0.name.as_str()).or_default();
            said.retain(|other| choice.0.several && other.1.id != choice.1.id);
            said.push(choice);
        }
        let mut choices: Vec<Choice<'_>> = Vec::new();
        for axis in &catalog.axes {
            let said = chosen.remove(axis.name.as_str()).unwrap_or_default();
            let here = axis.options.iter().filter(|it| match said.is_empty() {
                true => it.name() == axis.default,
                false => said.iter().any(|(_, option)| option.id == it.id),
            });
            let here: Vec<Choice<'_>> = here.map(|option| (axis, option)).collect();
            choice::alone(&here)?;
            choices.extend(here);
        }
        match choice::clash(&choices) {
            Some(refusal) => Err(refusal),
            None => {
                Ok(Stack { answers: catalog.axes.iter().map(|it| answer(it, &choices)).collect() })
            }
        }
    }

    /// The same stack with another option on one axis.
    pub fn with(&self, catalog: &Catalog, axis: &str, option: &str) -> Result<Stack, Refusal> {
        let others = self.choices().filter(|(other, _)| *other != axis);
        Stack::choose(catalog, others.chain([(axis, option)]))
    }

    /// The same with another option on one axis, where what refuses that one gives way.
    pub fn near(&self, catalog: &Catalog, axis: &str, option: &str) -> Option<Stack> {
        match self.with(catalog, axis, option) {
            Ok(stack) => Some(stack),
            Err(Refusal::Pair { instead, .. }) => instead.iter().find_map(|(other, it)| {
                let stack = self.with(catalog, other, it).ok().filter(|_| other != axis)?;
                stack.with(catalog, axis, option).ok()
            }),
            Err(_) => None,
        }
    }

    /// The code of this stack, with nothing around it.
    pub fn bare(&self) -> Stack {
        let answers = self.answers.iter().filter(|answer| !answer.around);
        Stack { answers: answers.cloned().collect() }
    }

    /// The choices as pairs of axis and option.
    pub fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answers.iter().flat_map(Answer::choices)
    }

    /// The choices that were made: around the code what was not chosen is not mentioned.
    pub fn made(&self) -> impl Iterator<Item = (&str, &str)> {
        let made = self.answers.iter().filter(|answer| !(answer.around && answer.default));
        made.flat_map(Answer::choices)
    }

    /// Its name in records: `sqlite-session-rest-none`. What stands around the code has no part.
    pub fn key(&self) -> String {
        let code = self.answers.iter().filter(|answer| !answer.around);
        let options: Vec<&str> = code.flat_map(Answer::choices).map(|(_, option)| option).collect();
        options.join("-")
    }

    /// The options chosen, each with its axis.
    pub fn options<'a>(&self, catalog: &'a Catalog) -> Vec<(&'a Axis, &'a Layer)> {
        self.choices()
            .filter_map(|(axis, option)| {
                let axis = catalog.axis(axis)?;
                Some((axis, axis.option(option)?))
            })
            .collect()
    }

    /// What must run beside the program, by its title.
    pub fn servers<'a>(&self, catalog: &'a Catalog) -> Vec<&'a str> {
        let options = self.options(catalog).into_iter().map(|(_, option)| &option.spec);
        options.filter(|spec| spec.server).map(|spec| spec.title.as_str()).collect()
    }

    /// The base, what was chosen, and the hidden layers that these use.
    pub fn layers<'a>(&self, catalog: &'a Catalog) -> Vec<&'a Layer> {
        let mut layers = vec![&catalog.base];
        layers.extend(self.options(catalog).into_iter().map(|(_, option)| option));
        let mut next = 0;
        while let Some(layer) = layers.get(next).copied() {
            for id in &layer.spec.uses {
                if let Some(used) = catalog.hidden.get(id)
                    && layers.iter().all(|layer| layer.id != *id)
                {
                    layers.push(used);
                }
            }
            next += 1;
        }
        layers
    }

    /// The flags that choose it: `--db sqlite --auth session …`.
    pub fn flags(&self) -> String {
        let made = self.answers.iter().filter(|answer| !(answer.around && answer.default));
        let flags = made.map(|answer| format!("--{} {}", answer.axis, answer.options.join(",")));
        flags.collect::<Vec<_>>().join(" ")
    }

    /// The command that makes a project of this stack with this very version.
    pub fn command(&self, name: &Name) -> String {
        let flags = self.flags();
        format!("cargo install --locked backend-gen@{VERSION} && backend-gen new {name} {flags}")
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())
    }
}

impl Answer {
    fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|option| (self.axis.as_str(), option.as_str()))
    }
}

fn answer(axis: &Axis, choices: &[Choice<'_>]) -> Answer {
    let here = choices.iter().filter(|(other, _)| other.name == axis.name);
    let options: Vec<String> = here.map(|(_, option)| option.name().to_string()).collect();
    let default = options == [axis.default.as_str()];
    Answer { axis: axis.name.clone(), options, around: axis.around, default }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn what_is_not_said_is_the_default() {
        let catalog = fixture::catalog(&[]);
        let stack = Stack::choose(&catalog, [("api", "y")]).unwrap();
        assert_eq!(stack.key(), "a-y");
        assert_eq!(stack.flags(), "--db a --api y");
    }

    #[test]
    fn an_unknown_choice_is_answered_with_the_nearest() {
        let catalog = fixture::catalog(&[]);
        let axis = Stack::choose(&catalog, [("apis", "x")]).unwrap_err();
        assert_eq!(axis.hint(), "did you mean `api`? There is `db` and `api`");
        let option = Stack::choose(&catalog, [("db", "zebra")]).unwrap_err();
        assert_eq!(option.hint(), "there is `a` and `b`");
    }

    #[test]
    fn every_stack_is_every_pair_here() {
        let keys: Vec<String> = fixture::catalog(&[]).stacks().iter().map(Stack::key).collect();
        assert_eq!(keys, ["a-x", "a-y", "b-x", "b-y"]);
    }
}
