//! The whole guide as files: pages in their frame, the index of the search, the theme.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use tera::{Delimiters, Tera};

use super::chapter::Chapter;
use super::page::{self, Page};
use super::shelf::Shelf;
use super::summary::Place;
use super::{Book, builder, escape, search};
use crate::render::Tree;

/// The pages and all that they need.
pub struct Site {
    pub files: Tree,
}

/// What the frame of a page is filled with.
#[derive(Serialize)]
struct Frame<'a> {
    /// Apart from other books in the same browser.
    key: String,
    /// From this page to the top of the book.
    root: String,
    title: String,
    description: String,
    chapters: String,
    headings: String,
    onward: String,
    stack: String,
    body: &'a str,
}

impl Site {
    /// Renders every chapter for the reader's stack, and checks what they promise.
    pub fn build(book: &Book, shelf: &Shelf<'_>) -> Result<Site> {
        let mut pages = Vec::new();
        for chapter in &book.chapters {
            let page = page::render(book, shelf, chapter);
            pages.push(page.with_context(|| format!("`book/src/{}`", chapter.place.path))?);
        }
        links_lead_somewhere(book, &pages)?;
        every_diagram_is_shown(book, &pages)?;
        let mut files = Tree::new();
        let tera = engine(book.text("theme/page.html")?)?;
        for (at, page) in pages.iter().enumerate() {
            let place = &book.chapters[at].place;
            let frame = frame(book, shelf, at, page);
            let html = tera.render("page.html", &tera::Context::from_serialize(&frame)?)?;
            let size = html.len();
            ensure!(size <= HEAVIEST, "`book/src/{}` makes a page of {size} bytes", place.path);
            files.insert(PathBuf::from(place.page()), html.into_bytes());
        }
        if !shelf.alone {
            let data = builder::script(shelf)?;
            files.insert(PathBuf::from("builder-data.js"), data.into_bytes());
        }
        let entries: Vec<search::Entry> =
            pages.iter().flat_map(|page| page.entries.iter().cloned()).collect();
        files.insert(PathBuf::from("search.js"), search::script(&entries)?.into_bytes());
        for name in THEME {
            files.insert(PathBuf::from(name), book.text(&format!("theme/{name}"))?.into());
        }
        Ok(Site { files })
    }
}

fn frame<'p>(book: &Book, shelf: &Shelf<'_>, at: usize, page: &'p Page) -> Frame<'p> {
    let chapter = &book.chapters[at];
    let root = "../".repeat(chapter.place.path.matches('/').count());
    let neighbour = |at: Option<usize>| at.and_then(|at| book.chapters.get(at));
    let onward = [("Previous", neighbour(at.checked_sub(1))), ("Next", neighbour(Some(at + 1)))];
    Frame {
        key: shelf.stack.key(),
        title: escape(&chapter.place.full_title()),
        description: escape(&chapter.facts.outcome),
        chapters: chapters(book, &chapter.place, &root),
        headings: headings(page),
        onward: onward.into_iter().filter_map(|(word, it)| step(word, it?, &root)).collect(),
        stack: escape(&shelf.stack.flags()),
        body: &page.html,
        root,
    }
}

/// All chapters, part by part.
fn chapters(book: &Book, here: &Place, root: &str) -> String {
    let mut out = String::from("<ul>");
    let mut part = "";
    for place in book.chapters.iter().map(|chapter| &chapter.place) {
        if place.part != part {
            part = &place.part;
            out.push_str(&format!("</ul><p>{}</p><ul>", escape(part)));
        }
        let current = if place == here { " aria-current=\"page\"" } else { "" };
        let (page, title) = (place.page(), escape(&place.full_title()));
        out.push_str(&format!("<li><a href=\"{root}{page}\"{current}>{title}</a></li>"));
    }
    out + "</ul>"
}

fn headings(page: &Page) -> String {
    let row = |(anchor, text): &(String, String)| {
        format!("<li><a href=\"#{anchor}\">{}</a></li>", escape(text))
    };
    page.headings.iter().map(row).collect()
}

fn step(word: &str, chapter: &Chapter, root: &str) -> Option<String> {
    let (page, title) = (chapter.place.page(), escape(&chapter.place.full_title()));
    Some(format!(
        "<a rel=\"{}\" href=\"{root}{page}\"><span>{word}</span> {title}</a>",
        word.to_lowercase().replace("previous", "prev")
    ))
}

/// The frame's braces are those of the templates.
fn engine(page: &str) -> Result<Tera> {
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.set_delimiters(Delimiters {
        variable_start: "«".into(),
        variable_end: "»".into(),
        ..Delimiters::default()
    })?;
    tera.add_raw_templates(vec![("page.html", page)])?;
    Ok(tera)
}

fn links_lead_somewhere(book: &Book, pages: &[Page]) -> Result<()> {
    let anchors: BTreeMap<&str, &Page> =
        book.chapters.iter().map(|it| it.place.path.as_str()).zip(pages).collect();
    for (chapter, page) in book.chapters.iter().zip(pages) {
        for link in &page.links {
            let place = format!("`book/src/{}:{}`", chapter.place.path, link.line);
            let target = anchors.get(link.path.as_str());
            let target = target.with_context(|| format!("{place}: there is no `{}`", link.path))?;
            if let Some(anchor) = &link.anchor {
                let there = target.anchors.contains(anchor);
                ensure!(there, "{place}: `{}` has no `#{anchor}`", link.path);
            }
        }
    }
    Ok(())
}

fn every_diagram_is_shown(book: &Book, pages: &[Page]) -> Result<()> {
    let shown = |name: &str| pages.iter().any(|page| page.diagrams.iter().any(|it| it == name));
    for path in book.files.keys().filter_map(|path| path.strip_prefix("src/img/")) {
        let name = path.trim_end_matches(".svg");
        ensure!(shown(name), "no chapter shows `book/src/img/{path}`");
    }
    Ok(())
}

const THEME: [&str; 5] = ["book.css", "book.js", "builder.js", "early.js", "icon.svg"];
/// Of a page, in bytes.
const HEAVIEST: usize = 150_000;
