//! Layers beyond a stack: the shop that lessons share, and what each lesson puts upon it.

use anyhow::{Result, ensure};

use crate::catalog::{Layer, Spec, load};
use crate::ground::Files;
use crate::plan;

impl Layer {
    /// The layer in a folder of the lessons. Its `layer.toml` may be missing.
    pub fn read(files: &Files, folder: &str) -> Result<Layer> {
        let path = format!("{folder}/layer.toml");
        let there = files.contains_key(&path);
        let spec: Spec = if there { load::read(files, &path)? } else { Spec::default() };
        let crates = spec.dependencies.len() + spec.dev_dependencies.len() + spec.service.len();
        ensure!(crates == 0, "`{path}` asks for crates or servers, which only the stack may");
        let layer = load::layer(files, folder, spec)?;
        for path in layer.files.keys().chain(layer.with.values().flat_map(|files| files.keys())) {
            plan::target(path)?;
        }
        Ok(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Result<Layer> {
        let files =
            files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec().into()));
        Layer::read(&files.collect(), "a/start")
    }

    #[test]
    fn a_lesson_layer_is_read_like_an_option() {
        let layer = read(&[("a/start/files/x.rs", ""), ("a/start/with/db.a/y.rs", "")]).unwrap();
        assert_eq!(layer.id, "a/start");
        assert!(layer.files.contains_key("x.rs") && layer.with["db/a"].contains_key("y.rs"));
    }

    #[test]
    fn a_lesson_brings_no_crates_and_leaves_no_project() {
        let crates = "[dependencies.tea]\nwhy = \"hot\"\n";
        assert!(read(&[("a/start/layer.toml", crates)]).is_err());
        assert!(read(&[("a/start/layer.toml", "unknown = 1\n")]).is_err());
        assert!(read(&[("a/start/files/../x.rs", "")]).is_err());
    }
}
