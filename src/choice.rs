//! One answer to one question, and why an answer cannot be had.

use std::fmt;

use crate::catalog::{Axis, Catalog, Layer};
use crate::words;

/// An axis and one of its options.
pub type Choice<'a> = (&'a Axis, &'a Layer);

/// A choice that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No axis has this name.
    Axis { name: String, known: Vec<String>, near: Vec<String> },
    /// The axis has no such option.
    Option { axis: String, name: String, known: Vec<String>, near: Vec<String> },
    /// It stands for nothing of the others, and others were chosen too.
    Alone { axis: String, name: String, others: String },
    /// It cannot go with another choice. `instead` has what can be chosen in that one's place.
    Pair { one: String, other: String, why: String, instead: Vec<(String, String)> },
}

/// The axis and the option of these names.
pub fn find<'a>(catalog: &'a Catalog, axis: &str, option: &str) -> Result<Choice<'a>, Refusal> {
    let axis = catalog.axis(axis).ok_or_else(|| no_axis(catalog, axis))?;
    let option = axis.option(option).ok_or_else(|| no_option(axis, option))?;
    Ok((axis, option))
}

/// The default of an axis stands alone.
pub fn alone(chosen: &[Choice<'_>]) -> Result<(), Refusal> {
    let is_default = |(axis, option): &&Choice<'_>| option.name() == axis.default;
    let Some((axis, option)) = chosen.iter().find(is_default) else { return Ok(()) };
    let others = chosen.iter().filter(|(_, other)| other.id != option.id);
    let others: Vec<&str> = others.map(|(_, other)| other.name()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let name = option.name().to_string();
    Err(Refusal::Alone { axis: axis.name.clone(), name, others: others.join(",") })
}

/// What forbids these choices together, when something does.
pub fn clash(choices: &[Choice<'_>]) -> Option<Refusal> {
    let each = choices.iter().enumerate();
    each.into_iter().find_map(|(at, one)| {
        let mut others = choices.iter().enumerate().filter(|(other, _)| *other != at);
        others.find_map(|(_, other)| Some(pair(*one, *other, why(one.1, other.1)?)))
    })
}

/// The options of an axis that can go with these choices.
pub fn fitting<'a>(
    catalog: &'a Catalog,
    axis: &'a Axis,
    chosen: &[(String, String)],
) -> Vec<&'a Layer> {
    let others = chosen.iter().filter_map(|(axis, option)| find(catalog, axis, option).ok());
    let others: Vec<Choice<'_>> = others.collect();
    let fits =
        |option: &&'a Layer| others.iter().all(|other| clash(&[(axis, *option), *other]).is_none());
    axis.options.iter().filter(fits).collect()
}

/// Why the first refuses the second, when it does.
fn why<'a>(one: &'a Layer, other: &Layer) -> Option<&'a str> {
    let refused = one.spec.refuse.iter().find(|refused| refused.with == other.dotted());
    refused.map(|refused| refused.why.as_str())
}

fn pair(one: Choice<'_>, other: Choice<'_>, why: &str) -> Refusal {
    let others = other.0.options.iter().filter(|it| self::why(one.1, it).is_none());
    let ones = one.0.options.iter().filter(|it| self::why(it, other.1).is_none());
    let ones = ones.filter(|it| it.name() != one.0.default);
    let named = |axis: &Axis, option: &Layer| (axis.name.clone(), option.name().to_string());
    let instead = others.map(|it| named(other.0, it)).chain(ones.map(|it| named(one.0, it)));
    Refusal::Pair {
        one: flag(one.0, one.1),
        other: flag(other.0, other.1),
        why: why.to_string(),
        instead: instead.collect(),
    }
}

fn no_axis(catalog: &Catalog, name: &str) -> Refusal {
    let known: Vec<&str> = catalog.axes.iter().map(|axis| axis.name.as_str()).collect();
    let near = owned(&words::nearest(name, known.iter().copied()));
    Refusal::Axis { name: name.to_string(), near, known: owned(&known) }
}

fn no_option(axis: &Axis, name: &str) -> Refusal {
    let near = owned(&words::nearest(name, axis.names()));
    let known = owned(&axis.names());
    Refusal::Option { axis: axis.name.clone(), name: name.to_string(), near, known }
}

impl Refusal {
    /// What can be had instead.
    pub fn hint(&self) -> String {
        match self {
            Refusal::Axis { known, near, .. } | Refusal::Option { known, near, .. } => {
                let known = words::and_list(known);
                match near.as_slice() {
                    [] => format!("there is {known}"),
                    [nearest, ..] => format!("did you mean `{nearest}`? There is {known}"),
                }
            }
            Refusal::Alone { axis, others, .. } => format!("`--{axis} {others}`"),
            Refusal::Pair { instead, .. } => {
                let flags = instead.iter().map(|(axis, option)| format!("--{axis} {option}"));
                let flags: Vec<String> = flags.collect();
                format!("what can: {}", words::or_list(&flags))
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Axis { name, .. } => write!(f, "nothing called `{name}` can be chosen"),
            Refusal::Option { axis, name, .. } => write!(f, "`{axis}` cannot be `{name}`"),
            Refusal::Alone { axis, name, others } => {
                write!(f, "`--{axis} {name}` cannot go with `{others}`: it stands for none of them")
            }
            Refusal::Pair { one, other, why, .. } => {
                write!(f, "`{one}` cannot go with `{other}`: {why}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

fn flag(axis: &Axis, option: &Layer) -> String {
    format!("--{} {}", axis.name, option.name())
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture;
    use crate::stack::Stack;

    /// With an axis around the code, of which one option wants `--db b`.
    const AROUND: [(&str, &str); 4] = [
        (
            "host/axis.toml",
            "title = \"H\"\norder = 3\ndefault = \"none\"\nquestion = \"Q?\"\nhelp = \"H.\"\n\
             around = true\nseveral = true\n",
        ),
        ("host/none/option.toml", "title = \"N\"\nsummary = \"n\"\norder = 9\n"),
        ("host/box/option.toml", "title = \"B\"\nsummary = \"b\"\norder = 1\n"),
        (
            "host/cloud/option.toml",
            "title = \"C\"\nsummary = \"c\"\norder = 2\n\
             [[refuse]]\nwith = \"db.a\"\nwhy = \"it has no disk\"\n",
        ),
    ];

    #[test]
    fn what_stands_around_the_code_is_in_no_key() {
        let catalog = fixture::catalog(&AROUND);
        let stack = |choices: &[(&str, &str)]| Stack::choose(&catalog, choices.iter().copied());
        let none = stack(&[]).unwrap();
        assert_eq!((none.key(), none.flags()), ("a-x".into(), "--db a --api x".into()));
        let both = stack(&[("host", "cloud"), ("db", "b"), ("host", "box")]).unwrap();
        assert_eq!(both.key(), "b-x");
        assert_eq!(both.flags(), "--db b --api x --host box,cloud");
        assert_eq!(both.bare().flags(), "--db b --api x");
        assert_eq!(catalog.stacks().len(), 4);
        assert_eq!(both.with(&catalog, "host", "none").unwrap().flags(), "--db b --api x");
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_can() {
        let catalog = fixture::catalog(&AROUND);
        let refusal = Stack::choose(&catalog, [("host", "cloud")]).unwrap_err();
        let what = "`--host cloud` cannot go with `--db a`: it has no disk";
        assert_eq!(refusal.to_string(), what);
        assert_eq!(refusal.hint(), "what can: `--db b` or `--host box`");
        let alone = Stack::choose(&catalog, [("host", "none"), ("host", "box")]).unwrap_err();
        assert!(alone.to_string().starts_with("`--host none` cannot go with `box`"), "{alone}");
        assert_eq!(alone.hint(), "`--host box`");
        let default = Stack::choose(&catalog, []).unwrap();
        let near = default.near(&catalog, "host", "cloud").unwrap();
        assert_eq!(near.flags(), "--db b --api x --host cloud");
    }

    #[test]
    fn only_what_fits_is_asked() {
        let catalog = fixture::catalog(&AROUND);
        let fitting = |axis: &str, chosen: (&str, &str)| {
            let chosen = [(chosen.0.to_string(), chosen.1.to_string())];
            let fit = super::fitting(&catalog, catalog.axis(axis).unwrap(), &chosen);
            fit.iter().map(|option| option.name().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(fitting("host", ("db", "a")), ["box", "none"]);
        assert_eq!(fitting("db", ("host", "cloud")), ["b"]);
    }

    #[test]
    fn code_cannot_stand_around_the_code() {
        let file = |path: &'static str, text: &'static str| {
            let files = AROUND.into_iter().chain([(path, text)]).collect::<Vec<_>>();
            std::panic::catch_unwind(|| fixture::catalog(&files)).is_err()
        };
        assert!(!file("host/box/files/deploy/box/a.txt", ""));
        assert!(file("host/box/files/src/a.rs", ""));
        let env = "title = \"B\"\nsummary = \"b\"\n[[env]]\nname = \"X\"\nsummary = \"x\"\n";
        assert!(file("host/box/option.toml", env));
        let lost = "title = \"B\"\nsummary = \"b\"\n[[refuse]]\nwith = \"db.c\"\nwhy = \"w\"\n";
        assert!(file("host/box/option.toml", lost));
    }
}
