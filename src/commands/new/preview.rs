//! What `new` will write, and what the choices cost.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::VERSION;
use crate::commands::new::report::Report;
use crate::io::place;
use crate::io::screen::{self, Style};
use crate::words;

impl Report<'_> {
    /// The choices, what they cost, and what will be written; file by file when nothing will be.
    /// It is part of the talk when somebody was asked, else it is the first of the results.
    pub fn show_plan(&self, all_files: bool) -> Result<()> {
        let aside = self.order.asked;
        let (style, width) = match aside {
            true => (Style::of_stderr(), screen::width()),
            false => (Style::of_stdout(), screen::width_of_stdout()),
        };
        let target = place::absolute(&self.site.target)?;
        let heading = format!("{}  {}", self.order.name, words::shown(&target));
        let mut lines = vec![style.bold(&heading)];
        lines.extend(self.choices(style, width));
        lines.extend(self.costs().iter().flat_map(|cost| indented(cost, "  ", width)));
        lines.push(match self.tested {
            true => style.green(&format!("  this stack was tested for {VERSION}")),
            false => style.dim(&format!("  not on record as tested for {VERSION}")),
        });
        if all_files {
            lines.push(String::new());
            lines.extend(outline(&self.files));
        }
        let text = lines.join("\n");
        match aside {
            true => screen::note(&format!("\n{text}\n")),
            // The project is written whether its plan is read or not.
            false => screen::out_if_read(&text)?,
        }
        Ok(())
    }

    /// One line for each axis, or more where the window is narrow.
    fn choices(&self, style: Style, width: usize) -> Vec<String> {
        let options = self.order.stack.options(self.catalog);
        let axes = options.iter().map(|(axis, _)| axis.title.chars().count()).max().unwrap_or(0);
        let titles = options.iter().map(|(_, option)| option.spec.title.chars().count());
        let titles = titles.max().unwrap_or(0);
        let mut lines = Vec::new();
        for (axis, option) in options {
            let head = format!("  {:axes$}  {:titles$}", axis.title, option.spec.title);
            let indent = head.chars().count() + 2;
            if indent + 24 > width {
                let head = format!("{}: {}", axis.title, option.spec.title);
                lines.extend(indented(&head, "  ", width));
                let summary = indented(&option.spec.summary, "    ", width);
                lines.extend(summary.iter().map(|line| style.dim(line)));
                continue;
            }
            let summary = words::wrap(&option.spec.summary, width - indent);
            for (row, words) in summary.iter().enumerate() {
                let start = if row == 0 { format!("{head}  ") } else { " ".repeat(indent) };
                lines.push(format!("{start}{}", style.dim(words)));
            }
        }
        lines
    }

    /// What there is to write, to compile and to run.
    fn costs(&self) -> Vec<String> {
        let files = words::count(self.files.len(), "file");
        let direct = words::count(self.dependencies, "direct dependency").replace("ys", "ies");
        let all = self.crates.map(|crates| format!(", {}", words::count(crates, "crate")));
        let locked = all.map_or(String::new(), |all| format!("{all} in `Cargo.lock`"));
        vec![format!("{files}, {direct}{locked}"), self.servers()]
    }

    fn servers(&self) -> String {
        match self.order.stack.servers(self.catalog).as_slice() {
            [] => "needs no server".to_string(),
            titles => format!("needs a running {}", titles.join(" and a running ")),
        }
    }
}

fn indented(text: &str, indent: &str, width: usize) -> Vec<String> {
    let lines = words::wrap(text, width.saturating_sub(indent.len()));
    lines.iter().map(|line| format!("{indent}{line}")).collect()
}

/// The files as an indented tree, folders before what is in them.
fn outline(files: &BTreeMap<PathBuf, usize>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for (path, size) in files {
        let mut parts: Vec<String> =
            path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let name = parts.pop().unwrap_or_default();
        let shared = open.iter().zip(&parts).take_while(|(a, b)| a == b).count();
        for (depth, folder) in parts.iter().enumerate().skip(shared) {
            lines.push(format!("{}{folder}/", "  ".repeat(depth + 1)));
        }
        lines.push(format!("{}{name}  {size}", "  ".repeat(parts.len() + 1)));
        open = parts;
    }
    lines
}
