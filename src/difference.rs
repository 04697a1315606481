//! What lies between two stacks: files, crates, lines, variables and servers.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use similar::{ChangeTag, TextDiff};

use crate::catalog::Catalog;
use crate::manifest::Manifest;
use crate::opening::reading_order;
use crate::packages::Packages;
use crate::project::Project;
use crate::render::render;
use crate::stack::Stack;

/// Two stacks side by side.
pub struct Difference {
    pub sides: [Side; 2],
    /// The files that are not the same in both, those to read first before the others.
    pub files: Vec<Changed>,
    /// The files that are the same in both.
    pub same: BTreeSet<String>,
}

/// One of the two stacks, in numbers and names.
pub struct Side {
    pub stack: Stack,
    pub files: usize,
    /// Lines of Rust in `src/`.
    pub lines: usize,
    /// The crates that the project asks for, each with its reason.
    pub crates: BTreeMap<String, String>,
    /// All crates, those of crates too, where a lock file is stored.
    pub packages: Option<usize>,
    pub variables: BTreeSet<String>,
    /// The images of the servers it needs.
    pub servers: Vec<String>,
    tree: BTreeMap<String, String>,
}

/// A file that is not the same in both.
pub struct Changed {
    pub path: String,
    pub how: How,
    pub plus: usize,
    pub minus: usize,
    /// As a unified diff; empty for a file that is only counted.
    pub diff: String,
}

/// How a file changes from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Removed,
    Added,
    Changed,
}

impl Difference {
    /// From one stack to another, for one project.
    pub fn of(
        catalog: &Catalog,
        left: &Stack,
        right: &Stack,
        project: &Project,
    ) -> Result<Difference> {
        let left = Side::of(catalog, left, project)?;
        let right = Side::of(catalog, right, project)?;
        let mut paths: Vec<&String> = left.tree.keys().chain(right.tree.keys()).collect();
        paths.sort_by_key(|path| reading_order(path));
        paths.dedup();
        let (mut files, mut same) = (Vec::new(), BTreeSet::new());
        for path in paths {
            match (left.tree.get(path), right.tree.get(path)) {
                (Some(old), Some(new)) if old == new => {
                    same.insert(path.clone());
                }
                (old, new) => files.push(Changed::of(path, old, new)),
            }
        }
        Ok(Difference { sides: [left, right], files, same })
    }

    /// The files that change in this way.
    pub fn files(&self, how: How) -> impl Iterator<Item = &Changed> {
        self.files.iter().filter(move |file| file.how == how)
    }
}

impl Side {
    fn of(catalog: &Catalog, stack: &Stack, project: &Project) -> Result<Side> {
        let tree = render(catalog, stack, project)?.into_iter().map(|(path, bytes)| {
            let parts = path.iter().map(|part| part.to_string_lossy());
            (parts.collect::<Vec<_>>().join("/"), String::from_utf8_lossy(&bytes).into_owned())
        });
        let tree: BTreeMap<String, String> = tree.collect();
        let code =
            tree.iter().filter(|(path, _)| path.starts_with("src/") && path.ends_with(".rs"));
        let layers = stack.layers(catalog);
        let variables = layers.iter().flat_map(|layer| &layer.spec.env);
        let services = layers.iter().flat_map(|layer| &layer.spec.service);
        let crates = Manifest::of(catalog, stack)?.dependencies;
        let lock = tree.get(LOCK).map(|lock| Packages::parse(lock)).transpose()?;
        Ok(Side {
            files: tree.len(),
            lines: code.map(|(_, text)| text.lines().count()).sum(),
            crates: crates.into_iter().map(|it| (it.name, it.why)).collect(),
            packages: lock.map(|packages| packages.count()),
            variables: variables.map(|variable| variable.name.clone()).collect(),
            servers: services.map(|service| service.image.clone()).collect(),
            stack: stack.clone(),
            tree,
        })
    }

    /// The lines of one of its files.
    pub fn lines_of(&self, path: &str) -> Option<usize> {
        self.tree.get(path).map(|text| text.lines().count())
    }
}

impl Changed {
    fn of(path: &str, old: Option<&String>, new: Option<&String>) -> Changed {
        let how = match (old, new) {
            (Some(_), None) => How::Removed,
            (None, Some(_)) => How::Added,
            _ => How::Changed,
        };
        let mut changed =
            Changed { path: path.to_string(), how, plus: 0, minus: 0, diff: String::new() };
        if COUNTED.contains(&path) {
            return changed;
        }
        let text = |side: Option<&'_ String>| side.cloned().unwrap_or_default();
        let (before, after) = (text(old), text(new));
        let diff = TextDiff::from_lines(&before, &after);
        let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
        (changed.plus, changed.minus) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        let name = |side: Option<&String>, mark| {
            side.map_or("/dev/null".to_string(), |_| format!("{mark}/{path}"))
        };
        let mut unified = diff.unified_diff();
        changed.diff = unified.header(&name(old, 'a'), &name(new, 'b')).to_string();
        changed
    }
}

const LOCK: &str = "Cargo.lock";

/// Nobody reads the one, and `.env.example` says what the other does.
const COUNTED: [&str; 2] = [LOCK, ".env"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::name::Name;

    #[test]
    fn each_file_is_gone_new_changed_or_the_same() {
        let catalog = fixture::catalog(&[
            ("base/files/same.rs", "same\n"),
            ("db/a/files/src/both.rs", "one\ntwo\nthree\n"),
            ("db/b/files/src/both.rs", "one\n2\nthree\nfour\n"),
            ("db/a/files/left.rs", "x\n"),
            ("db/b/files/right.rs", "y\ny\n"),
        ]);
        let stack = |db| Stack::choose(&catalog, [("db", db)]).unwrap();
        let project = Project::new(Name::parse("demo", &[]).unwrap());
        let difference = Difference::of(&catalog, &stack("a"), &stack("b"), &project).unwrap();
        let facts = difference.files.iter().map(|it| (it.path.as_str(), it.how, it.plus, it.minus));
        let expected = [
            ("src/both.rs", How::Changed, 2, 1),
            ("left.rs", How::Removed, 0, 1),
            ("right.rs", How::Added, 2, 0),
        ];
        assert_eq!(facts.collect::<Vec<_>>(), expected);
        assert_eq!(difference.same.iter().collect::<Vec<_>>(), ["same.rs"]);
        assert_eq!(difference.sides.map(|side| side.lines), [3, 4]);
        let diff = "--- a/src/both.rs\n+++ b/src/both.rs\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n+four\n";
        assert_eq!(difference.files[0].diff, diff);
    }
}
