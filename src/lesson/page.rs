//! Markdown in the columns of a terminal: paragraphs and items flow, code stays as it is.

use crate::words;

/// The lines of a text, none wider than `width` columns where words allow it.
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    let mut code = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        if code || fence || line.trim().is_empty() || line.starts_with(['#', '|', '>']) {
            flow(&mut lines, &mut open, width);
            lines.push(line.to_string());
            code ^= fence;
            continue;
        }
        if hang(line) > 0 {
            flow(&mut lines, &mut open, width);
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(line.trim());
    }
    flow(&mut lines, &mut open, width);
    lines
}

fn flow(lines: &mut Vec<String>, open: &mut String, width: usize) {
    if open.is_empty() {
        return;
    }
    let hang = hang(open);
    for (at, line) in words::wrap(open, width.saturating_sub(hang)).iter().enumerate() {
        lines.push(if at == 0 { line.clone() } else { " ".repeat(hang) + line });
    }
    open.clear();
}

/// How far the lines of an item stand in below its mark; nothing for a paragraph.
fn hang(line: &str) -> usize {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match line.starts_with("- ") {
        true => 2,
        false if digits > 0 && line[digits..].starts_with(". ") => digits + 2,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_flow_and_code_stays() {
        let text = "# A head\n\none two\nthree four\n\n1. five six\n   seven\n2. eight\n\n```\na  b  c  d  e  f\n```";
        let wanted = "# A head\n\none two three\nfour\n\n1. five six\n   seven\n2. eight\n\n```\na  b  c  d  e  f\n```";
        assert_eq!(lines(text, 14).join("\n"), wanted);
    }
}
