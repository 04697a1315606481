//! Which choices bring a file, a crate or a variable: over all stacks, not only over one.

use crate::catalog::spec::{Crate, Variable};
use crate::catalog::{Catalog, Layer};
use crate::choice::Choice;
use crate::plan;
use crate::stack::Stack;
use crate::words;

/// One way into a project.
#[derive(Clone, Debug)]
pub struct Origin<'a, T> {
    pub layer: &'a Layer,
    /// What must be chosen for it: of each need, one of its choices.
    pub needs: Vec<Vec<Choice<'a>>>,
    pub what: T,
}

/// A file in `templates/`.
#[derive(Clone, Debug)]
pub struct Leaf<'a> {
    /// Its path in `templates/`.
    pub source: String,
    /// It is rendered, not copied.
    pub seam: bool,
    pub bytes: &'a [u8],
}

/// Every folder that brings this path of a project.
pub fn files<'a>(catalog: &'a Catalog, path: &str) -> Vec<Origin<'a, Leaf<'a>>> {
    let mut found = Vec::new();
    for layer in layers(catalog) {
        let with = layer.with.iter().map(|(id, files)| {
            let folder = format!("with/{}", id.replace('/', "."));
            (folder, Some(id.as_str()), files)
        });
        for (folder, with, files) in
            [("files".to_string(), None, &layer.files)].into_iter().chain(with)
        {
            for (name, bytes) in files {
                let Ok((target, seam)) = plan::target(name) else { continue };
                if target == path {
                    let mut needs = needs(catalog, &layer.id);
                    needs.extend(with.into_iter().flat_map(|id| self::needs(catalog, id)));
                    let source = format!("{}/{folder}/{name}", layer.id);
                    found.push(Origin { layer, needs, what: Leaf { source, seam, bytes } });
                }
            }
        }
    }
    found
}

/// Every layer that asks for this crate, and how.
pub fn crates<'a>(catalog: &'a Catalog, name: &str) -> Vec<Origin<'a, &'a Crate>> {
    let asked = layers(catalog).filter_map(|layer| {
        let (for_all, for_tests) = (&layer.spec.dependencies, &layer.spec.dev_dependencies);
        let what = for_all.get(name).or_else(|| for_tests.get(name))?;
        Some(Origin { layer, needs: needs(catalog, &layer.id), what })
    });
    asked.collect()
}

/// Every layer whose code reads this variable.
pub fn variables<'a>(catalog: &'a Catalog, name: &str) -> Vec<Origin<'a, &'a Variable>> {
    let read = layers(catalog).filter_map(|layer| {
        let what = layer.spec.env.iter().find(|variable| variable.name == name)?;
        Some(Origin { layer, needs: needs(catalog, &layer.id), what })
    });
    read.collect()
}

/// The base, every option, every hidden layer.
pub fn layers(catalog: &Catalog) -> impl Iterator<Item = &Layer> {
    let options = catalog.axes.iter().flat_map(|axis| &axis.options);
    [&catalog.base].into_iter().chain(options).chain(catalog.hidden.values())
}

impl<T> Origin<'_, T> {
    /// A stack has it.
    pub fn holds(&self, stack: &Stack) -> bool {
        self.needs.iter().all(|need| need.iter().any(|choice| has(stack, choice)))
    }

    /// The stack nearest to this one that has it.
    pub fn nearest(&self, catalog: &Catalog, stack: &Stack) -> Option<Stack> {
        let unmet = self.needs.iter().filter(|need| !need.iter().any(|choice| has(stack, choice)));
        let mut stack = stack.clone();
        for need in unmet {
            stack = need
                .iter()
                .find_map(|(axis, option)| stack.near(catalog, &axis.name, option.name()))?;
        }
        Some(stack)
    }

    /// "`--db sqlite` with `--auth session` or `--auth jwt`"; nothing when every backend has it.
    pub fn condition(&self) -> String {
        let flags = self.needs.iter().map(|need| {
            let flags =
                need.iter().map(|(axis, option)| format!("--{} {}", axis.name, option.name()));
            words::or_list(&flags.collect::<Vec<_>>())
        });
        flags.collect::<Vec<_>>().join(" with ")
    }
}

fn has(stack: &Stack, (axis, option): &Choice<'_>) -> bool {
    stack.choices().any(|choice| choice == (axis.name.as_str(), option.name()))
}

/// What must be chosen for a layer to be in.
fn needs<'a>(catalog: &'a Catalog, id: &str) -> Vec<Vec<Choice<'a>>> {
    if brings(catalog, &catalog.base, id) {
        return vec![];
    }
    let options =
        catalog.axes.iter().flat_map(|axis| axis.options.iter().map(move |it| (axis, it)));
    vec![options.filter(|(_, option)| brings(catalog, option, id)).collect()]
}

/// The layer is this one, or one that it uses.
pub fn brings(catalog: &Catalog, layer: &Layer, id: &str) -> bool {
    layer.id == id
        || layer
            .spec
            .uses
            .iter()
            .any(|used| catalog.hidden.get(used).is_some_and(|layer| brings(catalog, layer, id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn catalog() -> Catalog {
        let uses =
            |name: &str| format!("title = \"{name}\"\nsummary = \"s\"\nuses = [\"api/_both\"]\n");
        fixture::catalog(&[
            ("base/files/all.rs", ""),
            ("db/a/files/one.rs", "a"),
            ("db/b/files/one.rs", "b"),
            ("api/x/option.toml", &uses("x")),
            ("api/y/option.toml", &uses("y")),
            ("api/_both/layer.toml", "[[env]]\nname = \"BOTH\"\nsummary = \"s\"\n"),
            ("db/b/with/api._both/_deep.rs.tera", "deep"),
        ])
    }

    #[test]
    fn a_file_has_an_origin_for_each_folder_that_brings_it() {
        let catalog = catalog();
        let conditions = |path| {
            let found = files(&catalog, path);
            found.iter().map(Origin::condition).collect::<Vec<_>>()
        };
        assert_eq!(conditions("all.rs"), [""]);
        assert_eq!(conditions("one.rs"), ["`--db a`", "`--db b`"]);
        assert_eq!(conditions(".deep.rs"), ["`--db b` with `--api x` or `--api y`"]);
        assert!(conditions("none.rs").is_empty());
        assert_eq!(variables(&catalog, "BOTH")[0].condition(), "`--api x` or `--api y`");
    }

    #[test]
    fn the_nearest_stack_changes_only_what_it_must() {
        let catalog = catalog();
        let stack = Stack::choose(&catalog, [("db", "a"), ("api", "y")]).unwrap();
        let deep = &files(&catalog, ".deep.rs")[0];
        assert!(!deep.holds(&stack) && deep.what.seam);
        assert_eq!(deep.nearest(&catalog, &stack).unwrap().key(), "b-y");
    }
}
