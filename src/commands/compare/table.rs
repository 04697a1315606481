//! The table of `compare`: both stacks in numbers, and what comes and goes.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::difference::{Difference, How, Side};
use crate::io::screen::Style;
use crate::words;

/// The rows of the table.
pub fn lines(difference: &Difference, style: Style, width: usize) -> Vec<String> {
    let [left, right] = &difference.sides;
    let number = |of: fn(&Side) -> usize| [of(left).to_string(), of(right).to_string()];
    let step = |of: fn(&Side) -> usize| signed(of(left), of(right));
    let all = |side: &Side| side.packages.map_or("?".to_string(), |number| number.to_string());
    let more = left.packages.zip(right.packages).map_or(String::new(), |(l, r)| signed(l, r));
    let servers = |side: &Side| match side.servers.as_slice() {
        [] => "none".to_string(),
        servers => servers.join(", "),
    };
    let rows = [
        ("files", number(|it| it.files), counts(difference)),
        ("lines of src", number(|it| it.lines), step(|it| it.lines)),
        ("crates asked for", number(|it| it.crates.len()), crates(difference)),
        ("crates in all", [all(left), all(right)], more),
        ("variables", number(|it| it.variables.len()), variables(difference)),
        ("servers", [servers(left), servers(right)], String::new()),
    ];
    let column = |index: usize| {
        rows.iter().map(|(_, numbers, _)| numbers[index].chars().count()).max().unwrap_or(0)
    };
    let (one, two) = (column(0), column(1));
    let mut lines = Vec::new();
    for (label, [left, right], change) in &rows {
        let change = words::wrap(change, width.saturating_sub(one + two + 24).max(24));
        for (index, change) in change.iter().enumerate() {
            let row = match index {
                0 => {
                    format!("  {label:16}  {left:>one$}  {right:>two$}  {}", style.dim(change))
                }
                _ => format!("  {:16}  {:one$}  {:two$}  {}", "", "", "", style.dim(change)),
            };
            lines.push(row.trim_end().to_string());
        }
    }
    lines
}

fn counts(difference: &Difference) -> String {
    let count = |how| difference.files(how).count();
    let (minus, plus, differ) = (count(How::Removed), count(How::Added), count(How::Changed));
    format!("{minus} go, {plus} come, {differ} differ")
}

fn crates(difference: &Difference) -> String {
    let [left, right] = &difference.sides;
    signed_names(left.crates.keys().collect(), right.crates.keys().collect())
}

fn variables(difference: &Difference) -> String {
    let [left, right] = &difference.sides;
    signed_names(left.variables.iter().collect(), right.variables.iter().collect())
}

fn signed(left: usize, right: usize) -> String {
    match right.cmp(&left) {
        Ordering::Less => format!("-{}", left - right),
        Ordering::Equal => "the same".to_string(),
        Ordering::Greater => format!("+{}", right - left),
    }
}

/// "+ these, - those".
fn signed_names(left: BTreeSet<&String>, right: BTreeSet<&String>) -> String {
    let names = |one: &BTreeSet<&String>, other: &BTreeSet<&String>, mark| {
        one.difference(other).map(|name| format!("{mark}{name}")).collect::<Vec<_>>()
    };
    let changes = [names(&right, &left, '+'), names(&left, &right, '-')].concat();
    if changes.is_empty() { "the same".to_string() } else { changes.join(" ") }
}
