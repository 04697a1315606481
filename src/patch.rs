//! A change of one file, written as a unified diff: it applies exactly, or not at all.
//!
//! A hunk is found by its lines. The numbers behind `@@` are for people.

use anyhow::{Result, bail, ensure};

/// The text after the change.
pub fn apply(text: &str, diff: &str) -> Result<String> {
    let mut text = text.to_string();
    let hunks = hunks(diff)?;
    ensure!(!hunks.is_empty(), "the diff changes nothing");
    for Hunk { old, new, line } in hunks {
        ensure!(!old.is_empty(), "the hunk in line {line} has nothing to be found by");
        // a hunk is whole lines: it begins where one begins
        let places = text.match_indices(&old).map(|(at, _)| at);
        let places: Vec<usize> =
            places.filter(|at| *at == 0 || text[..*at].ends_with('\n')).collect();
        match places.as_slice() {
            [at] => text.replace_range(*at..*at + old.len(), &new),
            [] => bail!("the hunk in line {line} is found nowhere"),
            _ => bail!("the hunk in line {line} is found {} times", places.len()),
        }
    }
    Ok(text)
}

/// Lines that are there, and those that take their place.
struct Hunk {
    old: String,
    new: String,
    /// Where it stands in the diff.
    line: usize,
}

fn hunks(diff: &str) -> Result<Vec<Hunk>> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for (index, line) in diff.lines().enumerate() {
        if line.starts_with("@@") {
            hunks.push(Hunk { old: String::new(), new: String::new(), line: index + 1 });
            continue;
        }
        // what stands before the first hunk says which file it is: we know
        let Some(hunk) = hunks.last_mut() else { continue };
        let (mark, rest) = line.split_at_checked(1).unwrap_or((" ", ""));
        let rest = format!("{rest}\n");
        match mark {
            " " => {
                hunk.old += &rest;
                hunk.new += &rest;
            }
            "-" => hunk.old += &rest,
            "+" => hunk.new += &rest,
            _ => bail!("line {} of the diff begins with `{mark}`", index + 1),
        }
    }
    Ok(hunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fn a() {\n    1\n}\n\nfn b() {\n    1\n}\n";

    #[test]
    fn a_hunk_is_found_by_its_lines() {
        let diff = "--- a\n+++ b\n@@ -90 +90 @@\n fn b() {\n-    1\n+    2\n+    3\n }\n";
        let changed = apply(TEXT, diff).unwrap();
        assert_eq!(changed, "fn a() {\n    1\n}\n\nfn b() {\n    2\n    3\n}\n");
    }

    #[test]
    fn an_empty_line_of_a_diff_is_an_empty_line() {
        let diff = "@@\n }\n\n-fn b() {\n+fn c() {\n";
        assert!(apply(TEXT, diff).unwrap().contains("}\n\nfn c() {"));
    }

    #[test]
    fn what_does_not_fit_exactly_is_an_error() {
        let message = |diff| format!("{:#}", apply(TEXT, diff).unwrap_err());
        assert!(message("@@\n-    1\n+    2\n").contains("2 times"));
        assert!(message("@@\n-    7\n+    2\n").contains("nowhere"));
        assert!(message("@@\n-n a() {\n+x\n").contains("nowhere"));
        assert!(message("@@\n+    2\n").contains("nothing to be found by"));
        assert!(message("@@\n?    2\n").contains("line 2"));
        assert!(message("").contains("changes nothing"));
    }
}
