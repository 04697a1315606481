//! What lies between two states of a lesson, as diffs.

use std::path::PathBuf;

use similar::TextDiff;

use crate::render::Tree;

/// Each file that is not the same in both, with its unified diff.
pub fn diffs(before: &Tree, after: &Tree) -> Vec<(String, String)> {
    let text = |bytes: Option<&Vec<u8>>| {
        bytes.map_or(String::new(), |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let mut paths: Vec<_> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let changed = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    let diff = |path: &PathBuf| {
        let (before, after) = (text(before.get(path)), text(after.get(path)));
        let diff = TextDiff::from_lines(&before, &after);
        let shown = diff.unified_diff().context_radius(3).to_string();
        (path.to_string_lossy().replace('\\', "/"), shown)
    };
    changed.map(diff).collect()
}

/// How many lines a set of diffs adds or takes away, the larger of the two.
pub fn size(diffs: &[(String, String)]) -> usize {
    let count = |mark: char| {
        let lines = diffs.iter().flat_map(|(_, diff)| diff.lines());
        lines.filter(|line| line.starts_with(mark)).count()
    };
    count('+').max(count('-'))
}
