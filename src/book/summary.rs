//! `SUMMARY.md`: the parts, and the chapters in them, in mdBook's format.

use anyhow::{Result, bail};

/// Where a chapter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its file below `book/src/`.
    pub path: String,
    pub title: String,
    /// `1.3`; nothing before the first part and in the appendices.
    pub number: Option<String>,
    /// The title of its part.
    pub part: String,
}

impl Place {
    /// Its path without an ending: `data/queries`.
    pub fn id(&self) -> &str {
        self.path.trim_end_matches(".md")
    }

    /// Its page, from the top of the book.
    pub fn page(&self) -> String {
        match self.id() {
            "README" => "index.html".to_string(),
            id => format!("{id}.html"),
        }
    }

    /// Its number and its title.
    pub fn full_title(&self) -> String {
        match &self.number {
            Some(number) => format!("{number} {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// Every chapter of a summary.
pub fn places(summary: &str) -> Result<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    let (mut parts, mut inside) = (0, 0);
    let mut part = String::new();
    for (at, line) in summary.lines().enumerate() {
        let line = line.trim_end();
        if let Some(title) = line.strip_prefix("# ").filter(|title| *title != "Summary") {
            part = title.to_string();
            (parts, inside) = (parts + 1, 0);
        } else if line == "---" {
            (parts, part) = (0, "Appendices".to_string());
        } else if let Some((title, path)) = link(line) {
            inside += 1;
            let number = (parts > 0).then(|| format!("{}.{inside}", parts - 1));
            let (path, title) = (path.to_string(), title.to_string());
            places.push(Place { path, title, number, part: part.clone() });
        } else if !line.is_empty() && line != "# Summary" {
            bail!("`SUMMARY.md:{}` is neither a part nor a chapter: {line}", at + 1);
        }
    }
    Ok(places)
}

fn link(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("- ").unwrap_or(line).strip_prefix('[')?;
    rest.strip_suffix(')')?.split_once("](")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_numbered_by_where_they_stand() {
        let text = "# Summary\n\n[Start](README.md)\n\n# Why\n\n- [One](why/one.md)\n\n# Empty\n\n\
                    # Data\n\n- [Two](data/two.md)\n- [Three](data/three.md)\n\n---\n\n- [Words](more/w.md)\n";
        let places = places(text).unwrap();
        let shown: Vec<String> = places.iter().map(Place::full_title).collect();
        assert_eq!(shown, ["Start", "0.1 One", "2.1 Two", "2.2 Three", "Words"]);
        assert_eq!((places[0].page(), places[1].id()), ("index.html".into(), "why/one"));
        assert_eq!(places[4].part, "Appendices");
        assert!(super::places("hello\n").is_err());
    }
}
