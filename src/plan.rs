//! Which file comes from which folder. Nothing but its path decides about a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::catalog::{Catalog, Layer};
use crate::ground::Files;
use crate::patch;
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
        Plan::with(catalog, stack, &[])
    }

    /// The files of a stack and of further layers, each upon those before it. A further layer may
    /// take the place of a file that it names, and change one by a `.diff` of it.
    pub fn with(catalog: &Catalog, stack: &Stack, further: &[&Layer]) -> Result<Plan> {
        let layers = stack.layers(catalog);
        let mut plan = Plan::default();
        for layer in layers.iter().chain(further) {
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
            if let Some(changed) = target.strip_suffix(".diff") {
                self.change(layer, changed, &format!("{}/{folder}/{path}", layer.id), bytes)?;
                continue;
            }
            let source = Source {
                layer: layer.id.clone(),
                path: format!("{}/{folder}/{path}", layer.id),
                seam,
                bytes: bytes.clone(),
            };
            let replaces = layer.spec.replaces.contains(&target);
            if let Some(other) = self.files.get(&target)
                && (other.layer == layer.id || !replaces)
            {
                bail!("`{target}` has two owners: `{}` and `{}`", other.path, source.path);
            }
            self.files.insert(target, source);
        }
        Ok(())
    }
}

impl Plan {
    /// Changes a file of an earlier layer, exactly or not at all.
    fn change(&mut self, layer: &Layer, target: &str, path: &str, diff: &[u8]) -> Result<()> {
        let source = self.files.get_mut(target).filter(|source| source.layer != layer.id);
        let source = source.with_context(|| format!("`{path}` changes what nobody brought"))?;
        ensure!(!source.seam, "`{path}` changes a seam");
        let text = str::from_utf8(&source.bytes).with_context(|| format!("`{target}`: no text"))?;
        let diff = str::from_utf8(diff).with_context(|| format!("`{path}` is no text"))?;
        let changed = patch::apply(text, diff).with_context(|| format!("cannot apply `{path}`"))?;
        source.bytes = changed.into_bytes().into();
        source.layer.clone_from(&layer.id);
        source.path = path.to_string();
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

    fn upon(files: &[(&str, &str)], further: &[(&str, &str)]) -> Result<Plan> {
        let catalog = fixture::catalog(files);
        let own =
            further.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec().into()));
        let own: Files = own.collect();
        let layers = ["one", "two"].map(|id| Layer::read(&own, id).unwrap());
        let layers: Vec<&Layer> = layers.iter().collect();
        Plan::with(&catalog, &Stack::choose(&catalog, [])?, &layers)
    }

    #[test]
    fn a_further_layer_replaces_only_what_it_names() {
        let (base, new) = ([("base/files/a.rs", "old")], ("one/files/a.rs", "new"));
        let error = upon(&base, &[new]).unwrap_err().to_string();
        assert!(error.contains("two owners"), "{error}");
        let names = ("one/layer.toml", "replaces = [\"a.rs\"]\n");
        let plan = upon(&base, &[new, names]).unwrap();
        assert_eq!(*plan.files["a.rs"].bytes, *b"new");
        assert_eq!(plan.files["a.rs"].layer, "one");
        // the next layer must name it again
        assert!(upon(&base, &[new, names, ("two/files/a.rs", "newer")]).is_err());
        // one layer cannot bring it twice, whatever it names
        assert!(upon(&base, &[new, names, ("one/with/db.a/a.rs", "newer")]).is_err());
    }

    #[test]
    fn the_path_is_the_condition_of_a_further_layer_too() {
        let further = [("one/with/db.a/x.rs", ""), ("one/with/db.b/y.rs", "")];
        let plan = upon(&[], &further).unwrap();
        assert!(plan.files.contains_key("x.rs") && !plan.files.contains_key("y.rs"));
    }

    #[test]
    fn a_diff_changes_what_an_earlier_layer_brought() {
        let base = [("base/files/a.rs", "one\ntwo\nthree\n"), ("base/files/s.rs.tera", "one\n")];
        let diff = ("two/files/a.rs.diff", "@@ -1 +1 @@\n one\n-two\n+2\n");
        let plan = upon(&base, &[diff]).unwrap();
        assert_eq!(*plan.files["a.rs"].bytes, *b"one\n2\nthree\n");
        assert_eq!(plan.files["a.rs"].layer, "two");
        let seam = ("two/files/s.rs.diff", "@@ -1 +1 @@\n-one\n+1\n");
        assert!(upon(&base, &[seam]).is_err());
        assert!(upon(&[], &[diff]).is_err());
        assert!(upon(&base, &[diff, ("two/with/db.a/a.rs.diff", diff.1)]).is_err());
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
