//! What a runner would check out, as a workspace of its own with one member.
//!
//! As a member it has another identity for cargo than the project it is a copy of, so the two can share a
//! build folder: what is built of a bad commit is never taken for the project.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item};

use crate::render::Tree;

/// The folder of the project in it.
pub const PROJECT: &str = "project";

/// The files of a project, one folder deeper, and what makes them a workspace.
pub fn of(tree: Tree) -> Result<Tree> {
    let manifest = tree.get(Path::new(MANIFEST)).context("there is no `Cargo.toml`")?;
    let manifest = std::str::from_utf8(manifest).context("`Cargo.toml` is no text")?;
    let mut member: DocumentMut = manifest.parse().context("`Cargo.toml` cannot be read")?;
    let mut root: DocumentMut = WORKSPACE.parse().context("a workspace")?;
    member.remove("workspace");
    // profiles are read at the root only
    if let Some(profile @ Item::Table(_)) = member.remove("profile") {
        root.insert("profile", profile);
    }
    let lock = tree.get(Path::new(LOCK)).cloned();
    let below = |(path, bytes)| (Path::new(PROJECT).join::<PathBuf>(path), bytes);
    let mut all: Tree = tree.into_iter().map(below).collect();
    all.insert(Path::new(PROJECT).join(MANIFEST), member.to_string().into_bytes());
    all.insert(PathBuf::from(MANIFEST), root.to_string().into_bytes());
    all.extend(lock.map(|lock| (PathBuf::from(LOCK), lock)));
    // above a repository a runner has no settings: here the search for them ends
    all.extend([".clippy.toml", ".rustfmt.toml"].map(|it| (PathBuf::from(it), vec![])));
    Ok(all)
}

const MANIFEST: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";
const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"project\"]\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_becomes_the_member_of_a_workspace() {
        let manifest = "[package]\nname = \"x\"\n\n[profile.dev]\ndebug = 0\n\n[workspace]\n";
        let files = [("Cargo.toml", manifest), ("Cargo.lock", "l"), ("src/main.rs", "m")];
        let tree = files.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()));
        let all = of(tree.into_iter().collect()).unwrap();
        let text = |path: &str| String::from_utf8_lossy(&all[Path::new(path)]).into_owned();
        let (root, member) = (text("Cargo.toml"), text("project/Cargo.toml"));
        assert!(root.contains("members = [\"project\"]") && root.contains("debug = 0"), "{root}");
        assert_eq!(member.trim(), "[package]\nname = \"x\"");
        assert_eq!((text("Cargo.lock"), text("project/Cargo.lock")), ("l".into(), "l".into()));
        assert_eq!(text("project/src/main.rs"), "m");
        assert!(of(Tree::new()).is_err());
    }
}
