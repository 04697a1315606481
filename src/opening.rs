//! What a file says of itself: its first words, and what to read after it.

use std::collections::BTreeSet;

/// The first words of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is: its first paragraph.
    pub says: String,
    /// What it names after `Next:`, as it is written.
    next: Vec<String>,
}

impl Opening {
    /// The opening of a file, when it begins with a comment or a heading.
    pub fn of(text: &str) -> Option<Opening> {
        let mut lines = text.lines().skip_while(|line| !opens(line)).peekable();
        let marker = MARKERS
            .into_iter()
            .find(|marker| lines.peek().is_some_and(|it| it.starts_with(marker)))?;
        let rest = lines.map_while(|line| line.strip_prefix(marker)).map(str::trim);
        let words: Vec<&str> = rest.take_while(|line| !line.is_empty()).collect();
        let paragraph = words.join(" ");
        let paragraph = paragraph.trim_end_matches("*/").trim_end_matches("-->").trim();
        let (says, next) = paragraph.split_once("Next:").unwrap_or((paragraph, ""));
        let next = next.split('`').skip(1).step_by(2).map(str::to_string).collect();
        Some(Opening { says: says.trim().to_string(), next })
    }

    /// Its first sentence.
    pub fn sentence(&self) -> &str {
        sentence(&self.says)
    }

    /// The files to read next, of a file at this path: those of `files` that it may mean.
    pub fn next(&self, path: &str, files: &BTreeSet<&str>) -> Vec<String> {
        self.next.iter().filter_map(|name| resolve(path, name, files)).collect()
    }

    /// A name after `Next:` that is no file.
    pub fn dangling(&self, path: &str, files: &BTreeSet<&str>) -> Option<&str> {
        let lost = self.next.iter().find(|name| resolve(path, name, files).is_none());
        lost.map(String::as_str)
    }
}

/// The domain before the platform, sources before tests.
pub fn reading_order(path: &str) -> (u8, &str) {
    let rank = match path {
        path if path.starts_with("src/platform/") => 1,
        path if path.starts_with("src/") => 0,
        path if path.starts_with("tests/") => 3,
        _ => 2,
    };
    (rank, path)
}

/// The line is the first that says something, whatever it says.
fn opens(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    !line.is_empty() && !line.starts_with("<!doctype") && !line.starts_with("#!")
}

/// Up to the first full stop that a capital letter or a quoted word follows.
fn sentence(text: &str) -> &str {
    let stops = text.match_indices(". ").map(|(at, _)| at);
    let ends = |at: &usize| text[at + 2..].starts_with(|c: char| c.is_uppercase() || c == '`');
    stops.into_iter().find(ends).map_or(text, |at| &text[..=at])
}

/// The file that a name means: beside the one that names it, else in `src/`, else the only one
/// that ends so. `x.rs` may be `x/mod.rs`, and `x/` is.
fn resolve(path: &str, name: &str, files: &BTreeSet<&str>) -> Option<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = name.trim_end_matches('/');
    let stem = name.trim_end_matches(".rs");
    let names = [name.to_string(), format!("{stem}/mod.rs")];
    let near = [format!("{folder}/"), "src/".to_string(), String::new()].into_iter();
    let near = near.flat_map(|folder| names.iter().map(move |name| format!("{folder}{name}")));
    let mut near = near.map(|path| path.trim_start_matches('/').to_string());
    near.find(|path| files.contains(path.as_str())).or_else(|| {
        let top = path.split('/').next().unwrap_or_default();
        let ends = |file: &&&str| names.iter().any(|name| file.ends_with(&format!("/{name}")));
        let mut far = files.iter().filter(|file| file.starts_with(top)).filter(ends);
        far.next().filter(|_| far.next().is_none()).map(|file| file.to_string())
    })
}

const MARKERS: [&str; 6] = ["//!", "//", "# ", "--", "/*", "<!--"];

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> String {
        Opening::of(text).map_or(String::new(), |opening| opening.says)
    }

    #[test]
    fn every_kind_of_comment_is_understood() {
        assert_eq!(says("//! One. Two.\n//!\n//! Three.\nfn x() {}\n"), "One. Two.");
        assert_eq!(says("#!/bin/sh\n# One. Two.\n"), "One. Two.");
        assert_eq!(says("-- One,\n-- two.\nCREATE TABLE x;\n"), "One, two.");
        assert_eq!(says("<!doctype html>\n<!-- One. -->\n"), "One.");
        assert_eq!(says("/* One. */\n:root {}\n"), "One.");
        assert_eq!(says("\n# Title\n\nText.\n"), "Title");
        let opening = Opening::of("# Use 10.0.0.0/8, e.g. here. It works.\n").unwrap();
        assert_eq!(opening.sentence(), "Use 10.0.0.0/8, e.g. here.");
    }

    #[test]
    fn code_and_nothing_say_nothing() {
        for text in ["", "\n\n", "[package]\nname = \"x\"\n", "#[derive(Debug)]\n", "{ \"a\": 1 }"]
        {
            assert_eq!(Opening::of(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_comes_next_is_found_where_it_is() {
        let files = [
            "src/app.rs",
            "src/auth/mod.rs",
            "src/auth/cookie.rs",
            "src/platform/auth/login.rs",
            "src/platform/a/x.rs",
            "src/platform/b/x.rs",
            "tests/api/support/login.rs",
        ];
        let next = |text: &str| {
            let opening = Opening::of(&format!("//! One. Next:\n//! {text}.\n")).unwrap();
            (opening.says.clone(), opening.next("src/auth/mod.rs", &files.into_iter().collect()))
        };
        assert_eq!(next("`cookie.rs`").1, ["src/auth/cookie.rs"]);
        assert_eq!(next("`login.rs`, `app.rs`").1, ["src/platform/auth/login.rs", "src/app.rs"]);
        assert_eq!(next("`auth.rs`").1, ["src/auth/mod.rs"]);
        assert_eq!(next("`auth/`").1, ["src/auth/mod.rs"]);
        assert!(next("`x.rs`").1.is_empty(), "two files may be meant");
        assert_eq!(next("`app.rs`").0, "One.");
    }
}
