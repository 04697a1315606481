//! A migration file as single statements: they are sent, and counted, one by one.

/// Cuts at every `;` that is not part of a text, a quoted name or a comment.
pub fn statements(sql: &str) -> Vec<&str> {
    let (mut statements, mut start, mut at, mut has_code) = (Vec::new(), 0, 0, false);
    while let Some(byte) = sql.as_bytes().get(at) {
        let rest = &sql.as_bytes()[at..];
        let (length, is_code) = match byte {
            b';' => {
                if has_code {
                    statements.push(sql[start..at].trim());
                }
                start = at + 1;
                (1, false)
            }
            b'\'' | b'"' | b'`' => (quoted(rest), true),
            b'#' => (through(rest, b"\n"), has_code),
            b'-' if rest.starts_with(b"-- ") || rest.starts_with(b"--\n") => {
                (through(rest, b"\n"), has_code)
            }
            b'/' if rest.starts_with(b"/*") => (through(rest, b"*/"), has_code),
            byte => (1, has_code || !byte.is_ascii_whitespace()),
        };
        has_code = is_code;
        at += length;
    }
    if has_code {
        statements.push(sql[start..].trim());
    }
    statements
}

/// The length up to the end of this mark, or of everything.
fn through(rest: &[u8], mark: &[u8]) -> usize {
    let place = rest.windows(mark.len()).position(|window| window == mark);
    place.map_or(rest.len(), |place| place + mark.len())
}

/// The length of a text or name in quotes. A doubled quote ends one and begins the next.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != rest[0] {
        at += if rest[at] == b'\\' && rest[0] != b'`' { 2 } else { 1 };
    }
    rest.len().min(at + 1)
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_semicolon_ends_a_statement_only_outside_texts_names_and_comments() {
        let sql = "-- a; b\nINSERT INTO t VALUES ('a;''b\\';', \"c;\"); # d;\n\
            /* e; */ SELECT `f;`;\n-- g\n";
        assert_eq!(
            statements(sql),
            ["-- a; b\nINSERT INTO t VALUES ('a;''b\\';', \"c;\")", "# d;\n/* e; */ SELECT `f;`"]
        );
    }

    #[test]
    fn the_last_statement_needs_no_semicolon() {
        assert_eq!(statements("SELECT 1;\n\nSELECT 'ü'"), ["SELECT 1", "SELECT 'ü'"]);
    }
}
