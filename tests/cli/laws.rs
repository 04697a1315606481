//! The five laws of the templates, and what every stack owes to its reader.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use backend_gen::catalog::Catalog;
use backend_gen::ground;
use backend_gen::name::Name;
use backend_gen::plan::Plan;
use backend_gen::{Project, Stack, Tree, render};
use regex::Regex;

/// The catalogue, and each stack of it, rendered once for all tests.
pub fn every_stack() -> &'static [(Catalog, Stack, Tree)] {
    static EVERY: OnceLock<Vec<(Catalog, Stack, Tree)>> = OnceLock::new();
    EVERY.get_or_init(render_all)
}

fn render_all() -> Vec<(Catalog, Stack, Tree)> {
    let catalog = Catalog::bundled().unwrap();
    let stacks = catalog.stacks();
    assert!(stacks.len() >= 54, "{} stacks", stacks.len());
    let rendered = stacks.into_iter().map(|stack| {
        let project = Project::new(Name::parse("demo", &[]).unwrap());
        let tree = render(&catalog, &stack, &project).unwrap_or_else(|e| panic!("{stack}: {e:#}"));
        (catalog.clone(), stack, tree)
    });
    rendered.collect()
}

/// Each stack with each option that stands around the code, where the two can go together.
pub fn every_surrounded() -> &'static [(Catalog, Stack, Tree)] {
    static EVERY: OnceLock<Vec<(Catalog, Stack, Tree)>> = OnceLock::new();
    EVERY.get_or_init(|| {
        let around = |(catalog, stack, _): &(Catalog, Stack, Tree)| {
            let axes = catalog.axes.iter().filter(|axis| axis.around);
            let options = axes.flat_map(|axis| axis.names().into_iter().map(move |it| (axis, it)));
            let real = options.filter(|(axis, option)| *option != axis.default);
            let project = Project::new(Name::parse("demo", &[]).unwrap());
            let rendered = real.filter_map(|(axis, option)| {
                let stack = stack.with(catalog, &axis.name, option).ok()?;
                let tree = render(catalog, &stack, &project);
                let tree = tree.unwrap_or_else(|e| panic!("{}: {e:#}", stack.flags()));
                Some((catalog.clone(), stack, tree))
            });
            rendered.collect::<Vec<_>>()
        };
        every_stack().iter().flat_map(around).collect()
    })
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn law_1_leaves_are_real_files() {
    for (path, bytes) in ground::templates() {
        if path.ends_with(".rs") || path.ends_with(".sql") {
            let text = text(&bytes);
            assert!(!text.contains('«') && !text.contains("{%"), "`{path}` is no leaf");
        }
    }
    for (catalog, stack, tree) in every_stack() {
        for (path, source) in &Plan::of(catalog, stack).unwrap().files {
            let same = source.seam || tree[Path::new(path)] == *source.bytes;
            assert!(same, "{stack}: `{path}` was changed on its way");
        }
    }
}

#[test]
fn law_2_seams_loop_and_never_branch() {
    let tag = Regex::new(r"(?s)\{%-?\s*(\w+)(.*?)-?%\}|«(.*?)»").unwrap();
    let catalog = Catalog::bundled().unwrap();
    let options = catalog.axes.iter().flat_map(|axis| axis.names());
    let options: BTreeSet<&str> = options.collect();
    let word = Regex::new(r"[a-z]+").unwrap();
    for (path, bytes) in ground::templates().iter().filter(|(path, _)| path.ends_with(".tera")) {
        let text = text(bytes);
        for found in tag.captures_iter(&text) {
            let head = found.get(1).map_or("", |head| head.as_str());
            let loops = ["", "for", "endfor"].contains(&head);
            assert!(loops, "`{path}` says `{}`", &found[0]);
            let named = word.find_iter(&found[0]).find(|word| options.contains(word.as_str()));
            assert!(named.is_none(), "`{path}` names an option: `{}`", &found[0]);
        }
    }
}

#[test]
fn what_stands_around_the_code_changes_nothing_of_it() {
    let bare = every_stack();
    for (_, stack, tree) in every_surrounded() {
        let (_, _, code) = bare.iter().find(|(_, bare, _)| bare.key() == stack.key()).unwrap();
        for (path, bytes) in code {
            let speaks_of_it =
                ["README.md", "backend-gen.toml"].iter().any(|it| path == Path::new(it));
            let same = speaks_of_it || tree.get(path) == Some(bytes);
            assert!(same, "`{}` changes `{}`", stack.flags(), path.display());
        }
        assert!(tree.len() > code.len(), "`{}` brings nothing", stack.flags());
    }
}

#[test]
fn law_3_a_path_has_one_owner() {
    let mut files = ground::templates();
    let (path, bytes) = files.iter().find(|(path, _)| path.contains("db/sqlite/files/")).unwrap();
    let copy = (path.replace("db/sqlite/", "cache/none/"), bytes.clone());
    files.insert(copy.0, copy.1);
    let catalog = Catalog::from_files(files).unwrap();
    let stack = Stack::choose(&catalog, [("db", "sqlite"), ("cache", "none")]).unwrap();
    let error = Plan::of(&catalog, &stack).unwrap_err().to_string();
    assert!(error.contains("two owners"), "{error}");
}

#[test]
fn law_4_the_path_is_the_condition() {
    for (catalog, stack, _) in every_stack() {
        let layers: Vec<String> = stack.layers(catalog).iter().map(|l| l.id.clone()).collect();
        for (path, source) in &Plan::of(catalog, stack).unwrap().files {
            let rest = source.path.strip_prefix(&format!("{}/", source.layer)).unwrap();
            let folder = rest.strip_prefix("with/").and_then(|rest| rest.split('/').next());
            let condition = folder.map(|folder| folder.replace('.', "/"));
            let holds = condition.is_none_or(|id| layers.contains(&id));
            assert!(holds && layers.contains(&source.layer), "{stack}: {path} of {}", source.path);
            assert!(rest.starts_with("files/") || rest.starts_with("with/"), "{}", source.path);
        }
    }
}

/// The signatures that the axes share (file, what it must say).
const WAIST: [(&str, &str); 13] = [
    ("src/db.rs", "pub use crate::platform::db::{"),
    ("src/db.rs", "Db, "),
    ("src/db.rs", "Settings, "),
    ("src/db.rs", "connect, "),
    ("src/db.rs", "migrate"),
    ("src/tasks/store.rs", "pub async fn create(db: &Db, owner: Uuid, task: Task"),
    ("src/tasks/store.rs", "pub async fn find(db: &Db, owner: Uuid, id: Uuid)"),
    ("src/tasks/store.rs", "pub async fn stats(db: &Db, owner: Uuid) -> Result<Stats>"),
    ("src/auth/mod.rs", "pub async fn identify("),
    ("src/auth/mod.rs", "pub fn router() -> OpenApiRouter<AppState>"),
    ("src/api/mod.rs", "pub fn router() -> OpenApiRouter<AppState>"),
    ("src/cache.rs", "pub async fn "),
    ("tests/api/support/login.rs", "pub fn "),
];

#[test]
fn law_5_the_axes_meet_at_a_waist() {
    for (catalog, stack, tree) in every_stack() {
        for (path, signature) in WAIST {
            let Some(bytes) = tree.get(Path::new(path)) else { panic!("{stack} has no `{path}`") };
            assert!(text(bytes).contains(signature), "{stack}: `{path}` lacks `{signature}`");
        }
        // a driver is named by its own option alone
        let drivers = ["rusqlite", "tokio_postgres", "mysql_async", "moka", "redis::"];
        for (path, source) in &Plan::of(catalog, stack).unwrap().files {
            let keeps = ["db/", "cache/"].iter().any(|axis| source.layer.starts_with(axis));
            let code = String::from_utf8_lossy(&source.bytes);
            let spoken = drivers.iter().find(|driver| code.contains(**driver));
            let driver = spoken.filter(|_| !keeps && path.ends_with(".rs"));
            assert!(driver.is_none(), "`{}` speaks {driver:?}", source.path);
        }
    }
}
