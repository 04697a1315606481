//! Who may use whom: rooms never use doors, doors never use each other.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// One source file: its path below `src/` and its lines up to the unit tests.
struct Source {
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &mut found);
    assert!(found.len() > 30, "{} files in src", found.len());
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        Source { path: name, text }
    };
    found.into_iter().map(source).collect()
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

impl Source {
    /// What it says besides comments and unit tests.
    fn code(&self) -> String {
        let body = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = body.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn floor(&self) -> Floor {
        match self.path.split('/').next().unwrap_or_default() {
            "main.rs" | "lib.rs" | "cli.rs" => Floor::Roof,
            "commands" => Floor::Commands,
            "io" => Floor::Doors,
            _ => Floor::Rooms,
        }
    }

    /// The modules of this crate that it names.
    fn uses(&self) -> Vec<String> {
        let code = self.code();
        let one = Regex::new(r"\bcrate::([a-z_]+(?:::[a-z_]+)?)").unwrap();
        let many = Regex::new(r"\bcrate::([a-z_]+)::\{([^}]*)\}").unwrap();
        let single = one.captures_iter(&code).map(|found| found[1].to_string());
        let listed = many.captures_iter(&code).flat_map(|found| {
            let (module, list) = (found[1].to_string(), found[2].to_string());
            let items: Vec<String> = list.split(',').map(|item| item.trim().to_string()).collect();
            items.into_iter().map(move |item| format!("{module}::{item}"))
        });
        single.chain(listed).collect()
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Rooms,
    Doors,
    Commands,
    Roof,
}

#[test]
fn nobody_uses_a_floor_above() {
    for source in sources() {
        for used in source.uses() {
            let (head, floor) = (used.split("::").next().unwrap_or_default(), source.floor());
            let forbidden = match head {
                "cli" => floor < Floor::Roof,
                "commands" => floor < Floor::Commands,
                "io" => floor < Floor::Commands,
                _ => false,
            };
            let own = source.path.starts_with("io/") && is_own(&source.path, &used);
            assert!(!forbidden || own, "`{}` ({floor:?}) uses `{used}`", source.path);
        }
    }
}

/// A door in several files is still one door.
fn is_own(path: &str, used: &str) -> bool {
    let module = used.strip_prefix("io::").unwrap_or_default();
    let door = path.trim_start_matches("io/").trim_end_matches(".rs");
    !module.is_empty() && door.split('/').next() == module.split("::").next()
}

#[test]
fn doors_do_not_use_each_other() {
    for source in sources().iter().filter(|source| source.floor() == Floor::Doors) {
        let nested = source.path.matches('/').count() > 1;
        let up = source.code().contains("super::");
        assert!(nested || !up, "`{}` uses its neighbours", source.path);
    }
}

#[test]
fn only_doors_touch_the_world() {
    let world = Regex::new(r"\bstd::(fs|net|process|env|thread)\b|\binquire\b|\bindicatif\b");
    let world = world.unwrap();
    for source in sources() {
        let is_main = source.floor() == Floor::Roof;
        if source.floor() == Floor::Doors {
            continue;
        }
        let code = source.code();
        let bad = code.lines().find(|line| world.is_match(line));
        assert!(is_main || bad.is_none(), "`{}` touches the world: {bad:?}", source.path);
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "`{}` has no sentence", source.path);
        let lines = source.text.lines().count();
        assert!(lines <= 250, "`{}` has {lines} lines", source.path);
        assert!(!source.text.contains('\r'), "`{}` has CR", source.path);
    }
}
