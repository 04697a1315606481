//! Items of a Rust file by name: `create`, `Type::method`, `impl:Trait:Type`, `Enum::Variant`.

use std::ops::Range;

use super::mask::masked;
use super::{Span, indent};

/// A Rust file, its lines, and its lines without comments and strings.
struct Source<'a> {
    lines: Vec<&'a str>,
    code: String,
    /// Where each line begins in `code`.
    starts: Vec<usize>,
}

/// Every item of that name.
pub fn find(text: &str, item: &str) -> Vec<Span> {
    let source = Source::of(text);
    if let Some(block) = item.strip_prefix("impl:") {
        return source.impls(block);
    }
    let Some((owner, member)) = item.split_once("::") else {
        let top = source.named(item, 0..source.lines.len(), Some(0));
        let nested = || source.named(item, 0..source.lines.len(), None);
        return if top.is_empty() { nested() } else { top };
    };
    let mut blocks = source.impls(owner);
    blocks.extend(source.impls_of_traits(owner));
    blocks.extend(source.named(owner, 0..source.lines.len(), None));
    let inside = blocks.iter().map(|block| block.head + 1..block.end);
    inside.flat_map(|range| source.members(member, range)).collect()
}

impl<'a> Source<'a> {
    fn of(text: &'a str) -> Source<'a> {
        let code = String::from_utf8_lossy(&masked(text)).into_owned();
        let starts = std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1));
        Source { lines: text.lines().collect(), starts: starts.collect(), code }
    }

    fn line(&self, at: usize) -> &str {
        let end = self.starts.get(at + 1).map_or(self.code.len(), |next| next - 1);
        &self.code[self.starts[at]..end]
    }

    /// Items of that name that begin in these lines, at this indent if one is given.
    fn named(&self, name: &str, range: Range<usize>, deep: Option<usize>) -> Vec<Span> {
        let heads = range.filter(|at| {
            let line = self.line(*at);
            deep.is_none_or(|deep| indent(line) == deep) && head(line) == Some(name)
        });
        heads.map(|at| self.span(at)).collect()
    }

    /// Methods, constants and variants directly in a block.
    fn members(&self, name: &str, range: Range<usize>) -> Vec<Span> {
        let Some(first) = range.clone().find(|at| !self.line(*at).trim().is_empty()) else {
            return vec![];
        };
        let deep = indent(self.line(first));
        let items = self.named(name, range.clone(), Some(deep));
        if !items.is_empty() {
            return items;
        }
        let is_variant = |at: &usize| {
            let line = self.line(*at);
            let rest = line.trim_start().strip_prefix(name);
            let after = rest.map(|rest| rest.chars().next().unwrap_or(','));
            indent(line) == deep && after.is_some_and(|next| matches!(next, ',' | '(' | ' ' | ':'))
        };
        range.filter(is_variant).map(|at| self.variant(at)).collect()
    }

    /// `Type`, or `Trait:Type`: blocks without, or with that trait.
    fn impls(&self, wanted: &str) -> Vec<Span> {
        let (of_trait, owner) = match wanted.split_once(':') {
            Some((name, owner)) => (Some(name), owner),
            None => (None, wanted),
        };
        self.blocks(|name, of| name == owner && of == of_trait)
    }

    fn impls_of_traits(&self, owner: &str) -> Vec<Span> {
        self.blocks(|name, of| name == owner && of.is_some())
    }

    fn blocks(&self, fits: impl Fn(&str, Option<&str>) -> bool) -> Vec<Span> {
        let heads = (0..self.lines.len()).filter(|at| {
            let rest = self.line(*at).trim_start().strip_prefix("impl");
            rest.is_some_and(|rest| rest.starts_with([' ', '<']))
        });
        let fitting = heads.filter(|at| {
            let from = self.starts[*at];
            let header = self.code[from..].split('{').next().unwrap_or_default();
            let (of_trait, owner) = names(header);
            fits(owner, of_trait)
        });
        fitting.map(|at| self.span(at)).collect()
    }

    /// From its comments and attributes to its last brace or semicolon.
    fn span(&self, head: usize) -> Span {
        let line = self.line(head).trim_start();
        let is_value =
            ["const ", "static ", "type "].iter().any(|word| bare(line).starts_with(word))
                && !line.contains("fn ");
        let end = self.end(self.starts[head], is_value);
        Span { start: self.above(head), head, end: self.line_at(end) + 1 }
    }

    fn variant(&self, head: usize) -> Span {
        let mut depth = 0;
        let from = self.starts[head];
        let end = self.code[from..].char_indices().find(|(_, letter)| {
            depth += step(*letter);
            (*letter == ',' && depth == 0) || depth < 0
        });
        let end =
            end.map_or(self.code.len(), |(at, letter)| from + at - usize::from(letter == '}'));
        Span { start: self.above(head), head, end: self.line_at(end) + 1 }
    }

    /// Where an item ends. A value ends at its semicolon, everything else also at its brace.
    fn end(&self, from: usize, is_value: bool) -> usize {
        let mut depth = 0;
        let end = self.code[from..].char_indices().find(|(_, letter)| {
            depth += step(*letter);
            depth == 0 && (*letter == ';' || (*letter == '}' && !is_value))
        });
        end.map_or(self.code.len().saturating_sub(1), |(at, _)| from + at)
    }

    fn line_at(&self, position: usize) -> usize {
        self.starts.partition_point(|start| *start <= position) - 1
    }

    /// The first of the comments and attributes above a line.
    fn above(&self, head: usize) -> usize {
        let deep = indent(self.lines[head]);
        let mut start = head;
        while start > 0 {
            let line = self.lines[start - 1];
            let opens = |at: &usize| indent(self.lines[*at]) == deep && !self.lines[*at].is_empty();
            if line.trim_start().starts_with("//") && !line.trim_start().starts_with("//!") {
                start -= 1;
            } else if line.ends_with(']')
                && let Some(from) = (0..start).rev().find(opens)
                && self.lines[from].trim_start().starts_with("#[")
            {
                start = from;
            } else {
                break;
            }
        }
        start
    }
}

fn step(letter: char) -> i32 {
    match letter {
        '(' | '[' | '{' => 1,
        ')' | ']' | '}' => -1,
        _ => 0,
    }
}

/// The name of the item that this line begins.
fn head(line: &str) -> Option<&str> {
    let mut rest = bare(line.trim_start());
    for word in ["async ", "unsafe ", "extern \"C\" "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    if let Some(function) = rest.strip_prefix("const ").filter(|rest| rest.starts_with("fn ")) {
        rest = function;
    }
    // where a module is only named, there is nothing to quote
    let is_named = rest.starts_with("mod ") && rest.trim_end().ends_with(';');
    let name = KINDS.iter().find_map(|kind| rest.strip_prefix(kind)).filter(|_| !is_named)?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    (end > 0).then(|| &name[..end])
}

/// Without `pub` and what it is restricted to.
fn bare(line: &str) -> &str {
    match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with(' ') => rest.trim_start(),
        Some(rest) if rest.starts_with('(') => {
            rest.split_once(')').map_or(line, |(_, rest)| rest.trim_start())
        }
        _ => line,
    }
}

/// The trait, when there is one, and the type of `impl<…> Trait for Type`.
fn names(header: &str) -> (Option<&str>, &str) {
    let mut rest = header.trim_start().trim_start_matches("impl");
    if rest.starts_with('<') {
        let mut depth = 0;
        let close = rest.char_indices().find(|(at, letter)| {
            let is_arrow = *letter == '>' && rest[..*at].ends_with('-');
            depth += i32::from(*letter == '<') - i32::from(*letter == '>' && !is_arrow);
            depth == 0
        });
        rest = close.map_or(rest, |(at, _)| &rest[at + 1..]);
    }
    match rest.split_once(" for ") {
        Some((of_trait, owner)) => (Some(last(of_trait)), last(owner)),
        None => (None, last(rest)),
    }
}

/// `a::b::Name<T>` is `Name`.
fn last(path: &str) -> &str {
    let path = path.trim().trim_start_matches(['&', '(']).trim_start_matches("mut ");
    let end = path.find(['<', ' ', ',', ')', '\n']).unwrap_or(path.len());
    path[..end].rsplit("::").next().unwrap_or_default()
}

const KINDS: [&str; 9] =
    ["fn ", "struct ", "enum ", "trait ", "type ", "const ", "static ", "mod ", "macro_rules! "];
