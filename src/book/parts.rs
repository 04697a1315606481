//! The parts of a page that are more than Markdown: headings, code, directives, links.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, html};

use super::chapter::RECAP;
use super::directive::Directive;
use super::links::{Link, slug};
use super::page::{Placed, Writer, inline, past};
use super::quiz::Quiz;
use super::search::Entry;
use super::{blocks, builder, exercise, paint, tables, transcript};

impl<'a> Writer<'a, '_> {
    pub(super) fn heading(
        &mut self,
        events: &[Placed<'a>],
        at: usize,
        level: HeadingLevel,
        id: Option<&str>,
    ) -> Result<usize> {
        let end = past(events, at);
        let inside = events[at + 1..end - 1].iter().map(|(event, _)| event.clone());
        let inside: Vec<Event<'_>> = inside.collect();
        let text = inside.iter().filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        });
        let text = text.collect::<String>();
        let anchor = id.map_or_else(|| slug(&text), str::to_string);
        ensure!(
            !self.page.anchors.contains(&anchor),
            "two headings `#{anchor}`: give one `{{#own}}`"
        );
        let mut shown = String::new();
        html::push_html(&mut shown, inside.into_iter());
        if level == HeadingLevel::H1 {
            let number = self.chapter.place.number.as_deref();
            let number =
                number.map_or(String::new(), |it| format!("<span class=\"number\">{it}</span> "));
            self.html(format!("<h1 id=\"{anchor}\">{number}{shown}</h1>\n{}", self.facts()));
        } else {
            self.recap = level == HeadingLevel::H2 && text == RECAP;
            self.html(format!("<{level} id=\"{anchor}\">{shown}</{level}>\n"));
            self.page.entries.push(Entry::section(&self.chapter.place, &anchor, &text));
        }
        if level == HeadingLevel::H2 {
            self.page.headings.push((anchor.clone(), text));
        }
        self.page.anchors.push(anchor);
        Ok(end)
    }

    fn facts(&self) -> String {
        let facts = &self.chapter.facts;
        if facts.minutes == 0 {
            return String::new();
        }
        let outcome = inline(&facts.outcome);
        format!(
            "<p class=\"facts\">{} minutes. After this chapter you can {outcome}.</p>\n",
            facts.minutes
        )
    }

    pub(super) fn code(
        &mut self,
        events: &[Placed<'a>],
        at: usize,
        kind: &CodeBlockKind<'_>,
    ) -> Result<usize> {
        let end = past(events, at);
        let text = events[at + 1..end - 1].iter().filter_map(|(event, _)| match event {
            Event::Text(text) => Some(text.as_ref()),
            _ => None,
        });
        let text = text.collect::<String>();
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.to_string(),
            CodeBlockKind::Indented => bail!("indented code: use a fence"),
        };
        let html = match info.split(' ').next().unwrap_or_default() {
            "console" => blocks::console(&transcript::steps(&text)?),
            "quiz" => {
                self.quizzes += 1;
                let id = format!("quiz-{}", self.quizzes);
                self.page.anchors.push(id.clone());
                blocks::quiz(&Quiz::parse(&text)?, &id)
            }
            language => format!(
                "<figure class=\"listing\"><pre tabindex=\"0\"><code class=\"{language}\">{}</code></pre></figure>\n",
                paint::painted(language, text.trim_end())
            ),
        };
        self.html(html);
        Ok(end)
    }

    pub(super) fn directive(&mut self, it: Directive) -> Result<String> {
        let (name, first) = (it.name.clone(), it.words.first().cloned());
        match (name.as_str(), first) {
            ("#listing", _) => blocks::listing(self.shelf, it),
            ("#choices", Some(axis)) => tables::choices(self.shelf, &axis),
            ("#env", _) => tables::env(self.shelf, &it.words),
            ("#routes", None) => tables::routes(self.shelf),
            ("#command", None) => Ok(tables::command(self.shelf)),
            ("#builder", None) => Ok(builder::form(self.shelf)),
            ("#crates", None) => tables::crates(self.shelf),
            ("#lessons", None) => {
                exercise::index(self.book, &self.shelf.lessons, &self.chapter.place)
            }
            ("#tracks", None) => Ok(exercise::tracks(&self.shelf.lessons, &self.shelf.stack)),
            ("#contents", None) => Ok(self.book.contents(&self.chapter.place)),
            ("#diagram", Some(name)) => {
                let svg = self.book.text(&format!("src/img/{name}.svg"))?;
                let html = blocks::diagram(svg, &name, &it.words[1..].join(" "))?;
                self.page.diagrams.push(name);
                Ok(html)
            }
            ("#tabs", Some(axis)) => {
                ensure!(self.open.is_none(), "tabs inside tabs");
                self.open = Some((axis, vec![]));
                Ok("<div class=\"tabs\">".to_string())
            }
            ("#tab", Some(_)) => self.tab(&it.words),
            ("/tabs", None) => self.close(),
            _ => bail!("`{name}` with these words is no directive"),
        }
    }

    fn tab(&mut self, options: &[String]) -> Result<String> {
        let (axis, had) = self.open.as_mut().context("a tab outside of tabs")?;
        let close = if had.is_empty() { "" } else { "</div>" };
        had.extend_from_slice(options);
        Ok(format!("{close}{}", blocks::choice(self.shelf, axis, options)?))
    }

    fn close(&mut self) -> Result<String> {
        let (axis, had) = self.open.take().context("no tabs are open")?;
        let known = self.shelf.catalog.axis(&axis).map(|axis| axis.names()).unwrap_or_default();
        let lost = known.into_iter().find(|name| !had.iter().any(|it| it == name));
        ensure!(lost.is_none(), "no tab for `{axis}={}`", lost.unwrap_or_default());
        Ok("</div></div>\n".to_string())
    }

    /// A link to a chapter goes to its page.
    pub(super) fn link(&mut self, target: &str, range: &Range<usize>) -> Result<CowStr<'static>> {
        if target.contains("://") {
            ensure!(target.starts_with("https://"), "`{target}` is not https");
            return Ok(CowStr::from(target.to_string()));
        }
        let link = Link::read(&self.chapter.place.path, target, self.chapter.line(range.start));
        let shown = link.shown(&self.chapter.place);
        self.page.links.push(link);
        Ok(CowStr::from(shown))
    }
}
