//! The stack builder: what each choice brings, as data for its page.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use super::escape;
use super::shelf::Shelf;
use crate::catalog::{Axis, Layer};
use crate::manifest::Manifest;
use crate::packages::Packages;
use crate::stack::Stack;

/// Everything that the page computes with.
#[derive(Serialize)]
struct Data<'a> {
    axes: Vec<Question<'a>>,
    /// Every path that some stack has.
    paths: Vec<String>,
    stacks: BTreeMap<String, Facts>,
}

/// An axis.
#[derive(Serialize)]
struct Question<'a> {
    name: &'a str,
    default: &'a str,
    around: bool,
    several: bool,
    options: Vec<Answer<'a>>,
}

/// An option, and what it cannot go with.
#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    refuses: BTreeMap<&'a str, &'a str>,
}

/// A stack with nothing around it: its files as numbers of `Known`.
#[derive(Serialize)]
struct Facts {
    files: Vec<usize>,
    dependencies: usize,
    crates: usize,
    /// What each option around it adds.
    around: BTreeMap<String, Vec<usize>>,
}

/// The form, which also reads without a script.
pub fn form(shelf: &Shelf<'_>) -> String {
    let fields: String = shelf.catalog.axes.iter().map(field).collect();
    format!(
        "<form class=\"builder\">{fields}</form>\n\
         <section aria-label=\"Your stack\" class=\"built\" aria-live=\"polite\" hidden=\"\">\
         <figure class=\"listing\"><figcaption>The command</figcaption>\
         <pre tabindex=\"0\"><code class=\"command\"></code></pre></figure>\
         <p class=\"refusal\" hidden=\"\"></p><p class=\"counts\"></p>\
         <div class=\"changes\"></div>\
         <details><summary>Every file</summary><ul class=\"tree\"></ul></details></section>\n\
         <noscript><p>Without a script: <code>backend-gen new NAME</code> asks the same questions.</p></noscript>\n"
    )
}

fn field(axis: &Axis) -> String {
    let kind = if axis.several { "checkbox" } else { "radio" };
    let option = |option: &Layer| {
        let checked = if option.name() == axis.default { " checked=\"\"" } else { "" };
        format!(
            "<label><input type=\"{kind}\" name=\"{}\" value=\"{}\"{checked}/><span><b>{}</b> {}</span></label>",
            axis.name,
            option.name(),
            escape(&option.spec.title),
            escape(&option.spec.summary)
        )
    };
    let options: String = axis.options.iter().map(option).collect();
    format!("<fieldset><legend>{}</legend>{options}</fieldset>", escape(&axis.question))
}

/// The data, as a script.
pub fn script(shelf: &Shelf<'_>) -> Result<String> {
    let mut known = Known::default();
    let mut stacks = BTreeMap::new();
    for stack in shelf.catalog.stacks() {
        let own = shelf.written(&stack)?;
        let planned = shelf.planned(&stack)?;
        let mut around = BTreeMap::new();
        for (axis, option) in outside(shelf) {
            let Ok(more) = stack.with(shelf.catalog, &axis.name, option) else { continue };
            let added = shelf.planned(&more)?.into_iter().filter(|path| !planned.contains(path));
            let added = added.map(|path| known.number(path, 0)).collect();
            around.insert(format!("{}={option}", axis.name), added);
        }
        let manifest = Manifest::of(shelf.catalog, &stack)?;
        let facts = Facts {
            dependencies: manifest.dependencies.len(),
            crates: crates(shelf, &stack)?,
            files: own.into_iter().map(|(path, says)| known.number(path, says)).collect(),
            around,
        };
        stacks.insert(stack.key(), facts);
    }
    let axes = shelf.catalog.axes.iter().map(question).collect();
    let data = Data { axes, paths: known.paths, stacks };
    Ok(format!("window.builderData = {};\n", serde_json::to_string(&data)?))
}

/// Paths, and the different things that each of them says.
#[derive(Default)]
struct Known {
    paths: Vec<String>,
    says: BTreeMap<String, (usize, Vec<u64>)>,
}

impl Known {
    /// The place of the path in `paths`, times 64, and which of its texts this is.
    fn number(&mut self, path: String, says: u64) -> usize {
        let paths = &mut self.paths;
        let (place, texts) = self.says.entry(path.clone()).or_insert_with(|| {
            paths.push(path);
            (paths.len() - 1, vec![])
        });
        let at = texts.iter().position(|text| *text == says).unwrap_or_else(|| {
            texts.push(says);
            texts.len() - 1
        });
        *place * TEXTS + at.min(TEXTS - 1)
    }
}

/// What can stand around a stack, besides the default.
fn outside<'a>(shelf: &Shelf<'a>) -> Vec<(&'a Axis, &'a str)> {
    let axes = shelf.catalog.axes.iter().filter(|axis| axis.around);
    let options = axes.flat_map(|axis| axis.names().into_iter().map(move |option| (axis, option)));
    options.filter(|(axis, option)| *option != axis.default).collect()
}

fn crates(shelf: &Shelf<'_>, stack: &Stack) -> Result<usize> {
    match shelf.text(stack, "Cargo.lock")? {
        Some(lock) => Ok(Packages::parse(&lock)?.count()),
        None => Ok(0),
    }
}

fn question(axis: &Axis) -> Question<'_> {
    Question {
        name: &axis.name,
        default: &axis.default,
        around: axis.around,
        several: axis.several,
        options: axis.options.iter().map(choice).collect(),
    }
}

fn choice(option: &Layer) -> Answer<'_> {
    let refuses = option.spec.refuse.iter().map(|it| (it.with.as_str(), it.why.as_str()));
    Answer { name: option.name(), refuses: refuses.collect() }
}

/// More than a file has texts: one for each stack.
const TEXTS: usize = 64;
