//! Tables that the catalogue and the code fill: choices, variables, routes.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::escape;
use super::shelf::Shelf;
use crate::catalog::spec::Variable;
use crate::origin;
use crate::words;

/// The options of an axis, and what each means.
pub fn choices(shelf: &Shelf<'_>, axis: &str) -> Result<String> {
    let axis = shelf.catalog.axis(axis).with_context(|| format!("there is no axis `{axis}`"))?;
    let rows = axis.options.iter().map(|option| {
        let mark = if option.name() == axis.default { " (default)" } else { "" };
        let name = format!("<code>--{} {}</code>{mark}", axis.name, option.name());
        let says = words::paragraph(&option.spec.teach);
        let says = if says.is_empty() { option.spec.summary.clone() } else { says };
        vec![name, escape(&option.spec.title), escape(&says)]
    });
    Ok(table(&axis.question, &["Flag", "Option", "What it means"], rows))
}

/// Variables of the reader's stack: all, or those that are named.
pub fn env(shelf: &Shelf<'_>, named: &[String]) -> Result<String> {
    let layers = shelf.stack.layers(shelf.catalog);
    let all: Vec<&Variable> = layers.iter().flat_map(|layer| &layer.spec.env).collect();
    for name in named {
        // another choice may not have it
        let known = origin::variables(shelf.catalog, name);
        ensure!(!known.is_empty(), "no variable `{name}` in any stack");
    }
    let wanted = all.into_iter().filter(|it| named.is_empty() || named.contains(&it.name));
    let rows = wanted.map(|variable| {
        let default = match variable.secret {
            true => "made for each project".to_string(),
            false => code(&variable.default),
        };
        let production = variable.production.as_deref().map_or(String::new(), code);
        vec![code(&variable.name), default, production, escape(&variable.summary)]
    });
    Ok(table("Variables", &["Variable", "Default", "In production", "What for"], rows))
}

/// Every route, as the code declares it.
pub fn routes(shelf: &Shelf<'_>) -> Result<String> {
    let mut rows = Vec::new();
    for path in shelf.leaves(&shelf.stack)? {
        if path.starts_with("src/") && path.ends_with(".rs") {
            let text = shelf.text(&shelf.stack, &path)?.unwrap_or_default();
            rows.extend(declared(&text).into_iter().map(|(method, route, says)| {
                vec![code(&method), code(&route), escape(&says), code(&path)]
            }));
        }
    }
    ensure!(!rows.is_empty(), "no route is declared");
    rows.sort_by(|a, b| (&a[1], &a[0]).cmp(&(&b[1], &b[0])));
    Ok(table("Routes", &["Method", "Path", "What it does", "File"], rows.into_iter()))
}

/// The crates of the reader's stack, with the version that is asked for and what each is for.
pub fn crates(shelf: &Shelf<'_>) -> Result<String> {
    let mut rows = BTreeMap::new();
    for layer in shelf.stack.layers(shelf.catalog) {
        for (name, dependency) in &layer.spec.dependencies {
            let version = shelf.catalog.versions.get(name);
            let version = version.with_context(|| format!("no version of `{name}`"))?;
            rows.insert(name, vec![code(name), code(version), escape(&dependency.why)]);
        }
    }
    Ok(table("Crates", &["Crate", "Version", "What for"], rows.into_values()))
}

/// The command that makes the reader's stack.
pub fn command(shelf: &Shelf<'_>) -> String {
    format!(
        "<pre tabindex=\"0\"><code>{}</code></pre>\n",
        escape(&shelf.stack.command(&shelf.project.name))
    )
}

/// `(GET, /path, first sentence)` of each `#[utoipa::path(…)]`.
fn declared(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("#[utoipa::path(") {
        let rest = &text[at + "#[utoipa::path(".len()..];
        let method = rest.split([',', '(']).next().unwrap_or_default().trim().to_uppercase();
        let Some(path) = rest.split("path = \"").nth(1).and_then(|it| it.split('"').next()) else {
            continue;
        };
        let says =
            text[..at].trim_end().rsplit('\n').map_while(|line| line.trim().strip_prefix("///"));
        let mut says: Vec<&str> = says.map(str::trim).collect();
        says.reverse();
        found.push((method, path.to_string(), says.join(" ")));
    }
    found
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", escape(text)) }
}

pub(super) fn table(name: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: String = head.iter().map(|it| format!("<th scope=\"col\">{it}</th>")).collect();
    let row = |cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.map(row).collect();
    let name = escape(name);
    format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{name}\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}
