//! The list of chapters, with what each is good for.

use super::links::slug;
use super::{Book, Place, escape, page};

impl Book {
    /// Every chapter with its outcome, part by part.
    pub(super) fn contents(&self, from: &Place) -> String {
        let mut out = String::new();
        let mut part = "";
        for chapter in self.chapters.iter().filter(|it| it.place.part != from.part) {
            let (place, facts) = (&chapter.place, &chapter.facts);
            if place.part != part {
                let close = if part.is_empty() { "" } else { "</ul>\n" };
                part = &place.part;
                out.push_str(&format!(
                    "{close}<h2 id=\"{}\">{}</h2>\n<ul class=\"contents\">",
                    slug(part),
                    escape(part)
                ));
            }
            out.push_str(&format!(
                "<li><a href=\"{}\">{}</a> <span>{} min</span><p>{}</p></li>\n",
                place.page(),
                escape(&place.full_title()),
                facts.minutes,
                page::inline(&facts.outcome)
            ));
        }
        format!("{out}</ul>\n")
    }
}
