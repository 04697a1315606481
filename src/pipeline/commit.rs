//! Commits that a pipeline is tried on: a good one, and bad ones whose place the seed chooses.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::lesson::make::Seed;
use crate::render::Tree;

/// What is wrong with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commit {
    /// Nothing.
    Good,
    /// A file is not laid out as the formatter does it.
    Format,
    /// Clippy has something to say about the code of a test: who finds that finds all of it.
    Lint,
    /// A test beside the code fails.
    Test,
    /// A migration does not work: only a test with a database finds out.
    Migration,
}

/// A commit that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// "a good commit", "a commit with a test that fails, in `src/error.rs`"
    pub what: String,
    /// What the step that stops it must say; nothing for a good commit.
    pub sign: String,
}

impl Commit {
    /// Makes it of the files of a project.
    pub fn make(self, tree: &mut Tree, seed: Seed) -> Result<Made, String> {
        let name = seed.make("commit", "hex 8")?;
        let name = name.as_str().unwrap_or_default();
        let (what, folders, text, sign) = match self {
            Commit::Good => return Ok(Made { what: "a good commit".into(), ..Made::default() }),
            Commit::Migration => {
                let table = format!("nothing_{name}");
                let path = format!("migrations/9999_{name}.sql");
                let text = format!("ALTER TABLE {table} ADD COLUMN x INTEGER;\n");
                tree.insert(PathBuf::from(&path), text.into_bytes());
                let what = format!("a commit with `{path}`, which does not work");
                return Ok(Made { what, sign: table });
            }
            Commit::Format => ("code that is not formatted", &ALL[..], "\n\n\n".into(), None),
            Commit::Lint => ("a warning of clippy", &ALL[1..], lint(name), Some("lint_")),
            Commit::Test => ("a test that fails", &ALL[..1], test(name), Some("fails_")),
        };
        let path = pick(tree, folders, seed)?;
        let sign = match sign {
            Some(sign) => format!("{sign}{name}"),
            None => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let file = tree.get_mut(&path).ok_or("a file is lost")?;
        file.extend(text.bytes());
        let path = path.to_string_lossy().replace('\\', "/");
        Ok(Made { what: format!("a commit with {what}, in `{path}`"), sign })
    }
}

/// A Rust file below one of the folders.
fn pick(tree: &Tree, folders: &[&str], seed: Seed) -> Result<PathBuf, String> {
    let is_ours = |path: &Path| {
        let rust = path.extension().is_some_and(|it| it == "rs");
        rust && folders.iter().any(|folder| path.starts_with(folder))
    };
    let paths: Vec<&PathBuf> = tree.keys().filter(|path| is_ours(path)).collect();
    let last = paths.len().checked_sub(1);
    let last = last.ok_or_else(|| format!("there is no Rust file below `{}`", folders[0]))?;
    let at = seed.make("place", &format!("int 0 {last}"))?;
    let at = at.as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or_default();
    Ok(paths[at.min(last)].clone())
}

/// It compiles without a warning; clippy would ask for `is_empty`.
fn lint(name: &str) -> String {
    format!("\nconst _: fn(&[u8]) -> bool = |lint_{name}| lint_{name}.len() == 0;\n")
}

fn test(name: &str) -> String {
    format!(
        "\n#[cfg(test)]\nmod fails_{name} {{\n    #[test]\n    fn it_fails() {{\n        \
         assert_eq!([1].len(), 2);\n    }}\n}}\n"
    )
}

const ALL: [&str; 2] = ["src", "tests"];

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let paths = ["src/a.rs", "src/b/c.rs", "src/d.rs", "tests/api/e.rs", "migrations/1.sql"];
        paths.map(|path| (PathBuf::from(path), b"// x\n".to_vec())).into_iter().collect()
    }

    fn changed(commit: Commit, seed: u32) -> (String, Made) {
        let (before, mut after) = (tree(), tree());
        let made = commit.make(&mut after, Seed(seed)).unwrap();
        let mut paths = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
        let path = paths.next().map_or(String::new(), |(path, _)| path.display().to_string());
        assert!(paths.next().is_none(), "{commit:?}");
        (path.replace('\\', "/"), made)
    }

    #[test]
    fn a_bad_commit_changes_one_file_and_a_good_one_none() {
        assert_eq!(changed(Commit::Good, 1).0, "");
        for (commit, folder) in [
            (Commit::Format, ""),
            (Commit::Lint, "tests/"),
            (Commit::Test, "src/"),
            (Commit::Migration, "migrations/9999_"),
        ] {
            let (path, made) = changed(commit, 7);
            assert!(!path.is_empty() && path.starts_with(folder), "{commit:?}: {path}");
            assert!(made.what.contains(&path) && !made.sign.is_empty(), "{made:?}");
        }
    }

    #[test]
    fn the_seed_chooses_the_place() {
        let places = (0..40).map(|seed| changed(Commit::Test, seed).0);
        assert_eq!(places.collect::<std::collections::BTreeSet<_>>().len(), 3);
        assert_eq!(changed(Commit::Test, 3), changed(Commit::Test, 3));
        assert!(Commit::Test.make(&mut Tree::new(), Seed(1)).is_err());
    }

    #[test]
    fn what_is_sown_is_laid_out_as_rustfmt_does_it() {
        // longer than this it would be broken into two lines
        assert!(lint("12345678").trim().len() <= 100);
    }
}
