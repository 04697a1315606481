//! Colours for code: comments, strings, words of the language, numbers. Nothing is understood.

use super::escape;

/// Code as HTML, in spans by kind.
pub fn painted(language: &str, code: &str) -> String {
    let Some(grammar) = grammar(language) else { return escape(code) };
    let mut out = String::with_capacity(code.len() * 2);
    let mut rest = code;
    let mut before = None;
    while let Some(letter) = rest.chars().next() {
        let (kind, length) = token(grammar, rest, before);
        let piece = &rest[..length.max(letter.len_utf8())];
        match kind {
            Some(kind) => out.push_str(&format!("<span class=\"{kind}\">{}</span>", escape(piece))),
            None => out.push_str(&escape(piece)),
        }
        before = piece.chars().next_back();
        rest = &rest[piece.len()..];
    }
    out
}

/// What a language looks like.
struct Grammar {
    comment: &'static str,
    quotes: &'static [char],
    words: &'static [&'static str],
    /// Words count in any case.
    loud: bool,
}

/// The kind and length of what begins here.
fn token(grammar: &Grammar, rest: &str, before: Option<char>) -> (Option<&'static str>, usize) {
    let letter = rest.chars().next().unwrap_or(' ');
    let at_word = !before.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let lead = before.is_none_or(char::is_whitespace);
    if rest.starts_with(grammar.comment) && (lead || grammar.comment != "#") {
        return (Some("c"), rest.find('\n').unwrap_or(rest.len()));
    }
    if letter == '\'' && rest.chars().nth(2) == Some('\'') {
        return (Some("s"), rest.chars().take(3).map(char::len_utf8).sum());
    }
    if grammar.quotes.contains(&letter)
        && let Some(length) = quoted(rest, letter)
    {
        return (Some("s"), length);
    }
    let word: usize =
        rest.chars().take_while(|it| it.is_alphanumeric() || *it == '_').map(char::len_utf8).sum();
    if word == 0 || !at_word {
        return (None, word);
    }
    let text = &rest[..word];
    let is_word = match grammar.loud {
        true => grammar.words.iter().any(|known| known.eq_ignore_ascii_case(text)),
        false => grammar.words.contains(&text),
    };
    let kind = if is_word {
        Some("k")
    } else if letter.is_ascii_digit() {
        Some("n")
    } else {
        (letter.is_uppercase() && !grammar.loud).then_some("t")
    };
    (kind, word)
}

/// The length of a text in quotes; a lone `'` of Rust is a lifetime.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            it if it == quote => return Some(at + 1),
            '\n' if quote == '\'' => return None,
            _ => {}
        }
    }
    None
}

fn grammar(language: &str) -> Option<&'static Grammar> {
    match language {
        "rust" => Some(&RUST),
        "sql" => Some(&SQL),
        "toml" | "yaml" | "sh" => Some(&LINES),
        "json" | "graphql" => Some(&JSON),
        _ => None,
    }
}

const RUST: Grammar = Grammar {
    comment: "//",
    quotes: &['"'],
    words: &[
        "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move",
        "mut", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
        "true", "type", "unsafe", "use", "where", "while",
    ],
    loud: false,
};
const SQL: Grammar = Grammar {
    comment: "--",
    quotes: &['\''],
    words: &[
        "add",
        "alter",
        "and",
        "as",
        "asc",
        "begin",
        "by",
        "cascade",
        "check",
        "collate",
        "column",
        "commit",
        "constraint",
        "create",
        "default",
        "delete",
        "desc",
        "distinct",
        "drop",
        "end",
        "exists",
        "explain",
        "foreign",
        "from",
        "group",
        "having",
        "if",
        "in",
        "index",
        "insert",
        "into",
        "is",
        "join",
        "key",
        "left",
        "limit",
        "not",
        "null",
        "on",
        "or",
        "order",
        "plan",
        "primary",
        "query",
        "references",
        "returning",
        "rollback",
        "select",
        "set",
        "strict",
        "table",
        "then",
        "trigger",
        "unique",
        "update",
        "values",
        "view",
        "when",
        "where",
        "with",
    ],
    loud: true,
};
const LINES: Grammar =
    Grammar { comment: "#", quotes: &['"', '\''], words: &["true", "false"], loud: false };
const JSON: Grammar = Grammar {
    comment: "#",
    quotes: &['"'],
    words: &["true", "false", "null", "query", "mutation"],
    loud: false,
};

#[cfg(test)]
mod tests {
    use super::painted;

    #[test]
    fn nothing_is_lost_or_left_open() {
        let rust = painted("rust", "// <a>\nfn f<'a>(x: &'a str) { \"\\\"\" }");
        assert!(
            rust.starts_with(
                "<span class=\"c\">// &lt;a&gt;</span>\n<span class=\"k\">fn</span> f"
            )
        );
        assert!(
            rust.contains("&lt;'a&gt;")
                && rust.contains("<span class=\"s\">&quot;\\&quot;&quot;</span>")
        );
        assert_eq!(painted("text", "a < b"), "a &lt; b");
        assert!(painted("sql", "select 1").contains("<span class=\"n\">1</span>"));
    }
}
