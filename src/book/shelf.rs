//! Every stack that a listing may come from, each rendered when it is first asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};

use crate::catalog::Catalog;
use crate::lesson::Lessons;
use crate::plan::Plan;
use crate::project::Project;
use crate::render::{Tree, render};
use crate::stack::Stack;

/// The stacks, and which of them is the reader's.
pub struct Shelf<'a> {
    pub catalog: &'a Catalog,
    /// What the reader has chosen.
    pub stack: Stack,
    /// What holds when nobody chooses.
    pub default: Stack,
    pub project: Project,
    /// What can be done after a chapter.
    pub lessons: Lessons,
    /// Other choices are not looked at: no tabs, no builder.
    pub alone: bool,
    rendered: RefCell<BTreeMap<String, Rc<Rendered>>>,
}

/// One stack. Leaves come from its plan, so that most of it need never be rendered.
struct Rendered {
    stack: Stack,
    plan: Plan,
    tree: OnceCell<Tree>,
}

impl<'a> Shelf<'a> {
    /// For a reader with this stack.
    pub fn new(catalog: &'a Catalog, stack: Stack, project: Project) -> Result<Shelf<'a>> {
        let (default, lessons) = (Stack::choose(catalog, [])?, Lessons::bundled()?);
        let rendered = RefCell::default();
        Ok(Shelf { catalog, stack, default, project, lessons, alone: false, rendered })
    }

    /// What a file says in a stack; nothing when the stack has no such file.
    pub fn text(&self, stack: &Stack, path: &str) -> Result<Option<String>> {
        let rendered = self.rendered(stack)?;
        if let Some(source) = rendered.plan.files.get(path).filter(|source| !source.seam) {
            return text(path, &source.bytes).map(Some);
        }
        let tree = self.tree(&rendered)?;
        tree.get(Path::new(path)).map(|bytes| text(path, bytes)).transpose()
    }

    /// The files that a stack has, each with a number that stands for what it says.
    pub fn written(&self, stack: &Stack) -> Result<BTreeMap<String, u64>> {
        let rendered = self.rendered(stack)?;
        let files = self.tree(&rendered)?.iter().map(|(path, bytes)| {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            let mut hash = DefaultHasher::new();
            bytes.hash(&mut hash);
            (parts.join("/"), hash.finish())
        });
        Ok(files.collect())
    }

    /// The paths that a stack plans, of which a seam without words is not written.
    pub fn planned(&self, stack: &Stack) -> Result<BTreeSet<String>> {
        Ok(self.rendered(stack)?.plan.files.keys().cloned().collect())
    }

    /// The paths of a stack's files that are copied as they are.
    pub fn leaves(&self, stack: &Stack) -> Result<Vec<String>> {
        let rendered = self.rendered(stack)?;
        let leaves = rendered.plan.files.iter().filter(|(_, source)| !source.seam);
        Ok(leaves.map(|(path, _)| path.clone()).collect())
    }

    fn tree<'r>(&self, rendered: &'r Rendered) -> Result<&'r Tree> {
        if let Some(tree) = rendered.tree.get() {
            return Ok(tree);
        }
        let tree = render(self.catalog, &rendered.stack, &self.project)?;
        Ok(rendered.tree.get_or_init(|| tree))
    }

    fn rendered(&self, stack: &Stack) -> Result<Rc<Rendered>> {
        let key = stack.flags();
        if let Some(rendered) = self.rendered.borrow().get(&key) {
            return Ok(rendered.clone());
        }
        let plan = Plan::of(self.catalog, stack)?;
        let rendered = Rc::new(Rendered { stack: stack.clone(), plan, tree: OnceCell::new() });
        self.rendered.borrow_mut().insert(key, rendered.clone());
        Ok(rendered)
    }
}

fn text(path: &str, bytes: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(bytes).with_context(|| format!("`{path}` is no text"))?;
    Ok(text.to_string())
}
