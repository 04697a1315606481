//! What `new` asks, and what it teaches before each question.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::catalog::{Axis, Catalog, Layer};
use crate::commands::new::site::Site;
use crate::io::ask::{self, Choice};
use crate::io::screen::{self, Style};
use crate::name::{FALLBACK, Name};
use crate::words;

/// Asks for the folder, until one is named that can be had.
pub fn path(catalog: &Catalog) -> Result<PathBuf> {
    let crates: Vec<String> = catalog.crates().iter().map(|name| name.to_string()).collect();
    let check = move |answer: &str| {
        let crates: Vec<&str> = crates.iter().map(String::as_str).collect();
        Name::parse(answer, &crates)
            .map_err(|bad| format!("{}; `{}` works", bad.rule, bad.suggestion))?;
        Site::find(Path::new(answer), false, None)
            .map(|_| ())
            .map_err(|taken| format!("{taken:#}; choose another name"))
    };
    let help = "the folder, and the name of the crate";
    Ok(PathBuf::from(ask::text("What is it called?", FALLBACK, help, check)?))
}

/// The answers to one question, of those options that can be had.
pub fn answer(axis: &Axis, fit: &[&Layer]) -> Result<Vec<String>> {
    match axis.several {
        true => several(axis, fit),
        false => Ok(vec![option(axis, fit)?]),
    }
}

/// Explains an axis, says what cannot be had and why, and asks for any number of its options.
fn several(axis: &Axis, fit: &[&Layer]) -> Result<Vec<String>> {
    let (style, width) = (Style::of_stderr(), screen::width());
    let mut page = vec![String::new(), style.bold(&axis.title)];
    page.extend(words::wrap(&axis.help, width - 4));
    let more = format!("`backend-gen explain --{}` says more.", axis.name);
    page.extend(words::wrap(&more, width - 4).iter().map(|line| style.dim(line)));
    page.push(String::new());
    screen::note(&page.join("\n"));
    let real: Vec<&&Layer> = fit.iter().filter(|option| option.name() != axis.default).collect();
    let choices = real.iter().map(|option| choice(axis, option, width)).collect();
    let chosen = ask::several(&axis.question, choices, SEVERAL)?;
    let names = chosen.iter().filter_map(|index| Some(real.get(*index)?.name().to_string()));
    let names: Vec<String> = names.collect();
    Ok(if names.is_empty() { vec![axis.default.clone()] } else { names })
}

/// Explains an axis and each of its options, then asks. Where the window is too low to show both,
/// the explanation is one of the answers.
fn option(axis: &Axis, fit: &[&Layer]) -> Result<String> {
    let (style, width) = (Style::of_stderr(), screen::width());
    let mut page = vec![String::new(), style.bold(&axis.title)];
    page.extend(words::wrap(&axis.help, width - 4));
    let teaching = teaching(axis, style, width - 4);
    let rows = page.len() + teaching.len() + 2 * fit.len() + 4;
    let mut explained = screen::height().is_none_or(|height| rows <= height);
    if explained {
        page.extend(teaching.iter().cloned());
    }
    page.push(String::new());
    screen::note(&page.join("\n"));
    let start = fit.iter().position(|option| option.name() == axis.default).unwrap_or(0);
    loop {
        let mut choices: Vec<Choice> =
            fit.iter().map(|option| choice(axis, option, width)).collect();
        if !explained {
            choices.push(Choice { title: EXPLAIN.to_string(), label: EXPLAIN.to_string() });
        }
        let index = ask::choose(&axis.question, choices, start, KEYS)?;
        match fit.get(index) {
            Some(option) => return Ok(option.name().to_string()),
            None => screen::note(&format!("{}\n", teaching.join("\n"))),
        }
        explained = true;
    }
}

fn teaching(axis: &Axis, style: Style, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for option in &axis.options {
        lines.push(String::new());
        let text = format!("{}: {}", option.spec.title, option.spec.teach);
        lines.extend(words::wrap(&text, width).iter().map(|line| format!("  {}", style.dim(line))));
    }
    lines
}

/// One line, so that a list of them keeps its shape in a narrow window.
fn choice(axis: &Axis, option: &Layer, width: usize) -> Choice {
    let (name, spec) = (option.name(), &option.spec);
    let mark = if name == axis.default { " (default)" } else { "" };
    let room = width.saturating_sub(spec.title.chars().count() + mark.len() + MARGIN);
    let label = match room {
        0..12 => format!("{}{mark}", spec.title),
        _ => format!("{} - {}{mark}", spec.title, words::clip(&spec.summary, room)),
    };
    Choice { title: spec.title.clone(), label: words::clip(&label, width - 3) }
}

const EXPLAIN: &str = "Explain them first";
const KEYS: &str = "arrows, letters to search, Enter; Esc leaves";
const SEVERAL: &str = "arrows, Space to choose, Enter; nothing chosen is an answer; Esc leaves";
/// The cursor's column, the dash and the last column of the window.
const MARGIN: usize = 6;
