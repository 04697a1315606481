//! Keys of a TOML or YAML file by their dotted path.

use super::{Span, indent, with_comments};

/// `dependencies` is a table, `dependencies.axum` one key of it.
pub fn in_toml(text: &str, path: &str) -> Vec<Span> {
    let lines: Vec<&str> = text.lines().collect();
    let tables = (0..lines.len()).filter(|at| table(lines[*at]) == Some(path));
    let tables: Vec<Span> =
        tables.map(|head| Span { end: end(&lines, head), ..at(&lines, head) }).collect();
    if !tables.is_empty() {
        return tables;
    }
    let (owner, key) = path.rsplit_once('.').unwrap_or(("", path));
    let range = match (0..lines.len()).find(|at| table(lines[*at]) == Some(owner)) {
        Some(head) => head + 1..end(&lines, head),
        None if owner.is_empty() => 0..end(&lines, 0),
        None => return vec![],
    };
    let heads = range.filter(|at| {
        let rest = lines[*at].strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    let span = |head: usize| {
        let mut open = 0;
        let length = lines[head..].iter().position(|line| {
            open +=
                line.matches(['[', '{']).count() as i32 - line.matches([']', '}']).count() as i32;
            open == 0
        });
        Span { end: head + length.unwrap_or(0) + 1, ..at(&lines, head) }
    };
    heads.map(span).collect()
}

/// `services` or `jobs.test`: the key, and what is indented below it.
pub fn in_yaml(text: &str, path: &str) -> Vec<Span> {
    let lines: Vec<&str> = text.lines().collect();
    let mut ranges = vec![(0..lines.len(), 0)];
    let mut found = Vec::new();
    for key in path.split('.') {
        found.clear();
        for (range, deep) in std::mem::take(&mut ranges) {
            for head in range {
                let is_key = lines[head].trim_start().strip_prefix(key);
                let is_key = is_key.is_some_and(|rest| rest.starts_with(':'));
                if is_key && indent(lines[head]) >= deep {
                    let deeper = indent(lines[head]) + 1;
                    let below = |line: &&&str| line.is_empty() || indent(line) >= deeper;
                    let mut end = head + 1 + lines[head + 1..].iter().take_while(below).count();
                    while end > head + 1 && lines[end - 1].trim().is_empty() {
                        end -= 1;
                    }
                    found.push(Span { end, ..at(&lines, head) });
                    ranges.push((head + 1..end, deeper));
                }
            }
        }
    }
    let least = found.iter().map(|span| indent(lines[span.head])).min();
    found.retain(|span| Some(indent(lines[span.head])) == least);
    found
}

fn at(lines: &[&str], head: usize) -> Span {
    Span { start: with_comments(lines, head, &["#"]), head, end: head + 1 }
}

fn table(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_prefix('[')?.strip_suffix(']')?;
    Some(name.trim_start_matches('[').trim_end_matches(']'))
}

/// Where the table that begins here ends, without the blank lines and comments of the next.
fn end(lines: &[&str], head: usize) -> usize {
    let next = lines[head + 1..].iter().position(|line| line.starts_with('['));
    let mut end = next.map_or(lines.len(), |next| head + 1 + next);
    let speaks_of_next = |line: &str| line.trim().is_empty() || line.starts_with('#');
    while next.is_some() && end > head + 1 && speaks_of_next(lines[end - 1]) {
        end -= 1;
    }
    end
}
