//! Reads a tree of template files into a catalogue.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;

use crate::catalog::check::Check;
use crate::catalog::spec::AxisSpec;
use crate::catalog::{Axis, Catalog, Layer, Spec};
use crate::ground::Files;

pub fn catalog(files: Files) -> Result<Catalog> {
    let versions = read(&files, "versions.toml")?;
    let mut layers = layers(&files)?;
    let base = layers.remove("base").context("the templates have no `base/layer.toml`")?;
    let mut axes = Vec::new();
    for path in files.keys().filter(|path| path.ends_with("/axis.toml")) {
        let name = path.trim_end_matches("/axis.toml");
        axes.push(axis(&files, name, &mut layers)?);
    }
    axes.sort_by_key(|(order, _)| *order);
    let axes = axes.into_iter().map(|(_, axis)| axis).collect();
    if let Some(id) = layers.keys().find(|id| !is_hidden(id)) {
        bail!("`{id}` is in no axis: `{}` is missing", axis_file(id));
    }
    let records = files.into_iter().filter(|(path, _)| !path.contains('/')).collect();
    let catalog = Catalog { base, axes, hidden: layers, versions, records };
    check(&catalog)?;
    Ok(catalog)
}

/// Every folder with an `option.toml` or a `layer.toml`, by id.
fn layers(files: &Files) -> Result<BTreeMap<String, Layer>> {
    let mut layers = BTreeMap::new();
    for path in files.keys() {
        let Some((id, "option.toml" | "layer.toml")) = path.rsplit_once('/') else {
            continue;
        };
        if id.contains("/files") || id.contains("/with/") {
            continue;
        }
        layers.insert(id.to_string(), layer(files, id, read(files, path)?)?);
    }
    Ok(layers)
}

/// The layer in a folder.
pub(super) fn layer(files: &Files, id: &str, spec: Spec) -> Result<Layer> {
    let mut with: BTreeMap<String, Files> = BTreeMap::new();
    for (path, bytes) in under(files, &format!("{id}/with/")) {
        let (dotted, path) = path
            .split_once('/')
            .with_context(|| format!("`{id}/with/{path}` is a file, not a folder"))?;
        let layer = with.entry(dotted.replacen('.', "/", 1)).or_default();
        layer.insert(path.to_string(), bytes);
    }
    let check = format!("{id}/check.toml");
    let check = if files.contains_key(&check) { read(files, &check)? } else { Check::default() };
    let book = files.get(&format!("{id}/book.md"));
    let book = book.map_or("".into(), |page| String::from_utf8_lossy(page)).into_owned();
    let own = under(files, &format!("{id}/files/"));
    Ok(Layer { id: id.to_string(), spec, check, book, files: own, with })
}

/// One axis takes its options out of the layers.
fn axis(files: &Files, name: &str, layers: &mut BTreeMap<String, Layer>) -> Result<(u32, Axis)> {
    let spec: AxisSpec = read(files, &format!("{name}/axis.toml"))?;
    let prefix = format!("{name}/");
    let ids: Vec<String> =
        layers.keys().filter(|id| id.starts_with(&prefix) && !is_hidden(id)).cloned().collect();
    let mut options: Vec<Layer> = ids.iter().filter_map(|id| layers.remove(id)).collect();
    options.sort_by(|a, b| (a.spec.order, &a.id).cmp(&(b.spec.order, &b.id)));
    let axis = Axis {
        name: name.to_string(),
        title: spec.title,
        question: spec.question,
        help: spec.help,
        default: spec.default,
        around: spec.around,
        several: spec.several,
        options,
    };
    ensure!(
        axis.option(&axis.default).is_some(),
        "`{name}/axis.toml`: the default `{}` is no option",
        axis.default
    );
    let stands = axis.around || !axis.several;
    ensure!(stands, "`{name}/axis.toml`: only what stands around the code can be several");
    Ok((spec.order, axis))
}

/// What layers say of each other is true.
fn check(catalog: &Catalog) -> Result<()> {
    let options = catalog.axes.iter().flat_map(|axis| &axis.options);
    let all: Vec<&Layer> = options.chain(catalog.hidden.values()).chain([&catalog.base]).collect();
    for option in catalog.axes.iter().flat_map(|axis| &axis.options) {
        let named = !option.spec.title.is_empty() && !option.spec.summary.is_empty();
        ensure!(named, "`{}` needs a title and a summary", option.id);
        for refused in &option.spec.refuse {
            let with = refused.with.replacen('.', "/", 1);
            let known = catalog.axes.iter().flat_map(|axis| &axis.options).any(|it| it.id == with);
            ensure!(known, "`{}` refuses `{}`, which is no choice", option.id, refused.with);
        }
    }
    for layer in around(catalog) {
        let spec = &layer.spec;
        let (crates, dev_crates) = (spec.dependencies.len(), spec.dev_dependencies.len());
        let lists = [crates, dev_crates, spec.env.len(), spec.module.len(), spec.platform.len()];
        let more = [spec.test.len(), spec.service.len(), spec.request.len(), spec.verb.len()];
        let compiled = lists.iter().chain(&more).any(|length| *length > 0);
        let mut paths = layer.files.keys().chain(layer.with.values().flat_map(|it| it.keys()));
        let code = paths.any(|path| path.starts_with("src/") || path.starts_with("tests/"));
        ensure!(!compiled && !code, "`{}` stands around the code, and has some", layer.id);
    }
    for layer in &all {
        let replaces = !layer.spec.replaces.is_empty();
        ensure!(!replaces, "`{}` replaces files, which only a lesson may", layer.id);
        for id in &layer.spec.uses {
            let known = catalog.hidden.contains_key(id);
            ensure!(known, "`{}` uses `{id}`, which is no layer", layer.id);
        }
        for id in layer.spec.fill.iter().flat_map(|fill| fill.with.ids()) {
            let known = all.iter().any(|layer| layer.id == id);
            ensure!(known, "`{}` fills a slot beside `{id}`, which is no layer", layer.id);
        }
        let crates = layer.spec.dependencies.keys();
        for name in crates.chain(layer.spec.dev_dependencies.keys()) {
            let known = catalog.versions.contains_key(name);
            ensure!(known, "`versions.toml` lacks `{name}` of `{}`", layer.id);
        }
    }
    Ok(())
}

/// The options of the axes that stand around the code, and the hidden layers beside them.
fn around(catalog: &Catalog) -> impl Iterator<Item = &Layer> {
    let axes = catalog.axes.iter().filter(|axis| axis.around);
    axes.flat_map(|axis| {
        let folder = format!("{}/", axis.name);
        let hidden = catalog.hidden.values().filter(move |layer| layer.id.starts_with(&folder));
        axis.options.iter().chain(hidden)
    })
}

pub(super) fn read<T: DeserializeOwned>(files: &Files, path: &str) -> Result<T> {
    let bytes = files.get(path).with_context(|| format!("the templates have no `{path}`"))?;
    let text = std::str::from_utf8(bytes).with_context(|| format!("`{path}` is no text"))?;
    toml::from_str(text).with_context(|| format!("cannot read `{path}`"))
}

fn under(files: &Files, prefix: &str) -> Files {
    files
        .range(prefix.to_string()..)
        .take_while(|(path, _)| path.starts_with(prefix))
        .map(|(path, bytes)| (path[prefix.len()..].to_string(), bytes.clone()))
        .collect()
}

fn is_hidden(id: &str) -> bool {
    id.rsplit('/').next().is_some_and(|name| name.starts_with('_'))
}

fn axis_file(id: &str) -> String {
    match id.split_once('/') {
        Some((axis, _)) => format!("{axis}/axis.toml"),
        None => "axis.toml".to_string(),
    }
}
