//! The guide: chapters of Markdown whose code comes out of a rendered stack.

mod blocks;
mod builder;
mod chapter;
mod contents;
mod directive;
pub mod epub;
mod exercise;
mod links;
mod page;
mod paint;
mod parts;
pub mod prose;
mod quiz;
mod search;
mod shelf;
pub mod site;
mod summary;
mod tables;
mod tabs;
mod tidy;
pub mod transcript;
mod zip;

use anyhow::{Context, Result, bail, ensure};

use crate::ground::Files;
use crate::words;
pub use chapter::{Chapter, Facts, Scene};
pub use quiz::{Answer, Quiz};
pub use shelf::Shelf;
pub use site::Site;
pub use summary::Place;

/// Every chapter, in the order of reading.
#[derive(Clone, Debug)]
pub struct Book {
    pub chapters: Vec<Chapter>,
    /// What lies beside the chapters: diagrams and the theme.
    files: Files,
}

impl Book {
    /// Reads a folder that is laid out like `book/`.
    pub fn read(files: Files) -> Result<Book> {
        let summary = text(&files, SUMMARY)?;
        let mut chapters = Vec::new();
        for place in summary::places(summary)? {
            let path = format!("src/{}", place.path);
            let chapter = Chapter::read(place, text(&files, &path)?);
            chapters.push(chapter.with_context(|| format!("`book/{path}`"))?);
        }
        ensure!(!chapters.is_empty(), "`book/{SUMMARY}` names no chapter");
        let book = Book { chapters, files };
        let pages = book.files.keys().filter_map(|path| path.strip_prefix("src/"));
        let mut pages = pages.filter(|path| path.ends_with(".md") && *path != "SUMMARY.md");
        let lost = pages.find(|path| book.chapters.iter().all(|it| it.place.path != *path));
        ensure!(lost.is_none(), "`book/{SUMMARY}` does not name `{}`", lost.unwrap_or_default());
        Ok(book)
    }

    /// The chapter that a reader means: `data/queries`, `queries` or `1.3`.
    pub fn find(&self, wanted: &str) -> Option<&Chapter> {
        let wanted = wanted.trim_end_matches('/').trim_end_matches(".md");
        let wanted = wanted.trim_end_matches(".html");
        let by = |fits: &dyn Fn(&Chapter) -> bool| self.chapters.iter().find(|it| fits(it));
        by(&|it| it.place.id() == wanted)
            .or_else(|| by(&|it| it.place.number.as_deref() == Some(wanted)))
            .or_else(|| by(&|it| it.place.id().rsplit('/').next() == Some(wanted)))
    }

    /// What a reader may have meant by a word that is no chapter.
    pub fn nearest(&self, wanted: &str) -> Vec<&str> {
        let ids = self.chapters.iter().map(|it| it.place.id());
        let short = ids.clone().filter_map(|id| id.rsplit('/').next());
        words::nearest(wanted, ids.chain(short))
    }

    /// The chapters that quote a file of the project.
    pub fn quoting(&self, path: &str) -> impl Iterator<Item = &Chapter> {
        let marks = [" ", "}}"].map(|end| format!("{{{{#listing {path}{end}"));
        let quotes = move |text: &str| marks.iter().any(|mark| text.contains(mark));
        self.chapters.iter().filter(move |chapter| quotes(&chapter.text))
    }

    /// A file of the book as text.
    pub fn text(&self, path: &str) -> Result<&str> {
        text(&self.files, path)
    }
}

fn text<'f>(files: &'f Files, path: &str) -> Result<&'f str> {
    let Some(bytes) = files.get(path) else { bail!("there is no `book/{path}`") };
    std::str::from_utf8(bytes).with_context(|| format!("`book/{path}` is no text"))
}

/// Text as HTML shows it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

const SUMMARY: &str = "src/SUMMARY.md";
