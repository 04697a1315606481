//! The index that the search of the book reads: one entry a section.

use serde::Serialize;

use super::summary::Place;

/// A section of a chapter.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its address, from the top of the book.
    u: String,
    /// The chapter.
    t: String,
    /// The section; empty at the top of a chapter.
    h: String,
    /// What it says.
    b: String,
}

impl Entry {
    /// The top of a chapter.
    pub fn of(place: &Place, says: &str) -> Entry {
        Entry { u: place.page(), t: place.full_title(), h: String::new(), b: says.to_string() }
    }

    /// A section of a chapter.
    pub fn section(place: &Place, anchor: &str, heading: &str) -> Entry {
        let u = format!("{}#{anchor}", place.page());
        Entry { u, t: place.full_title(), h: heading.to_string(), b: String::new() }
    }

    /// One more piece of what it says.
    pub fn add(&mut self, text: &str) {
        if !self.b.is_empty() {
            self.b.push(' ');
        }
        self.b.push_str(text);
    }
}

/// The index as a script, which a page can load from a disk too.
pub fn script(entries: &[Entry]) -> anyhow::Result<String> {
    Ok(format!("window.bookIndex = {};\n", serde_json::to_string(entries)?))
}
