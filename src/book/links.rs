//! Links between chapters, and the anchors they may point to.

use super::summary::Place;

/// A link to another place in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The chapter's file, from the top of the book.
    pub path: String,
    pub anchor: Option<String>,
    /// The line it stands in.
    pub line: usize,
}

impl Link {
    /// Reads a target, as it is written in the chapter `from`.
    pub fn read(from: &str, target: &str, line: usize) -> Link {
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor.to_string())),
            None => (target, None),
        };
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = match path {
            "" => from.to_string(),
            path => joined(folder, path),
        };
        Link { path, anchor, line }
    }

    /// The address of its page, as a page at `from` writes it.
    pub fn shown(&self, from: &Place) -> String {
        let anchor = self.anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
        if self.path == from.path {
            return if anchor.is_empty() { "#".to_string() } else { anchor };
        }
        let up = "../".repeat(from.path.matches('/').count());
        let page = match self.path.trim_end_matches(".md") {
            "README" => "index".to_string(),
            id => id.to_string(),
        };
        format!("{up}{page}.html{anchor}")
    }
}

fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchor of a heading: GitHub's rule.
pub fn slug(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        it if it.is_alphanumeric() => Some(it),
        _ => None,
    });
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_finds_its_page_from_where_it_stands() {
        let place = Place {
            path: "data/a.md".into(),
            title: String::new(),
            number: None,
            part: String::new(),
        };
        let shown = |target: &str| Link::read("data/a.md", target, 1).shown(&place);
        assert_eq!(shown("b.md#x"), "../data/b.html#x");
        assert_eq!(shown("../api/c.md"), "../api/c.html");
        assert_eq!(shown("#y"), "#y");
        assert_eq!(shown("../README.md"), "../index.html");
        assert_eq!(slug("Who is asking, `really`?"), "who-is-asking-really");
    }
}
