//! The EPUB as a reader opens it: every file is sound XML, every link leads to something in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use backend_gen::book::{Book, Shelf, epub};
use backend_gen::catalog::Catalog;
use backend_gen::name::Name;
use backend_gen::{Project, Stack};
use roxmltree::{Document, ParsingOptions};

/// The pages of the default stack.
pub fn all(catalog: &Catalog, book: &Book) -> Result<(String, ())> {
    let project = Project::new(Name::parse("shop", &[])?);
    let shelf = Shelf::new(catalog, Stack::choose(catalog, [])?, project)?;
    let files = epub::files(book, &shelf)?;
    let (mut anchors, mut links) = (BTreeMap::new(), Vec::new());
    for (path, bytes) in &files {
        let mut ids = BTreeSet::new();
        if path.ends_with("html") || path.ends_with(".opf") || path.ends_with(".xml") {
            let text = std::str::from_utf8(bytes)?;
            let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
            let document = Document::parse_with_options(text, options);
            let document = document.with_context(|| format!("`{path}` is no XML"))?;
            for node in document.descendants() {
                ids.extend(node.attribute("id").map(str::to_string));
                let target = node.attribute("href").filter(|it| !it.contains("://"));
                links.extend(target.map(|it| (path.clone(), it.to_string())));
            }
            let paragraphs = document.descendants().filter(|it| it.has_tag_name("p")).count();
            let page = path.ends_with(".html");
            ensure!(!page || paragraphs > 2, "`{path}` has {paragraphs} paragraphs");
        }
        anchors.insert(PathBuf::from(path), ids);
    }
    for (from, target) in &links {
        let (to, anchor) = target.split_once('#').unwrap_or((target, ""));
        let to = if to.is_empty() { PathBuf::from(from) } else { beside(Path::new(from), to) };
        let ids = anchors.get(&to).with_context(|| format!("`{from}`: no `{target}`"))?;
        ensure!(anchor.is_empty() || ids.contains(anchor), "`{from}`: no `{target}`");
    }
    Ok((format!("{} files, {} links", files.len(), links.len()), ()))
}

/// What a relative address means in a file.
fn beside(file: &Path, target: &str) -> PathBuf {
    let mut path = file.parent().unwrap_or(Path::new("")).to_path_buf();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}
