//! Which file comes from which folder. Nothing but its path decides about a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};

use crate::catalog::{Catalog, Layer};
use crate::ground::Files;
use crate::stack::Stack;

/// Every file of a project, by its path in the project.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub files: BTreeMap<String, Source>,
}

/// Where one file comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The id of the layer that owns it.
    pub layer: String,
    /// Its path in `templates/`.
    pub path: String,
    /// It is a seam: rendered, not copied.
    pub seam: bool,
    pub bytes: Cow<'static, [u8]>,
}

impl Plan {
    /// The files of a stack. Two folders that bring the same file are an error.
    pub fn of(catalog: &Catalog, stack: &Stack) -> Result<Plan> {
        let layers = stack.layers(catalog);
        let mut plan = Plan::default();
        for layer in &layers {
            plan.add(layer, "files", &layer.files)?;
            for (condition, files) in &layer.with {
                if layers.iter().any(|layer| layer.id == *condition) {
                    let folder = format!("with/{}", condition.replace('/', "."));
                    plan.add(layer, &folder, files)?;
                }
            }
        }
        for layer in &layers {
            for path in &layer.spec.needs {
                let there = plan.files.contains_key(path);
                ensure!(there, "`{}` needs `{path}`, which nothing brings", layer.id);
            }
        }
        Ok(plan)
    }

    fn add(&mut self, layer: &Layer, folder: &str, files: &Files) -> Result<()> {
        for (path, bytes) in files {
            let (target, seam) = target(path)?;
            let source = Source {
                layer: layer.id.clone(),
                path: format!("{}/{folder}/{path}", layer.id),
                seam,
                bytes: bytes.clone(),
            };
            if let Some(other) = self.files.get(&target) {
                bail!("`{target}` has two owners: `{}` and `{}`", other.path, source.path);
            }
            self.files.insert(target, source);
        }
        Ok(())
    }
}

/// Where a template file goes, and whether it is a seam: `_x` becomes `.x`, `.tera` is dropped.
pub(crate) fn target(path: &str) -> Result<(String, bool)> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        let odd = part.is_empty() || part == "." || part == ".." || part.contains(['\\', ':']);
        ensure!(!odd, "the template path `{path}` leaves the project");
        parts.push(match part.strip_prefix('_') {
            Some(rest) => format!(".{rest}"),
            None => part.to_string(),
        });
    }
    let target = parts.join("/");
    Ok(match target.strip_suffix(".tera") {
        Some(target) => (target.to_string(), true),
        None => (target, false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn only_two_things_are_renamed() {
        let dotted = target("_cargo/config.toml").unwrap();
        assert_eq!(dotted, (".cargo/config.toml".to_string(), false));
        let seam = target("src/lib.rs.tera").unwrap();
        assert_eq!(seam, ("src/lib.rs".to_string(), true));
    }

    #[test]
    fn no_template_leaves_the_project() {
        for path in ["../x", "a/../../b", "/etc/passwd", "a//b", "c:/x"] {
            assert!(target(path).is_err(), "{path}");
        }
    }

    fn plan(files: &[(&str, &str)], choices: &[(&str, &str)]) -> Result<Plan> {
        let catalog = fixture::catalog(files);
        Plan::of(&catalog, &Stack::choose(&catalog, choices.iter().copied())?)
    }

    #[test]
    fn two_owners_of_a_path_are_an_error_that_names_both() {
        let files = [("base/files/a.rs", ""), ("db/a/files/a.rs", "")];
        let error = plan(&files, &[]).unwrap_err().to_string();
        assert!(error.contains("base/files/a.rs") && error.contains("db/a/files/a.rs"), "{error}");
    }

    #[test]
    fn the_path_is_the_condition() {
        let files = [("db/a/with/api.y/pair.rs", ""), ("db/b/files/b.rs", "")];
        let has = |choices: &[(&str, &str)], path: &str| {
            plan(&files, choices).unwrap().files.contains_key(path)
        };
        assert!(has(&[("api", "y")], "pair.rs"));
        assert!(!has(&[("api", "x")], "pair.rs"));
        assert!(!has(&[("db", "b"), ("api", "y")], "pair.rs"));
        assert!(has(&[("db", "b")], "b.rs"));
    }

    #[test]
    fn a_hidden_layer_comes_with_those_who_use_it() {
        let files = [
            ("api/_both/layer.toml", "uses = []\n"),
            ("api/_both/files/both.rs", ""),
            ("api/x/option.toml", "title = \"X\"\nsummary = \"x\"\nuses = [\"api/_both\"]\n"),
            ("db/a/with/api._both/pair.rs", ""),
        ];
        let with = plan(&files, &[("api", "x")]).unwrap();
        assert_eq!(with.files["both.rs"].layer, "api/_both");
        assert!(with.files.contains_key("pair.rs"));
        let without = plan(&files, &[("api", "y")]).unwrap();
        assert!(without.files.is_empty());
    }

    #[test]
    fn what_a_layer_needs_must_come_from_somewhere() {
        let needs = "title = \"A\"\nsummary = \"a\"\nneeds = [\"src/x.rs\"]\n";
        assert!(plan(&[("db/a/option.toml", needs)], &[]).is_err());
        let files = [("db/a/option.toml", needs), ("api/x/files/src/x.rs", "")];
        assert!(plan(&files, &[]).is_ok());
    }
}
