//! The stacks that a part of a lesson is for, by their choices.

use serde::Deserialize;

use crate::lesson::offer::has;
use crate::stack::Stack;

/// `"db.postgres"`, or `["db.postgres", "db.mysql"]` where either will do. Unsaid: every stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Said")]
pub struct With(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    One(String),
    Either(Vec<String>),
}

impl From<Said> for With {
    fn from(said: Said) -> With {
        match said {
            Said::One(choice) => With(vec![choice]),
            Said::Either(choices) => With(choices),
        }
    }
}

impl With {
    /// The stack is one of them.
    pub fn is_on(&self, stack: &Stack) -> bool {
        self.is_everywhere() || self.0.iter().any(|choice| has(stack, choice))
    }

    /// Nothing was said.
    pub fn is_everywhere(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[derive(Deserialize)]
    struct Part {
        #[serde(default)]
        with: With,
    }

    #[test]
    fn one_choice_or_either_of_several() {
        let catalog = Catalog::bundled().unwrap();
        let on = |text: &str, db: &str| {
            let stack = Stack::choose(&catalog, [("db", db)]).unwrap();
            toml::from_str::<Part>(text).unwrap().with.is_on(&stack)
        };
        assert!(on("", "sqlite") && on("with = 'db.sqlite'", "sqlite"));
        assert!(!on("with = 'db.sqlite'", "mysql"));
        let either = "with = ['db.postgres', 'db.mysql']";
        assert!(on(either, "mysql") && on(either, "postgres") && !on(either, "sqlite"));
    }
}
