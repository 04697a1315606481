//! What can be chosen: the axes, their options, and the folder behind each.

pub mod check;
pub mod deploy;
pub mod fill;
mod further;
mod load;
mod service;
pub mod spec;

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Result;

use crate::ground::{self, Files};
use crate::stack::Stack;
pub use spec::Spec;

/// Everything that `templates/` says.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// What every project has.
    pub base: Layer,
    /// The questions, in the order they are asked.
    pub axes: Vec<Axis>,
    /// Layers that nobody chooses but options use, by id (`auth/_password`).
    pub hidden: BTreeMap<String, Layer>,
    /// The version of each crate that some layer depends on.
    pub versions: BTreeMap<String, String>,
    /// Loose files at the top, such as the stored locks.
    pub records: Files,
}

/// One question and its possible answers.
#[derive(Clone, Debug)]
pub struct Axis {
    pub name: String,
    pub title: String,
    pub question: String,
    pub help: String,
    pub default: String,
    /// It stands around the code: nothing of it is compiled.
    pub around: bool,
    /// More than one may be chosen; the default stands alone.
    pub several: bool,
    pub options: Vec<Layer>,
}

/// One folder of templates: the base, an option, or a hidden layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its path under `templates/`: `base`, `db/sqlite`, `auth/_password`.
    pub id: String,
    pub spec: Spec,
    /// Its part of the walk through a running backend.
    pub check: check::Check,
    /// Its page of the book, when it has one.
    pub book: String,
    /// Files it always brings, by their path in `files/`.
    pub files: Files,
    /// Files it brings when another layer is in too, by that layer's id.
    pub with: BTreeMap<String, Files>,
}

impl Catalog {
    /// The catalogue that this binary carries.
    pub fn bundled() -> Result<Catalog> {
        Catalog::from_files(ground::templates())
    }

    /// The crates that some project depends on: no project may have the name of one.
    pub fn crates(&self) -> Vec<&str> {
        self.versions.keys().map(String::as_str).collect()
    }

    /// A catalogue from any tree of files, the way `templates/` is laid out.
    pub fn from_files(files: Files) -> Result<Catalog> {
        load::catalog(files)
    }

    /// The axis of that name.
    pub fn axis(&self, name: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.name == name)
    }

    /// Every stack there can be, with nothing around it.
    pub fn stacks(&self) -> Vec<Stack> {
        let mut choices: Vec<Vec<(&str, &str)>> = vec![vec![]];
        for axis in self.axes.iter().filter(|axis| !axis.around) {
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    axis.options.iter().map(|option| {
                        let mut chosen = chosen.clone();
                        chosen.push((axis.name.as_str(), option.name()));
                        chosen
                    })
                })
                .collect();
        }
        choices.into_iter().filter_map(|chosen| Stack::choose(self, chosen).ok()).collect()
    }

    /// A file at the top of `templates/`, as text.
    pub fn record(&self, name: &str) -> Option<Cow<'_, str>> {
        let text = |bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        };
        self.records.get(name).map(|bytes| text(bytes))
    }
}

impl Axis {
    /// The option of that name.
    pub fn option(&self, name: &str) -> Option<&Layer> {
        self.options.iter().find(|option| option.name() == name)
    }

    /// The names of its options, in order.
    pub fn names(&self) -> Vec<&str> {
        self.options.iter().map(Layer::name).collect()
    }
}

impl Layer {
    /// The last part of its id: `sqlite`.
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }

    /// Its id as folders under `with/` write it: `db.sqlite`.
    pub fn dotted(&self) -> String {
        self.id.replace('/', ".")
    }
}
