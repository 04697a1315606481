//! How the book quotes code: items by their name, out of a rendered file.

mod cut;
mod keys;
mod mask;
mod rust;
mod sql;
mod words;

use std::fmt;

pub use cut::Cut;

/// The lines of an item in its file, from 0, without the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    /// Where it begins behind its comments and attributes.
    pub head: usize,
    pub end: usize,
}

/// Why there is nothing to quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    Missing(String),
    Several(String, usize),
    NoLine(String),
}

/// These items of a file, one after the other; the whole file when none is named.
pub fn quote(path: &str, text: &str, items: &[String], cut: &Cut) -> Result<String, Lost> {
    let lines: Vec<&str> = text.lines().collect();
    if items.is_empty() {
        let whole = Span { start: 0, head: 0, end: lines.len() };
        return cut.apply(path, &lines, whole);
    }
    let mut parts = Vec::new();
    for item in items {
        parts.push(cut.apply(path, &lines, find(path, text, item)?)?);
    }
    Ok(parts.join(&format!("\n\n{} …\n\n", comment(path))))
}

/// Where an item is. There must be one of that name.
pub fn find(path: &str, text: &str, item: &str) -> Result<Span, Lost> {
    let found = match path.rsplit('.').next().unwrap_or_default() {
        "rs" => rust::find(text, item),
        "sql" => sql::find(text, item),
        "toml" => keys::in_toml(text, item),
        "yaml" | "yml" => keys::in_yaml(text, item),
        _ => words::find(text, item),
    };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Lost::Missing(item.to_string())),
        more => Err(Lost::Several(item.to_string(), more.len())),
    }
}

/// The language of a file, by its name.
pub fn language(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit('.').next().unwrap_or_default() {
        "rs" => "rust",
        "sql" => "sql",
        "toml" | "lock" => "toml",
        "yaml" | "yml" => "yaml",
        "sh" => "sh",
        "json" => "json",
        "md" => "markdown",
        _ if name == "Dockerfile" || name.contains(".env") => "sh",
        _ => "text",
    }
}

/// What begins a comment in this file.
fn comment(path: &str) -> &'static str {
    match language(path) {
        "rust" | "json" => "//",
        "sql" => "--",
        _ => "#",
    }
}

/// The first lines above `head` that speak of it: comments at the same indent.
fn with_comments(lines: &[&str], head: usize, marks: &[&str]) -> usize {
    let speaks = |line: &str| marks.iter().any(|mark| line.starts_with(mark));
    let above = lines[..head].iter().rev().take_while(|line| speaks(line.trim_start()));
    head - above.count()
}

/// How far a line is indented.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Missing(item) => write!(f, "there is no `{item}`"),
            Lost::Several(item, count) => {
                write!(f, "`{item}` is there {count} times: say `Type::{item}`")
            }
            Lost::NoLine(text) => write!(f, "no line of it holds `{text}`"),
        }
    }
}

impl std::error::Error for Lost {}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "//! A file.\n\nuse x::y;\n\n/// Makes it.\n#[path(a,\n    b)]\npub async fn make(a: &str) -> Vec<u8> {\n    let open = \"{\"; // }\n    vec![b'}']\n}\n\npub const SQL: &str = \"\\\n  a;\n}\";\n\npub(crate) enum Kind {\n    /// First.\n    One,\n    Two { a: u8 },\n}\n\nimpl Kind {\n    pub const fn new() -> Kind {\n        Kind::One\n    }\n}\n\nimpl<T: Into<u8>> From<T> for Kind {\n    fn from(_: T) -> Kind {\n        Kind::One\n    }\n}\n\nstruct Unit;\n";

    fn of(item: &str) -> String {
        quote("a.rs", RUST, &[item.to_string()], &Cut::default()).unwrap()
    }

    #[test]
    fn an_item_comes_with_what_is_said_of_it() {
        assert!(of("make").starts_with("/// Makes it.\n#[path(a,") && of("make").ends_with("]\n}"));
        assert_eq!(of("SQL"), "pub const SQL: &str = \"\\\n  a;\n}\";");
        assert_eq!(of("Kind::One"), "/// First.\nOne,");
        assert_eq!(of("Kind::Two"), "Two { a: u8 },");
        assert_eq!(of("Kind::new").lines().count(), 3);
        assert_eq!(of("Kind::from"), "fn from(_: T) -> Kind {\n    Kind::One\n}");
        assert!(of("impl:From:Kind").starts_with("impl<T: Into<u8>> From<T> for Kind {"));
        assert!(of("impl:Kind").starts_with("impl Kind {"));
        assert_eq!(of("Unit"), "struct Unit;");
    }

    #[test]
    fn what_is_not_there_or_twice_is_said() {
        let none = find("a.rs", RUST, "lost").unwrap_err().to_string();
        assert_eq!(none, "there is no `lost`");
        let twice = find("a.rs", "impl A {\n    fn f() {}\n}\nimpl B {\n    fn f() {}\n}\n", "f");
        assert_eq!(twice, Err(Lost::Several("f".to_string(), 2)));
        assert!(find("a.rs", "mod f;\n\nfn f() {}\n", "f").is_ok(), "a module that is only named");
    }

    #[test]
    fn lines_can_be_left_out() {
        let cut = |cut: Cut| quote("a.rs", RUST, &["make".to_string()], &cut).unwrap();
        let inner = cut(Cut { from: Some("vec!".into()), ..Cut::default() });
        assert_eq!(inner, "    // …\n    vec![b'}']\n}");
        let bare = cut(Cut { bare: true, signature: true, ..Cut::default() });
        assert_eq!(bare, "pub async fn make(a: &str) -> Vec<u8> { … }");
        let lost = Cut { to: Some("nowhere".into()), ..Cut::default() };
        assert!(quote("a.rs", RUST, &[], &lost).is_err());
    }

    #[test]
    fn other_files_are_quoted_by_what_they_name() {
        let one = |path: &str, text: &str, item: &str| {
            quote(path, text, &[item.to_string()], &Cut::default()).unwrap()
        };
        let sql =
            "-- Why.\nCREATE TABLE a (\n    b TEXT\n) STRICT;\n\nCREATE UNIQUE INDEX c ON a (b);\n";
        assert_eq!(one("a.sql", sql, "a"), "-- Why.\nCREATE TABLE a (\n    b TEXT\n) STRICT;");
        assert_eq!(one("a.sql", sql, "c"), "CREATE UNIQUE INDEX c ON a (b);");
        let toml = "[a]\n# why\nb = { c = [\n 1 ] }\n\n# next\n[d]\ne = 1\n";
        assert_eq!(one("a.toml", toml, "a.b"), "# why\nb = { c = [\n 1 ] }");
        assert_eq!(one("a.toml", toml, "a"), "[a]\n# why\nb = { c = [\n 1 ] }");
        let yaml = "on: push\njobs:\n  test:\n    steps: []\n\n  lint:\n    x: 1\n";
        assert_eq!(one("a.yml", yaml, "jobs.test"), "test:\n  steps: []");
        let words = "# Top\n\nText.\n\n## Run it\n\nDo.\n\n## Next\n";
        assert_eq!(one("a.md", words, "Run it"), "## Run it\n\nDo.");
        assert_eq!(one(".env.example", "# why\nA=1\n\n# other\n# B=2\n", "B"), "# other\n# B=2");
    }
}
