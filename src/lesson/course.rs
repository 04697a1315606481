//! A course folder as values: which file says what, for the learner's stack and current lesson.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;

use crate::catalog::{Catalog, Layer};
use crate::lesson::{Lesson, Lessons};
use crate::manifest::Manifest;
use crate::name::Name;
use crate::project::{Home, Project};
use crate::render::{self, Tree};
use crate::stack::Stack;
use crate::{VERSION, lock};

/// Where a course keeps what is its own.
pub const OWN: &str = ".backend-gen";
/// The file in it that says what the course is.
pub const FILE: &str = "course.toml";
/// The log of what was learnt.
pub const LOG: &str = "progress.jsonl";

/// The folder of a lesson: `01-first-green`.
pub fn folder(number: usize, lesson: &Lesson) -> String {
    format!("{number:02}-{}", lesson.slug())
}

/// A lesson's state: what it begins with, what solves it, or a plausible mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    Start,
    Solution,
    Mutant(&'a str),
}

impl State<'_> {
    fn layers<'a>(&self, lessons: &'a Lessons, lesson: &'a Lesson) -> Vec<&'a Layer> {
        let mut layers = vec![&lessons.shop, &lesson.brings];
        match self {
            State::Start => layers.push(&lesson.start),
            State::Solution => layers.push(&lesson.solution),
            State::Mutant(name) => {
                layers.push(&lesson.solution);
                layers.extend(lesson.mutants.get(*name));
            }
        }
        layers
    }
}

/// The project of a lesson. Beside it lies the lock of its stack, for when it is no member any more.
pub fn render(
    catalog: &Catalog,
    lessons: &Lessons,
    lesson: &Lesson,
    stack: &Stack,
    state: State<'_>,
    project: &Project,
) -> Result<Tree> {
    let mut tree = render::lesson(catalog, stack, project, &state.layers(lessons, lesson))?;
    if let Some(lock) = lock::of(catalog, &stack.bare(), project)? {
        tree.insert(PathBuf::from("Cargo.lock"), lock.into_bytes());
    }
    Ok(tree)
}

/// The project of the inspector: the crates of the stack, and a program of its own. Nothing where no
/// one has written it for this database.
pub fn inspector(catalog: &Catalog, inspector: &Layer, stack: &Stack) -> Result<Option<Tree>> {
    let ids: Vec<String> = stack.choices().map(|(axis, it)| format!("{axis}/{it}")).collect();
    if !inspector.with.keys().any(|id| ids.contains(id)) {
        return Ok(None);
    }
    let mut project = Project::new(Name::parse("inspector", &[])?);
    project.home = Home::Isolated;
    let mut tree = render::lesson(catalog, stack, &project, &[inspector])?;
    let own = ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/lib.rs"].map(PathBuf::from);
    tree.retain(|path, _| own.contains(path));
    Ok(Some(tree))
}

/// The project of a lesson by name, without secrets: a member of its course.
pub fn project(lesson: &Lesson) -> Result<Project> {
    let mut project = Project::new(Name::parse(lesson.slug(), &[])?);
    project.home = Home::Member;
    Ok(project)
}

/// What stands beside the lessons.
pub fn around(catalog: &Catalog, stack: &Stack) -> Result<Tree> {
    let course = format!(
        "# What this course is. `backend-gen learn` reads it.\nbackend-gen = \"{VERSION}\"\n\n[stack]\n{}",
        stack.made().map(|(axis, option)| format!("{axis} = \"{option}\"\n")).collect::<String>()
    );
    let files = [
        (".gitignore".to_string(), "/target/\n".to_string()),
        (".cargo/config.toml".to_string(), config(catalog, stack)?),
        (".vscode/settings.json".to_string(), VSCODE.to_string()),
        (".zed/settings.json".to_string(), ZED.to_string()),
        (".helix/languages.toml".to_string(), HELIX.to_string()),
        ("README.md".to_string(), README.to_string()),
        (format!("{OWN}/{FILE}"), course),
    ];
    Ok(files.into_iter().map(|(path, text)| (PathBuf::from(path), text.into_bytes())).collect())
}

/// The workspace, with the current lesson as its one member.
pub fn manifest(current: &str, others: &BTreeSet<String>) -> String {
    let others: Vec<String> = others.iter().map(|folder| format!("    \"{folder}\",\n")).collect();
    let exclude = match others.is_empty() {
        true => String::new(),
        false => format!("exclude = [\n{}]\n", others.concat()),
    };
    format!(
        "# The current lesson is the one member, so that nothing else can be red.\n\
         # `backend-gen learn go` changes it.\n\
         [workspace]\nresolver = \"3\"\nmembers = [\"{current}\"]\n{exclude}"
    )
}

/// One build folder, and the profiles that a member cannot have of its own.
fn config(catalog: &Catalog, stack: &Stack) -> Result<String> {
    let crates = Manifest::of(catalog, stack)?.dependencies;
    let optimised = crates.iter().filter(|it| it.optimise).map(|it| &it.name);
    let optimised: String =
        optimised.map(|name| format!("\n[profile.dev.package.{name}]\nopt-level = 3\n")).collect();
    Ok(format!("{CONFIG}{optimised}"))
}

const CONFIG: &str = "\
# All lessons share one build folder, so that each builds only what is its own.
[build]
target-dir = \"target\"

[profile.dev]
debug = \"line-tables-only\"

[profile.dev.package.\"*\"]
debug = false
";

const VSCODE: &str = r#"{
  "rust-analyzer.cargo.targetDir": "target/rust-analyzer",
  "rust-analyzer.check.command": "check",
  "files.watcherExclude": { "**/target/**": true },
  "files.exclude": { "**/.backend-gen": true }
}
"#;

const ZED: &str = r#"{
  "lsp": { "rust-analyzer": { "initialization_options": { "cargo": { "targetDir": "target/rust-analyzer" } } } }
}
"#;

const HELIX: &str = "\
[language-server.rust-analyzer.config.cargo]
targetDir = \"target/rust-analyzer\"
";

const README: &str = "\
# A course

- `backend-gen learn` shows the current lesson and checks it whenever you save.
- `backend-gen learn check` checks it once.
- `backend-gen learn hint` helps, a little more each time.
- `backend-gen learn list` shows all lessons, `backend-gen learn go A1` goes to one.

Each lesson is a backend of its own, in a folder with a number. The folder `.backend-gen` is the course's memory:
`progress.jsonl` in it is a log, one line for each check.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_has_one_member_and_shuts_out_the_rest() {
        let others = BTreeSet::from(["01-first-green".to_string()]);
        let text = manifest("02-rest", &others);
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["workspace"]["members"][0].as_str(), Some("02-rest"));
        assert_eq!(table["workspace"]["exclude"][0].as_str(), Some("01-first-green"));
        let alone: toml::Table = manifest("01-x", &BTreeSet::new()).parse().unwrap();
        assert!(alone["workspace"].get("exclude").is_none());
    }
}
