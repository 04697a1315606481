//! Statements of an SQL file by what they create.

use super::{Span, with_comments};

/// Every `CREATE … name`, with the comment above it.
pub fn find(text: &str, name: &str) -> Vec<Span> {
    let lines: Vec<&str> = text.lines().collect();
    let heads = (0..lines.len()).filter(|at| created(lines[*at]).as_deref() == Some(name));
    let span = |head: usize| {
        let close = if lines[head].contains("TRIGGER") { "END;" } else { ";" };
        let length = lines[head..].iter().position(|line| line.trim_end().ends_with(close));
        let end = length.map_or(lines.len(), |length| head + length + 1);
        Span { start: with_comments(&lines, head, &["--"]), head, end }
    };
    heads.map(span).collect()
}

fn created(line: &str) -> Option<String> {
    let rest = line.strip_prefix("CREATE ")?;
    let mut words = rest.split([' ', '(', ';']).skip_while(|word| KINDS.contains(word));
    words.next().map(|name| name.trim_matches(['"', '`']).to_string())
}

const KINDS: [&str; 10] =
    ["UNIQUE", "TABLE", "INDEX", "TRIGGER", "VIEW", "TYPE", "FUNCTION", "IF", "NOT", "EXISTS"];
