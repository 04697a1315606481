//! What `compare` says: a table, the files, and every line that differs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::catalog::{Axis, Catalog, Layer};
use crate::commands::compare::table;
use crate::difference::{Changed, Difference, How, Side};
use crate::io::screen::Style;

/// A comparison, and how much of it is shown.
pub struct Report<'a> {
    catalog: &'a Catalog,
    difference: &'a Difference,
    /// The lines that differ are shown.
    pub diffs: bool,
    /// So are the lines of files that only one side has.
    pub whole: bool,
    /// This file alone is shown.
    pub only: Option<String>,
}

impl<'a> Report<'a> {
    /// Everything but the files that only one side has.
    pub fn new(catalog: &'a Catalog, difference: &'a Difference) -> Report<'a> {
        Report { catalog, difference, diffs: true, whole: false, only: None }
    }

    /// For people.
    pub fn as_text(&self, style: Style, width: usize) -> String {
        if let Some(path) = &self.only {
            return self.one(path, style);
        }
        let mut lines = self.heading(style);
        lines.push(String::new());
        lines.extend(table::lines(self.difference, style, width));
        lines.push(String::new());
        lines.extend(self.names(style, width));
        if self.diffs {
            let shown = self.difference.files.iter().filter(|file| self.shows(file));
            for file in shown.filter(|file| !file.diff.is_empty()) {
                lines.push(String::new());
                lines.push(painted(&file.diff, style));
            }
        }
        lines.join("\n")
    }

    fn shows(&self, file: &Changed) -> bool {
        self.whole || file.how == How::Changed
    }

    fn one(&self, path: &str, style: Style) -> String {
        match self.difference.files.iter().find(|file| file.path == path) {
            Some(file) if file.diff.is_empty() => format!("`{path}` differs; it is only counted"),
            Some(file) => painted(&file.diff, style),
            None => format!("`{path}` is the same on both sides"),
        }
    }

    /// Both answers, and what is the same on both sides.
    fn heading(&self, style: Style) -> Vec<String> {
        let [left, right] = self.labels();
        let mut lines = vec![style.bold(&format!("{} → {}", left.join(" "), right.join(" ")))];
        let [left, right] = &self.difference.sides;
        let (left, right) = (left.stack.options(self.catalog), right.stack.options(self.catalog));
        let differ: Vec<_> = left
            .iter()
            .filter(|choice| !has(&right, choice))
            .chain(right.iter().filter(|choice| !has(&left, choice)))
            .collect();
        let titles = differ.iter().map(|(_, option)| option.spec.title.chars().count());
        let titles = titles.max().unwrap_or(0);
        for (_, option) in differ {
            let (title, summary) = (&option.spec.title, &option.spec.summary);
            lines.push(format!("  {title:titles$}  {}", style.dim(summary)));
        }
        let both = left.iter().filter(|choice| has(&right, choice));
        let both: Vec<String> =
            both.map(|(axis, option)| format!("--{} {}", axis.name, option.name())).collect();
        if !both.is_empty() {
            lines.push(format!("  {}", style.dim(&format!("both with {}", both.join(" ")))));
        }
        lines
    }

    /// The choices that only one side has: `db=sqlite`.
    fn labels(&self) -> [Vec<String>; 2] {
        let [left, right] = &self.difference.sides;
        let only = |one: &Side, other: &Side| {
            let others: BTreeSet<(&str, &str)> = other.stack.choices().collect();
            let own = one.stack.choices().filter(|choice| !others.contains(choice));
            own.map(|(axis, option)| format!("{axis}={option}")).collect()
        };
        [only(left, right), only(right, left)]
    }

    /// The files that differ, those to read first before the others.
    fn names(&self, style: Style, width: usize) -> Vec<String> {
        let files = &self.difference.files;
        let paths = files.iter().map(|file| file.path.chars().count()).max().unwrap_or(0);
        let line = |file: &Changed| {
            let (mark, path) = match file.how {
                How::Removed => (style.red("-"), style.red(&file.path)),
                How::Added => (style.green("+"), style.green(&file.path)),
                How::Changed => ("~".to_string(), file.path.clone()),
            };
            let fill = " ".repeat(paths.min(width / 2).saturating_sub(file.path.chars().count()));
            let change = match (file.plus, file.minus) {
                (0, 0) => "counted above".to_string(),
                (plus, 0) => format!("+{plus}"),
                (0, minus) => format!("-{minus}"),
                (plus, minus) => format!("+{plus} -{minus}"),
            };
            format!("  {mark} {path}{fill}  {}", style.dim(&change))
        };
        files.iter().map(line).collect()
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let [left, right] = &self.difference.sides;
        let only = self.only.as_deref();
        let files =
            self.difference.files.iter().filter(|it| only.is_none_or(|path| it.path == path));
        let files = files.map(|file| {
            json!({
                "path": file.path,
                "how": match file.how {
                    How::Removed => "removed",
                    How::Added => "added",
                    How::Changed => "changed",
                },
                "plus": file.plus,
                "minus": file.minus,
                "diff": (self.diffs && (self.shows(file) || only.is_some())).then_some(&file.diff),
            })
        });
        json!({
            "left": side_as_json(left),
            "right": side_as_json(right),
            "files": files.collect::<Vec<_>>(),
            "same": self.difference.same.len(),
        })
    }
}

fn has(choices: &[(&Axis, &Layer)], (_, option): &(&Axis, &Layer)) -> bool {
    choices.iter().any(|(_, other)| other.id == option.id)
}

fn side_as_json(side: &Side) -> Value {
    json!({
        "key": side.stack.key(),
        "flags": side.stack.flags(),
        "files": side.files,
        "lines": side.lines,
        "crates": side.crates,
        "packages": side.packages,
        "variables": side.variables,
        "servers": side.servers,
    })
}

/// A diff in the colours of a diff.
fn painted(diff: &str, style: Style) -> String {
    let lines = diff.lines().enumerate().map(|(index, line)| match line.chars().next() {
        _ if index < 2 => style.bold(line),
        Some('+') => style.green(line),
        Some('-') => style.red(line),
        Some('@') => style.dim(line),
        _ => line.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
