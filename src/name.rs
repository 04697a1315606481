//! A project's name: good as a crate, a folder, a database and an image, on every system.

use std::fmt;

use crate::words::printable;

/// A name that was checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// Why a name cannot be used, and one that can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadName {
    pub name: String,
    pub rule: String,
    pub suggestion: String,
}

impl Name {
    /// Parses a name. `crates` are the names of the project's own dependencies.
    pub fn parse(name: &str, crates: &[&str]) -> Result<Name, BadName> {
        match broken_rule(name, crates) {
            None => Ok(Name(name.to_string())),
            Some(rule) => Err(BadName {
                name: printable(name, ECHOED),
                rule,
                suggestion: suggestion(name, crates),
            }),
        }
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be a project's name: {}", self.name, self.rule)
    }
}

impl std::error::Error for BadName {}

fn broken_rule(name: &str, crates: &[&str]) -> Option<String> {
    if name.is_empty() {
        return Some("it is empty".to_string());
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some("it must start with a letter from a to z".to_string());
    }
    let odd = |c: &char| !matches!(c, 'a'..='z' | '0'..='9' | '_' | '-');
    if let Some(odd) = name.chars().find(odd) {
        let odd = printable(&odd.to_string(), ECHOED);
        return Some(format!("only a-z, 0-9, `-` and `_` are allowed, not `{odd}`"));
    }
    if name.len() > LONGEST {
        return Some(format!("it has {} characters, {LONGEST} are allowed", name.len()));
    }
    let reserved = |list: &[&str]| list.contains(&name);
    let as_crate = name.replace('-', "_");
    if reserved(KEYWORDS) {
        Some("it is a keyword of Rust".to_string())
    } else if reserved(SYSROOT) {
        Some("a crate of Rust itself has this name".to_string())
    } else if reserved(ARTIFACTS) {
        Some("cargo keeps its own files under this name".to_string())
    } else if reserved(DEVICES) {
        Some("Windows keeps this name for a device".to_string())
    } else if crates.iter().any(|other| other.replace('-', "_") == as_crate) {
        Some("the project depends on a crate of this name".to_string())
    } else {
        None
    }
}

/// The nearest name that can be had.
fn suggestion(name: &str, crates: &[&str]) -> String {
    let letters = name.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '_' | '-') => c,
        _ => '-',
    });
    let mut fixed: String = letters.collect();
    while fixed.contains("--") {
        fixed = fixed.replace("--", "-");
    }
    let fixed = fixed.trim_matches(['-', '_']);
    let fixed = match fixed.chars().next() {
        Some(c) if c.is_ascii_lowercase() => fixed.to_string(),
        Some(_) => format!("app-{fixed}"),
        None => FALLBACK.to_string(),
    };
    let fixed: String = fixed.chars().take(LONGEST).collect();
    let fixed = fixed.trim_end_matches(['-', '_']).to_string();
    match broken_rule(&fixed, crates) {
        None => fixed,
        Some(_) => format!("my-{fixed}"),
    }
}

const LONGEST: usize = 63;
const ECHOED: usize = 80;

/// The name when none can be made of what was typed.
pub const FALLBACK: &str = "my-backend";

#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
const SYSROOT: &[&str] = &["alloc", "app", "core", "proc_macro", "proc-macro", "std", "test"];
const ARTIFACTS: &[&str] = &["build", "deps", "examples", "incremental"];
#[rustfmt::skip]
const DEVICES: &[&str] = &[
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

#[cfg(test)]
mod tests {
    use super::*;

    const CRATES: &[&str] = &["axum", "tokio", "utoipa-axum"];

    #[test]
    fn good_names_pass() {
        let longest = "a".repeat(63);
        for name in ["demo", "my-backend", "a", "x1_y", "todo-2026", longest.as_str()] {
            assert!(Name::parse(name, CRATES).is_ok(), "{name}");
        }
    }

    #[test]
    fn each_bad_name_gets_a_rule_and_a_name_that_works() {
        let long = "a".repeat(64);
        #[rustfmt::skip]
        let bad = [
            "", "-x", "_x", ".x", "1st", "Demo", "my backend", "naïve", "名前", "a.b", "a/b", "a\\b", "..", ".",
            "x\u{202e}y", "x\ny", "x\0", "fn", "gen", "async", "self", "union", "test", "core", "std", "alloc",
            "proc_macro", "build", "deps", "examples", "incremental", "axum", "tokio", "utoipa_axum",
            "con", "nul", "com1", "lpt9", "prn", "aux", "CON", "nul.txt", "demo.", "demo ", "{{7*7}}", "$(id)",
            "'; DROP", "<script>", "--help", "*", "?", "a:b", "\u{feff}x", "app", long.as_str(),
        ];
        for name in bad {
            let bad = Name::parse(name, CRATES).expect_err(name);
            assert!(!bad.rule.is_empty());
            let fixed = Name::parse(&bad.suggestion, CRATES);
            assert!(fixed.is_ok(), "{name:?} is answered with {:?}", bad.suggestion);
            assert!(!bad.to_string().contains(char::is_control), "{name:?}");
        }
    }

    #[test]
    fn the_suggestion_is_near_what_was_typed() {
        let suggestion = |name| Name::parse(name, CRATES).unwrap_err().suggestion;
        assert_eq!(suggestion("My Backend"), "my-backend");
        assert_eq!(suggestion("axum"), "my-axum");
        assert_eq!(suggestion("2fast"), "app-2fast");
        assert_eq!(suggestion("名前"), FALLBACK);
    }
}
