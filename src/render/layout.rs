//! How rustfmt lays out what a loop has written, for it never runs on the student's machine.

use serde::Serialize;

use crate::catalog::spec::Slice;

/// A slice, and what stands before it in a chain of calls and in a list.
#[derive(Serialize)]
pub struct Part<'a> {
    name: &'a str,
    noun: &'a str,
    /// Nothing where the whole chain fits into a line, else a new line.
    gap: &'static str,
    comma: &'static str,
}

/// The slices by name.
pub fn parts(mut slices: Vec<&Slice>) -> Vec<Part<'_>> {
    slices.sort_by(|a, b| a.name.cmp(&b.name));
    let chain = slices.iter().fold(HEAD.len(), |sum, slice| sum + CALL.len() + slice.name.len());
    let gap = if chain <= WIDTH { "" } else { "\n        " };
    let part = slices.into_iter().enumerate().map(|(index, slice)| Part {
        name: &slice.name,
        noun: &slice.noun,
        gap,
        comma: if index == 0 { "" } else { ", " },
    });
    part.collect()
}

/// The text with each run of imports in order.
pub fn sorted(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let runs = lines.chunk_by(|a, b| is_import(a) && is_import(b));
    let run = runs.flat_map(|run| {
        let mut run = run.to_vec();
        run.sort_unstable();
        run
    });
    run.collect()
}

fn is_import(line: &str) -> bool {
    line.starts_with("use crate::") && line.ends_with(";\n")
}

const HEAD: &str = "    OpenApiRouter::new()";
const CALL: &str = ".merge(::api::router())";
const WIDTH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_sorted_where_they_touch() {
        let text = "use std::a;\n\nuse crate::c;\nuse crate::a::B;\n\nuse crate::b;\nx\ny\na\n";
        let sorted = sorted(text);
        let expected = "use std::a;\n\nuse crate::a::B;\nuse crate::c;\n\nuse crate::b;\nx\ny\na\n";
        assert_eq!(sorted, expected);
    }

    #[test]
    fn a_chain_breaks_when_it_is_too_long() {
        let slice = |name: &str| Slice { name: name.to_string(), noun: String::new() };
        let slices = ["tasks", "orders", "products"].map(slice);
        let gaps = |count| parts(slices.iter().take(count).collect()).into_iter().map(|it| it.gap);
        assert!(gaps(2).all(|gap| gap.is_empty()));
        assert!(gaps(3).all(|gap| gap.starts_with('\n')));
        let all = parts(slices.iter().collect());
        let names: Vec<&str> = all.iter().map(|part| part.name).collect();
        assert_eq!(names, ["orders", "products", "tasks"]);
        assert_eq!(all.iter().map(|it| it.comma).collect::<String>(), ", , ");
    }
}
