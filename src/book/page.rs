//! A chapter's Markdown as HTML, with what its directives ask for.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use pulldown_cmark::{BlockQuoteKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::Book;
use super::chapter::{Chapter, options};
use super::directive::Directive;
use super::exercise;
use super::links::Link;
use super::search::Entry;
use super::shelf::Shelf;
use super::tidy::tidy;

/// A chapter as a page shows it.
#[derive(Default)]
pub struct Page {
    pub html: String,
    /// Its second headings: anchor and text.
    pub headings: Vec<(String, String)>,
    /// Everything that a link may point to.
    pub anchors: Vec<String>,
    pub links: Vec<Link>,
    pub entries: Vec<Entry>,
    /// The diagrams that it shows.
    pub diagrams: Vec<String>,
}

/// Renders a chapter.
pub fn render(book: &Book, shelf: &Shelf<'_>, chapter: &Chapter) -> Result<Page> {
    let mut writer = Writer {
        book,
        shelf,
        chapter,
        page: Page::default(),
        out: Vec::new(),
        open: None,
        recap: false,
        quizzes: 0,
    };
    writer.page.entries.push(Entry::of(&chapter.place, &chapter.facts.outcome));
    let events = Parser::new_ext(&chapter.text, options()).into_offset_iter().collect::<Vec<_>>();
    let mut at = 0;
    while at < events.len() {
        let line = chapter.line(events[at].1.start);
        at = writer.event(&events, at).with_context(|| format!("line {line}"))?;
    }
    ensure!(writer.open.is_none(), "`{{{{#tabs}}}}` is not closed");
    if let Some(section) = exercise::section(&shelf.lessons, &shelf.stack, &chapter.place) {
        writer.html(section);
        writer.page.anchors.push(exercise::ANCHOR.to_string());
        writer.page.headings.push((exercise::ANCHOR.to_string(), "Exercise".to_string()));
    }
    let mut html = String::new();
    html::push_html(&mut html, writer.out.into_iter());
    writer.page.html = tidy(&html);
    Ok(writer.page)
}

/// Markdown within a line.
pub fn inline(text: &str) -> String {
    let kept = |event: &Event<'_>| {
        !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    };
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(text, Options::empty()).filter(kept));
    out
}

/// A page that is being written.
pub(super) struct Writer<'a, 'c> {
    pub(super) book: &'a Book,
    pub(super) shelf: &'a Shelf<'c>,
    pub(super) chapter: &'a Chapter,
    pub(super) page: Page,
    pub(super) out: Vec<Event<'a>>,
    /// The axis of the tabs that are open, and the options that had a tab.
    pub(super) open: Option<(String, Vec<String>)>,
    pub(super) recap: bool,
    pub(super) quizzes: usize,
}

/// An event, and where in the text it comes from.
pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

impl<'a> Writer<'a, '_> {
    /// Takes one event, or a block of them, and says where to go on.
    fn event(&mut self, events: &[Placed<'a>], at: usize) -> Result<usize> {
        let (event, range) = &events[at];
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                return self.heading(events, at, *level, id.as_deref());
            }
            Event::Start(Tag::CodeBlock(kind)) => return self.code(events, at, kind),
            Event::Start(Tag::Paragraph) => {
                let source = self.chapter.text[range.clone()].trim();
                if let Some(directive) = Directive::parse(source)? {
                    let html = self.directive(directive)?;
                    self.html(html);
                    return Ok(past(events, at));
                }
                self.out.push(event.clone());
            }
            Event::Start(Tag::BlockQuote(None)) if self.recap => {
                self.html("<details><summary>An answer</summary>".to_string());
            }
            Event::End(TagEnd::BlockQuote(None)) if self.recap => {
                self.html("</details>".to_string())
            }
            Event::Start(Tag::BlockQuote(Some(kind))) => {
                let (class, title) = note(*kind);
                self.html(format!(
                    "<div role=\"note\" class=\"note {class}\"><p class=\"title\">{title}</p>"
                ));
            }
            Event::End(TagEnd::BlockQuote(Some(_))) => self.html("</div>\n".to_string()),
            Event::Start(Tag::Table(_)) => {
                self.html(
                    "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">"
                        .to_string(),
                );
                self.out.push(event.clone());
            }
            Event::End(TagEnd::Table) => {
                self.out.push(event.clone());
                self.html("</div>".to_string());
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = self.link(dest_url, range)?;
                let (link_type, title, id) = (*link_type, title.clone(), id.clone());
                self.out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Image { .. }) => bail!("a picture is a `{{{{#diagram}}}}`"),
            Event::Html(text) | Event::InlineHtml(text) => {
                ensure!(text.trim_start().starts_with("<!--"), "HTML in a chapter: {text}");
            }
            other => {
                if let Event::Text(text) | Event::Code(text) = other
                    && let Some(entry) = self.page.entries.last_mut()
                {
                    entry.add(text);
                }
                self.out.push(other.clone());
            }
        }
        Ok(at + 1)
    }

    pub(super) fn html(&mut self, text: String) {
        self.out.push(Event::Html(CowStr::from(text)));
    }
}

/// The event behind the block that begins here.
pub(super) fn past(events: &[Placed<'_>], at: usize) -> usize {
    let mut depth = 0;
    let length = events[at..].iter().position(|(event, _)| {
        depth +=
            i32::from(matches!(event, Event::Start(_))) - i32::from(matches!(event, Event::End(_)));
        depth == 0
    });
    length.map_or(events.len(), |length| at + length + 1)
}

fn note(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("info", "Note"),
        BlockQuoteKind::Tip => ("good", "Tip"),
        BlockQuoteKind::Important => ("info", "Important"),
        BlockQuoteKind::Warning => ("warn", "Warning"),
        BlockQuoteKind::Caution => ("warn", "Caution"),
    }
}
