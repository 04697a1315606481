//! Rust with its comments and strings blanked out, so that what is left can be counted.

/// The same text, byte for byte as long, with spaces for comments, strings and characters.
pub fn masked(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_quiet(bytes, at);
        if end > at {
            for byte in &mut out[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            at = end;
        } else {
            at += 1;
        }
    }
    out
}

/// Where a comment or literal that begins here ends; here itself when none begins.
fn end_of_quiet(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let in_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => at + past(rest, b"*/"),
        [b'"', ..] => at + string(rest),
        [b'r', b'"' | b'#', ..] if !in_word => raw(rest).map_or(at, |length| at + length),
        [b'\'', b'\\', ..] => at + 3 + past(rest.get(3..).unwrap_or_default(), b"'"),
        // a lifetime has no second quote so near
        [b'\'', first, ..] => {
            let width = if *first < 0x80 { 1 } else { first.leading_ones() as usize };
            if rest.get(1 + width) == Some(&b'\'') { at + width + 2 } else { at }
        }
        _ => at,
    }
}

fn past(bytes: &[u8], mark: &[u8]) -> usize {
    let found = bytes.windows(mark.len()).position(|part| part == mark);
    found.map_or(bytes.len(), |found| found + mark.len())
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw(bytes: &[u8]) -> Option<usize> {
    let hashes = bytes[1..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let start = 2 + hashes;
    Some(start + past(&bytes[start..], &close))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        String::from_utf8(masked(text)).unwrap()
    }

    #[test]
    fn only_code_is_left() {
        assert_eq!(shown("a // {\nb"), "a     \nb");
        assert_eq!(shown("f(\"}\\\"{\", '{', b)"), "f(      ,    , b)");
        assert_eq!(shown("r#\"}\"# {"), "       {");
        assert_eq!(shown("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
        assert_eq!(shown("'…' '\\'' x"), "           x");
        assert_eq!(shown("for r in x { \"a\nb\" }"), "for r in x {   \n   }");
    }
}
