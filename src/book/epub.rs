//! The guide as an EPUB: the same pages, without scripts.

use anyhow::{Context, Result};

use super::page;
use super::shelf::Shelf;
use super::{Book, Place, escape, zip};
use crate::VERSION;

/// The whole book in one file, in the reader's stack.
pub fn build(book: &Book, shelf: &Shelf<'_>) -> Result<Vec<u8>> {
    Ok(zip::archive(&files(book, shelf)?))
}

/// What is in that file, by its path.
pub fn files(book: &Book, shelf: &Shelf<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![
        // the first, so that a reader knows what it has
        ("mimetype".to_string(), b"application/epub+zip".to_vec()),
        ("META-INF/container.xml".to_string(), CONTAINER.into()),
        ("book/package.opf".to_string(), package(book, shelf).into_bytes()),
        ("book/contents.xhtml".to_string(), contents(book).into_bytes()),
    ];
    let css = format!("{}\n{QUIET}", book.text("theme/book.css")?);
    files.push(("book/book.css".to_string(), css.into_bytes()));
    for chapter in pages(book) {
        let page = page::render(book, shelf, chapter);
        let page = page.with_context(|| format!("`book/src/{}`", chapter.place.path))?;
        let place = &chapter.place;
        let up = "../".repeat(place.path.matches('/').count());
        let text = frame(&place.full_title(), &up, &page.html);
        files.push((format!("book/{}", place.page()), text.into_bytes()));
    }
    Ok(files)
}

/// Every page but the one that only works with a script.
fn pages(book: &Book) -> impl Iterator<Item = &super::Chapter> {
    book.chapters.iter().filter(|chapter| chapter.place.id() != "builder")
}

fn frame(title: &str, up: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"en\" xml:lang=\"en\">\n\
         <head><title>{}</title><link rel=\"stylesheet\" href=\"{up}book.css\"/></head>\n<body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

fn contents(book: &Book) -> String {
    let row = |place: &Place| {
        format!("<li><a href=\"{}\">{}</a></li>\n", place.page(), escape(&place.full_title()))
    };
    let rows: String = pages(book).map(|chapter| row(&chapter.place)).collect();
    let nav = format!("<nav epub:type=\"toc\"><h1>Contents</h1><ol>\n{rows}</ol></nav>\n");
    frame("Contents", "", &nav)
}

fn package(book: &Book, shelf: &Shelf<'_>) -> String {
    let item = |(at, chapter): (usize, &super::Chapter)| {
        let svg = if chapter.text.contains("{{#diagram") { " properties=\"svg\"" } else { "" };
        let page = chapter.place.page();
        format!("<item id=\"p{at}\" href=\"{page}\" media-type=\"application/xhtml+xml\"{svg}/>\n")
    };
    let items: String = pages(book).enumerate().map(item).collect();
    let spine: String =
        pages(book).enumerate().map(|(at, _)| format!("<itemref idref=\"p{at}\"/>\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"en\">\n\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">backend-gen-{VERSION}-{}</dc:identifier>\n\
         <dc:title>backend-gen: the guide</dc:title>\n<dc:language>en</dc:language>\n\
         <meta property=\"dcterms:modified\">2026-01-01T00:00:00Z</meta>\n</metadata>\n\
         <manifest>\n<item id=\"nav\" href=\"contents.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n\
         <item id=\"css\" href=\"book.css\" media-type=\"text/css\"/>\n{items}</manifest>\n\
         <spine>\n{spine}</spine>\n</package>\n",
        shelf.stack.key()
    )
}

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>\
    <rootfile full-path=\"book/package.opf\" media-type=\"application/oebps-package+xml\"/>\
    </rootfiles></container>\n";
/// On paper every tab is open, and nothing can be pressed.
const QUIET: &str = ".quiz input { display: none; }\n.tab { display: block; }\n";
