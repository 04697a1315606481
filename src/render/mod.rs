//! What each file says: leaves are copied, seams are rendered.

mod around;
mod compose;
mod layout;
mod pipeline;
mod seams;
mod slots;
mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tera::{Delimiters, Tera};

use crate::catalog::{Catalog, Layer};
use crate::lock;
use crate::manifest::Manifest;
use crate::plan::{Plan, Source};
use crate::project::{Home, Project};
use crate::stack::Stack;
use seams::Seams;

/// A project as a value: every file by its path.
pub type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Every file of a project, with its lock file when one is stored for this stack.
pub fn render(catalog: &Catalog, stack: &Stack, project: &Project) -> Result<Tree> {
    lesson(catalog, stack, project, &[])
}

/// The same with further layers upon it, each upon those before.
pub fn lesson(
    catalog: &Catalog,
    stack: &Stack,
    project: &Project,
    more: &[&Layer],
) -> Result<Tree> {
    let plan = Plan::with(catalog, stack, more)?;
    let mut tree = fill(catalog, stack, project, more, &plan)?;
    if project.home != Home::Member
        && let Some(lock) = lock::of(catalog, stack, project)?
    {
        tree.insert(PathBuf::from("Cargo.lock"), lock.into_bytes());
    }
    Ok(tree)
}

fn fill(
    catalog: &Catalog,
    stack: &Stack,
    project: &Project,
    more: &[&Layer],
    plan: &Plan,
) -> Result<Tree> {
    let manifest = Manifest::of(catalog, stack)?;
    let seams = Seams::of(catalog, stack, more, &manifest, project)?;
    let context = tera::Context::from_serialize(&seams).context("cannot describe the stack")?;
    let tera = engine(plan)?;
    let mut tree = Tree::new();
    for (path, source) in &plan.files {
        if !source.seam {
            tree.insert(PathBuf::from(path), source.bytes.to_vec());
            continue;
        }
        let text = tera.render(path, &context)?;
        let text = layout::sorted(text.trim_start());
        // A seam with nothing to say, such as compose.yaml without services, is no file.
        if !text.is_empty() {
            tree.insert(PathBuf::from(path), text.into());
        }
    }
    Ok(tree)
}

/// Tera with `«value»`, so that braces of Rust and of CI files mean themselves.
fn engine(plan: &Plan) -> Result<Tera> {
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.set_delimiters(Delimiters {
        variable_start: "«".into(),
        variable_end: "»".into(),
        ..Delimiters::default()
    })?;
    let seams = plan.files.iter().filter(|(_, source)| source.seam);
    let texts = seams.map(|(path, source)| Ok((path.as_str(), text(source)?)));
    tera.add_raw_templates(texts.collect::<Result<Vec<_>>>()?)?;
    Ok(tera)
}

fn text(source: &Source) -> Result<&str> {
    std::str::from_utf8(&source.bytes).with_context(|| format!("`{}` is no text", source.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::name::Name;

    fn tree(files: &[(&str, &str)]) -> Result<Tree> {
        let catalog = fixture::catalog(files);
        let stack = Stack::choose(&catalog, [])?;
        render(&catalog, &stack, &Project::new(Name::parse("demo", &[])?))
    }

    fn text(tree: &Tree, path: &str) -> String {
        String::from_utf8_lossy(&tree[&PathBuf::from(path)]).into_owned()
    }

    #[test]
    fn leaves_are_copied_byte_for_byte() {
        let leaf = "fn f() { format!(\"{{}} «x» {x}\") }\r\n";
        let tree = tree(&[("base/files/src/a.rs", leaf)]).unwrap();
        assert_eq!(text(&tree, "src/a.rs"), leaf);
    }

    #[test]
    fn seams_loop_over_what_the_layers_bring() {
        let seam = "[deps]\n{%- for d in dependencies %}\n«d.name»\n{%- endfor %}\n";
        let option = "title = \"A\"\nsummary = \"a\"\n[dependencies.tea]\nwhy = \"hot\"\n";
        let tree = tree(&[("base/files/x.toml.tera", seam), ("db/a/option.toml", option)]).unwrap();
        assert_eq!(text(&tree, "x.toml"), "[deps]\ntea\n");
    }

    #[test]
    fn an_unknown_name_is_an_error_that_says_where() {
        let error = tree(&[("base/files/x.tera", "one\n«nothing»\n")]).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("nothing") && text.contains('x') && text.contains('2'), "{text}");
    }

    #[test]
    fn a_seam_with_nothing_to_say_is_no_file() {
        let seam = "{%- for c in compositions %}\nservices\n{%- endfor %}\n";
        let tree = tree(&[("base/files/compose.yaml.tera", seam)]).unwrap();
        assert!(!tree.contains_key(&PathBuf::from("compose.yaml")));
    }
}
