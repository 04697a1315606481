//! Any other text: the section under a heading, or the paragraph that begins with a word.

use super::Span;

/// Sections and paragraphs that begin so.
pub fn find(text: &str, wanted: &str) -> Vec<Span> {
    let lines: Vec<&str> = text.lines().collect();
    let sections = (0..lines.len()).filter_map(|head| {
        let deep = heading(lines[head])?;
        let is_it = lines[head][deep..].trim().eq_ignore_ascii_case(wanted);
        is_it.then(|| {
            let ends = |line: &&str| heading(line).is_some_and(|other| other <= deep);
            let length = lines[head + 1..].iter().position(ends);
            let end = length.map_or(lines.len(), |length| head + 1 + length);
            Span { start: head, head, end: trimmed(&lines, head, end) }
        })
    });
    let sections: Vec<Span> = sections.collect();
    if !sections.is_empty() {
        return sections;
    }
    let begins = |line: &str| {
        let line = line.trim_start_matches(['#', '/', '!', ';', '-', '*', ' ']);
        let rest = line.strip_prefix(wanted);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let mut spans: Vec<Span> = Vec::new();
    for head in (0..lines.len()).filter(|at| begins(lines[*at])) {
        let is_text = |line: &&&str| !line.trim().is_empty();
        let start = head - lines[..head].iter().rev().take_while(is_text).count();
        let end = head + lines[head..].iter().take_while(is_text).count();
        if spans.last().is_none_or(|last| last.end <= start) {
            spans.push(Span { start, head: start, end });
        }
    }
    spans
}

fn heading(line: &str) -> Option<usize> {
    let deep = line.chars().take_while(|letter| *letter == '#').count();
    ((1..=6).contains(&deep) && line[deep..].starts_with(' ')).then_some(deep)
}

fn trimmed(lines: &[&str], head: usize, mut end: usize) -> usize {
    while end > head + 1 && lines[end - 1].trim().is_empty() {
        end -= 1;
    }
    end
}
