//! The first look at a document: is it of a size that is safe to parse?

/// Long texts belong into variables.
const BYTES: usize = 128 * 1024;
/// Names, numbers, strings and marks.
const TOKENS: usize = 5_000;
/// Brackets inside each other. The parser calls itself for each of them; a few hundred would
/// overflow its stack, and that ends the whole process, not this request alone.
const NESTING: usize = 50;
const TOO_LONG: &str = "the document is too long";

/// Counts without building anything; the words say what there is too much of.
pub fn check(document: &str) -> Result<(), &'static str> {
    if document.len() > BYTES {
        return Err(TOO_LONG);
    }
    let (mut tokens, mut nesting) = (0, 0_usize);
    let mut rest = document;
    while let Some(first) = rest.chars().next() {
        match first {
            '{' | '[' | '(' => nesting += 1,
            '}' | ']' | ')' => nesting = nesting.saturating_sub(1),
            // never legal here: the parser will not get past it
            '\\' => return Ok(()),
            _ => {}
        }
        tokens += usize::from(!first.is_whitespace());
        if tokens > TOKENS {
            return Err(TOO_LONG);
        }
        if nesting > NESTING {
            return Err("the document is nested too deep");
        }
        rest = &rest[length(first, rest)..];
    }
    Ok(())
}

/// How many bytes belong to what begins here.
fn length(first: char, rest: &str) -> usize {
    match first {
        '"' => string(rest),
        '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => {
            let inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            rest.bytes().take_while(inside).count()
        }
        other => other.len_utf8(),
    }
}

/// A string with its quotes. The parser reads a block that is never closed as an empty string
/// and goes on behind it; counted otherwise, a document could hide its brackets there.
fn string(rest: &str) -> usize {
    let block = rest.strip_prefix("\"\"\"").and_then(|inside| closing(inside, "\"\"\""));
    match block {
        Some(end) => end + 6,
        None => closing(&rest[1..], "\"").map_or(rest.len(), |end| end + 2),
    }
}

/// Where the closing quotes begin. A backslash takes the quotes behind it away, in a short string
/// any character.
fn closing(inside: &str, quotes: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += inside[at..].find(['\\', '"'])?;
        let here = &inside[at..];
        at += match here.strip_prefix('\\') {
            None if here.starts_with(quotes) => return Some(at),
            Some(escaped) if escaped.starts_with(quotes) => 1 + quotes.len(),
            Some(escaped) if quotes.len() == 1 => 1 + escaped.chars().next()?.len_utf8(),
            _ => 1,
        };
    }
}
