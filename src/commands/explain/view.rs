//! What `explain` looks at: one stack, rendered, and the project it stands in.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::catalog::{Axis, Catalog, Layer};
use crate::choice;
use crate::commands::here::Here;
use crate::name::{FALLBACK, Name};
use crate::opening::{Opening, reading_order};
use crate::origin::{self, Origin};
use crate::project::Project;
use crate::render::render;
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::{plan, words};

/// A stack, and every file of it.
pub struct View<'a> {
    pub catalog: &'a Catalog,
    pub stack: Stack,
    pub here: Option<&'a Here>,
    /// What each file says, by its path with `/`.
    pub files: BTreeMap<String, String>,
}

impl<'a> View<'a> {
    /// Of this stack, with the names of the project around.
    pub fn of(catalog: &'a Catalog, stack: Stack, here: Option<&'a Here>) -> Result<View<'a>> {
        let name = here.and_then(|here| here.remembered.name.as_deref()).unwrap_or(FALLBACK);
        let name = Name::parse(name, &[])?;
        let tree = render(catalog, &stack, &Project::new(name))?;
        let files = tree.iter().map(|(path, bytes)| {
            let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            (path, String::from_utf8_lossy(bytes).into_owned())
        });
        Ok(View { catalog, stack, here, files: files.collect() })
    }

    /// The same of another stack.
    pub fn with(&self, stack: Stack) -> Result<View<'a>> {
        View::of(self.catalog, stack, self.here)
    }

    /// A view in which this origin holds: this one when it does, else the nearest.
    /// With `None` for the former.
    pub fn having<T>(&self, origin: &Origin<'_, T>) -> Result<Option<View<'a>>> {
        match origin.holds(&self.stack) {
            true => Ok(None),
            false => origin.nearest(self.catalog, &self.stack).map(|it| self.with(it)).transpose(),
        }
    }

    /// The name of the project.
    pub fn name(&self) -> String {
        let name = self.here.and_then(|here| here.remembered.name.clone());
        name.unwrap_or_else(|| FALLBACK.to_string())
    }

    /// This stack has this option.
    pub fn has(&self, axis: &Axis, option: &Layer) -> bool {
        self.stack.choices().any(|choice| choice == (axis.name.as_str(), option.name()))
    }

    /// An axis and one of its options by their names.
    pub fn choice(&self, axis: &str, option: &str) -> Result<(&'a Axis, &'a Layer), Trouble> {
        choice::find(self.catalog, axis, option)
            .map_err(|refusal| Trouble::usage(refusal.to_string()).hint(refusal.hint()))
    }

    /// The paths of all files.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    /// What a file or folder is, in its own words or in those of the catalogue.
    pub fn says(&self, path: &str) -> String {
        self.silent(path)
            .or_else(|| Opening::of(self.files.get(path)?).map(|opening| opening.says))
            .or_else(|| self.folder_says(path))
            .unwrap_or_default()
    }

    /// The same in one sentence.
    pub fn sentence(&self, path: &str) -> String {
        match self.silent(path) {
            Some(says) => says,
            None => {
                let opening = self.files.get(path).and_then(|text| Opening::of(text));
                let says = opening.map(|opening| opening.sentence().to_string());
                says.unwrap_or_else(|| self.folder_says(path).unwrap_or_default())
            }
        }
    }

    /// A folder speaks through its first module.
    fn folder_says(&self, path: &str) -> Option<String> {
        let first = ["mod.rs", "main.rs"].map(|name| format!("{path}/{name}"));
        let first = first.iter().find_map(|path| Opening::of(self.files.get(path)?));
        first.map(|opening| opening.sentence().to_string())
    }

    fn silent(&self, path: &str) -> Option<String> {
        let layers = self.stack.layers(self.catalog);
        let mut silent = layers.iter().flat_map(|layer| &layer.spec.file);
        silent.find(|file| file.path == path).map(|file| file.summary.clone())
    }

    /// The files that contain this, those to read first before the others.
    pub fn mentions(&self, holds: impl Fn(&str) -> bool) -> Vec<&str> {
        let sources = self.files.iter().filter(|(path, _)| path.ends_with(".rs"));
        let mut paths: Vec<&str> =
            sources.filter(|(_, text)| holds(text)).map(|(path, _)| path.as_str()).collect();
        paths.sort_by_key(|path| reading_order(path));
        paths
    }

    /// The option of an axis that this stack has, when it has one.
    pub fn chosen(&self, axis: &Axis) -> Option<&str> {
        self.stack.choices().find(|(name, _)| *name == axis.name).map(|(_, option)| option)
    }

    /// "this stack has `--auth session`", for what another choice would bring.
    pub fn instead<T>(&self, origin: &Origin<'_, T>) -> String {
        let axes: BTreeSet<&str> =
            origin.needs.iter().flatten().map(|(axis, _)| axis.name.as_str()).collect();
        let has = self.stack.choices().filter(|(axis, _)| axes.contains(axis));
        let has: Vec<String> = has.map(|(axis, option)| format!("--{axis} {option}")).collect();
        format!("{} has {}", self.whose(), words::and_list(&has))
    }

    /// Whose choices they are.
    pub fn whose(&self) -> &'static str {
        if self.here.is_some() { "this project" } else { "this stack" }
    }
}

/// Every path that some stack has.
pub fn every_path(catalog: &Catalog) -> BTreeSet<String> {
    let layers = origin::layers(catalog);
    let files = layers
        .flat_map(|layer| layer.files.keys().chain(layer.with.values().flat_map(|it| it.keys())));
    files.filter_map(|path| Some(plan::target(path).ok()?.0)).collect()
}
