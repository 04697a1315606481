//! Reads `lessons/`. A mistake is told with its file and line.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use crate::catalog::Layer;
use crate::ground::Files;
use crate::lesson::probe::Probes;
use crate::lesson::spec::{CourseSpec, LessonSpec};
use crate::lesson::{Lesson, Lessons};

pub fn lessons(files: &Files) -> Result<Lessons> {
    let course: CourseSpec = read(files, "course.toml")?;
    let places = course.lesson.iter();
    Ok(Lessons {
        lessons: places.map(|place| lesson(files, &place.path)).collect::<Result<_>>()?,
        tracks: course.track,
        usual: course.stack,
        queries: if files.contains_key("queries.toml") {
            read(files, "queries.toml")?
        } else {
            BTreeMap::new()
        },
        shop: Layer::read(files, "shop")?,
        inspector: match files.keys().any(|path| path.starts_with("inspector/")) {
            true => Some(Layer::read(files, "inspector")?),
            false => None,
        },
    })
}

fn lesson(files: &Files, folder: &str) -> Result<Lesson> {
    let spec: LessonSpec = read(files, &format!("{folder}/lesson.toml"))?;
    let layer = |name: &str| -> Result<Layer> {
        let mut layer = Layer::read(files, &format!("{folder}/{name}"))?;
        layer.spec.replaces.extend(spec.replaces.iter().cloned());
        Ok(layer)
    };
    let mut mutants = BTreeMap::new();
    for mutant in &spec.mutant {
        let name = format!("mutants/{}", mutant.name);
        let prefix = format!("{folder}/{name}/");
        if !files.keys().any(|path| path.starts_with(&prefix)) {
            bail!("`lessons/{folder}/lesson.toml` has a mutant `{}` without a folder", mutant.name);
        }
        mutants.insert(mutant.name.clone(), layer(&name)?);
    }
    Ok(Lesson {
        folder: folder.to_string(),
        text: text(files, &format!("{folder}/lesson.md"))?.to_string(),
        why: text(files, &format!("{folder}/why.md"))?.to_string(),
        probes: read(files, &format!("{folder}/probes.toml"))?,
        probes_with: probes_with(files, folder)?,
        brings: layer("brings")?,
        start: layer("start")?,
        solution: layer("solution")?,
        mutants,
        spec,
    })
}

/// `with/api.graphql/probes.toml`, by choice.
fn probes_with(files: &Files, folder: &str) -> Result<BTreeMap<String, Probes>> {
    let prefix = format!("{folder}/with/");
    let mut probes = BTreeMap::new();
    for path in files.keys().filter(|path| path.starts_with(&prefix)) {
        let choice = path[prefix.len()..].strip_suffix("/probes.toml");
        let choice = choice.with_context(|| format!("`lessons/{path}`: nobody reads this file"))?;
        probes.insert(choice.to_string(), read(files, path)?);
    }
    Ok(probes)
}

fn text<'a>(files: &'a Files, path: &str) -> Result<&'a str> {
    let bytes = files.get(path).with_context(|| format!("there is no `lessons/{path}`"))?;
    std::str::from_utf8(bytes).with_context(|| format!("`lessons/{path}` is no text"))
}

fn read<T: DeserializeOwned>(files: &Files, path: &str) -> Result<T> {
    let text = text(files, path)?;
    toml::from_str(text).map_err(|error| {
        let before = &text[..error.span().map_or(0, |span| span.start).min(text.len())];
        let line = before.matches('\n').count() + 1;
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        anyhow::anyhow!("lessons/{path}:{line}: {what}")
    })
}
