//! The dependencies of a stack: the layers' crates, merged, each with its reason.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::catalog::spec::Crate;
use crate::catalog::{Catalog, Layer};
use crate::stack::Stack;

/// What `Cargo.toml` says about other crates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub dependencies: Vec<Dependency>,
    pub dev_dependencies: Vec<Dependency>,
}

/// One dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    pub name: String,
    pub version: String,
    pub default_features: bool,
    pub features: BTreeSet<String>,
    /// Why it is there, in the words of the first layer that asks for it.
    pub why: String,
    pub optimise: bool,
}

impl Manifest {
    /// The crates of all layers of a stack; features are united.
    pub fn of(catalog: &Catalog, stack: &Stack) -> Result<Manifest> {
        let layers = stack.layers(catalog);
        let dependencies = merge(catalog, &layers, |layer| &layer.spec.dependencies)?;
        let mut dev_dependencies = merge(catalog, &layers, |layer| &layer.spec.dev_dependencies)?;
        dev_dependencies.retain(|dev| !covered(&dependencies, dev));
        Ok(Manifest { dependencies, dev_dependencies })
    }
}

/// A test needs nothing of this crate that the program does not have.
fn covered(dependencies: &[Dependency], dev: &Dependency) -> bool {
    dependencies.iter().any(|dependency| {
        dependency.name == dev.name
            && dependency.features.is_superset(&dev.features)
            && (dependency.default_features || !dev.default_features)
    })
}

fn merge<'a>(
    catalog: &Catalog,
    layers: &[&'a Layer],
    table: impl Fn(&'a Layer) -> &'a BTreeMap<String, Crate>,
) -> Result<Vec<Dependency>> {
    let mut merged: BTreeMap<&str, Dependency> = BTreeMap::new();
    for layer in layers {
        for (name, asked) in table(layer) {
            if !merged.contains_key(name.as_str()) {
                let version = catalog
                    .versions
                    .get(name)
                    .with_context(|| format!("`versions.toml` lacks `{name}` of `{}`", layer.id))?;
                merged.insert(
                    name,
                    Dependency {
                        name: name.clone(),
                        version: version.clone(),
                        default_features: false,
                        features: BTreeSet::new(),
                        why: asked.why.clone(),
                        optimise: false,
                    },
                );
            }
            if let Some(dependency) = merged.get_mut(name.as_str()) {
                dependency.features.extend(asked.features.iter().cloned());
                dependency.default_features |= asked.default_features;
                dependency.optimise |= asked.optimise;
            }
        }
    }
    Ok(merged.into_values().collect())
}

impl Dependency {
    /// What stands right of the `=` in `Cargo.toml`.
    pub fn requirement(&self) -> String {
        let mut parts = vec![format!("version = \"{}\"", self.version)];
        if !self.default_features {
            parts.push("default-features = false".to_string());
        }
        if !self.features.is_empty() {
            let features: Vec<String> = self.features.iter().map(|f| format!("\"{f}\"")).collect();
            parts.push(format!("features = [{}]", features.join(", ")));
        }
        match parts.as_slice() {
            [_] => format!("\"{}\"", self.version),
            parts => format!("{{ {} }}", parts.join(", ")),
        }
    }
}
