//! What `new` says in the end, to people and to programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use crate::VERSION;
use crate::catalog::Catalog;
use crate::commands::check::Card;
use crate::commands::new::answers::Order;
use crate::commands::new::site::Site;
use crate::io::disk::Edit;
use crate::io::screen::{self, Style};
use crate::lock;
use crate::manifest::Manifest;
use crate::project::Home;
use crate::render::Tree;
use crate::tested::Tested;
use crate::trouble::Exit;
use crate::words;

/// Everything there is to say about one project.
pub struct Report<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) order: &'a Order,
    pub(super) site: &'a Site,
    pub(super) files: BTreeMap<PathBuf, usize>,
    pub(super) dependencies: usize,
    pub(super) crates: Option<usize>,
    pub(super) tested: bool,
    pub written: bool,
    pub git: bool,
    /// What became of its check, when there was one.
    pub card: Option<Card>,
}

impl<'a> Report<'a> {
    /// Of a project that is planned.
    pub fn new(catalog: &'a Catalog, order: &'a Order, tree: &Tree) -> Result<Report<'a>> {
        let site = &order.site;
        let missing = tree.iter().filter(|(path, _)| !site.there.contains(path));
        let manifest = Manifest::of(catalog, &order.stack)?;
        Ok(Report {
            catalog,
            order,
            site,
            files: missing.map(|(path, bytes)| (path.clone(), bytes.len())).collect(),
            dependencies: manifest.dependencies.len(),
            crates: lock::crates(catalog, &order.stack)?,
            tested: Tested::of(catalog)?.holds(&order.stack),
            written: false,
            git: false,
            card: None,
        })
    }

    /// What was done, and what to do next.
    pub fn show_end(&self) -> Result<()> {
        let style = Style::of_stdout();
        let mut lines = vec![String::new()];
        let target = words::shown(&self.site.target);
        lines.push(match self.written {
            true => format!("wrote {} to `{target}`", words::count(self.files.len(), "file")),
            false => "nothing was written".to_string(),
        });
        for path in &self.site.kept {
            lines.push(format!("kept your `{}`", words::shown(path)));
        }
        lines.extend(self.site.changes.iter().map(|Edit { path, .. }| {
            let verb = if self.written { "added to" } else { "would add to" };
            format!("{verb} `{}`", words::shown(path))
        }));
        lines.extend(self.workspace());
        lines.extend([String::new(), style.bold("The same again")]);
        lines.extend(self.command().split(" && ").map(|line| format!("  {line}")));
        if self.written {
            lines.extend([String::new(), style.bold("Next")]);
            lines.extend(self.next().iter().map(|line| format!("  {line}")));
        }
        screen::out(&lines.join("\n"))
    }

    /// The same for programs.
    pub fn show_json(&self) -> Result<()> {
        let stack = &self.order.stack;
        let answers = self.catalog.axes.iter().map(|axis| {
            let here = stack.choices().filter(|(name, _)| *name == axis.name);
            let mut options: Vec<&str> = here.map(|(_, option)| option).collect();
            let answer = match axis.several {
                true => json!(options),
                false => json!(options.pop()),
            };
            (axis.name.as_str(), answer)
        });
        let value = json!({
            "name": self.order.name.as_str(),
            "path": self.site.target.to_string_lossy(),
            "version": VERSION,
            "stack": answers.collect::<BTreeMap<_, _>>(),
            "tested": self.tested,
            "dependencies": self.dependencies,
            "crates": self.crates,
            "servers": self.order.stack.servers(self.catalog),
            "written": self.written,
            "git": self.git,
            "workspace": match self.site.home() {
                Home::Alone => "none",
                Home::Isolated => "isolated",
                Home::Member => "member",
            },
            "files": self.files.keys().collect::<Vec<_>>(),
            "kept": self.site.kept,
            "changed": self.site.changes.iter().map(|edit| edit.path.to_string_lossy()).collect::<Vec<_>>(),
            "command": self.command(),
            "next": self.next(),
            "check": self.card.as_ref().map(Card::as_json),
        });
        let text = serde_json::to_string_pretty(&value).context("cannot write the report")?;
        screen::out(&text)
    }

    /// How the program ends.
    pub fn exit(&self) -> Exit {
        self.card.as_ref().map_or(Exit::Done, Card::exit)
    }

    fn command(&self) -> String {
        self.order.stack.command(&self.order.name)
    }

    fn workspace(&self) -> Option<String> {
        let (manifest, home) = self.site.workspace.as_ref()?;
        let manifest = words::shown(manifest);
        Some(match home {
            Home::Member => {
                format!("joined the workspace of `{manifest}`; its lock file and profiles hold")
            }
            _ => format!(
                "stays apart from the workspace of `{manifest}` (`--workspace join` joins it)"
            ),
        })
    }

    /// Three commands.
    fn next(&self) -> Vec<String> {
        let mut next = Vec::new();
        if self.site.target != Path::new(".") {
            next.push(format!("cd {}", words::shell(&self.site.target)));
        }
        if self.files.contains_key(Path::new("compose.yaml")) {
            next.push("backend-gen services up".to_string());
        }
        next.push("cargo run".to_string());
        next.push("cargo test".to_string());
        next.truncate(3);
        next
    }
}
