//! `compare` shows what a choice changes, and its diff is true.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backend_gen::catalog::Catalog;
use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

fn compare(words: &str) -> Run {
    Sandbox::new().run(&format!("compare {words}"))
}

#[track_caller]
fn json(words: &str) -> Value {
    let run = compare(&format!("{words} --json")).success();
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_summary_has_files_crates_lines_variables_and_servers() {
    let run = compare("db=sqlite db=postgres --summary").success();
    let run = run.says("db=sqlite → db=postgres").says("both with --auth session --api rest");
    let run = run.says("+tokio-postgres").says("-rusqlite").says("postgres:17");
    let run = run.says("- src/platform/db/writer.rs").says("+ src/platform/db/address.rs");
    let run = run.says("~ src/db.rs").says("variables");
    assert!(!run.stdout.contains("\n@@ "), "a summary has no diff");
    assert!(!run.stdout.contains('\u{1b}'), "colours without a terminal");
    assert_eq!(compare("db=sqlite db=postgres --stat").success().stdout, run.stdout);
}

#[test]
fn the_numbers_are_those_of_the_projects() {
    let sandbox = Sandbox::new();
    let report = json("auth=none auth=jwt --db postgres --cache redis");
    for (side, auth) in [("left", "none"), ("right", "jwt")] {
        let name = format!("new {auth}-demo -y --no-git --db postgres --cache redis --auth {auth}");
        sandbox.run(&name).success();
        let files = files(&sandbox.path().join(format!("{auth}-demo")));
        let numbers = &report[side];
        assert_eq!(numbers["files"], files.len(), "{side}");
        let code = files.iter().filter(|(path, _)| {
            path.starts_with("src") && path.extension().is_some_and(|kind| kind == "rs")
        });
        let lines: usize = code.map(|(_, text)| text.lines().count()).sum();
        assert_eq!(numbers["lines"], lines, "{side}");
        let manifest: toml::Table = files[Path::new("Cargo.toml")].parse().unwrap();
        let asked = manifest["dependencies"].as_table().unwrap().len();
        assert_eq!(numbers["crates"].as_object().unwrap().len(), asked, "{side}");
        let lock = files[Path::new("Cargo.lock")].matches("[[package]]").count() - 1;
        assert_eq!(numbers["packages"], lock, "{side}");
    }
}

/// With every line shown, the diff turns one project into the other.
#[test]
fn the_diff_turns_one_stack_into_the_other() {
    let pairs = [
        ("db=sqlite db=mysql", ["--db sqlite", "--db mysql"]),
        ("auth=jwt auth=none --api graphql", ["--auth jwt", "--auth none"]),
    ];
    for (words, flags) in pairs {
        let rest = if words.contains("graphql") { "--api graphql" } else { "" };
        let sandbox = Sandbox::new();
        for (folder, flags) in ["one", "two"].iter().zip(flags) {
            let words = format!("new {folder}/my-backend -y --no-git {flags} {rest}");
            std::fs::create_dir(sandbox.path().join(folder)).unwrap();
            sandbox.run(&words).success();
        }
        let report = json(&format!("{words} --whole"));
        let [mut one, two] =
            ["one", "two"].map(|it| files(&sandbox.path().join(it).join("my-backend")));
        let mut counted = 0;
        for file in report["files"].as_array().unwrap() {
            let path = PathBuf::from(file["path"].as_str().unwrap());
            let diff = file["diff"].as_str().unwrap();
            if diff.is_empty() {
                counted += 1;
                continue;
            }
            let before = one.get(&path).cloned().unwrap_or_default();
            match patched(&before, diff) {
                gone if file["how"] == "removed" => {
                    assert!(gone.is_empty() && one.remove(&path).is_some())
                }
                after => drop(one.insert(path, after)),
            }
        }
        assert_eq!(counted, 2, "`Cargo.lock` and `.env` are counted");
        let differ: Vec<&PathBuf> = one
            .keys()
            .chain(two.keys())
            .filter(|path| one.get(*path) != two.get(*path))
            .filter(|path| !["Cargo.lock", ".env"].iter().any(|name| path.ends_with(name)))
            .collect();
        assert!(differ.is_empty(), "{words}: {differ:?}");
    }
}

/// A unified diff, applied.
fn patched(text: &str, diff: &str) -> String {
    let old: Vec<&str> = text.lines().collect();
    let (mut new, mut at) = (Vec::new(), 0);
    for line in diff.lines().skip(2) {
        if let Some(hunk) = line.strip_prefix("@@ -") {
            let start = hunk.split([',', ' ']).next().unwrap().parse::<usize>().unwrap();
            let start = start.saturating_sub(1);
            new.extend(&old[at.min(start)..start]);
            at = start.max(at);
            continue;
        }
        let (mark, rest) = line.split_at(1);
        if mark != "+" {
            assert_eq!(old[at], rest);
            at += 1;
        }
        if mark != "-" {
            new.push(rest);
        }
    }
    new.extend(&old[at..]);
    new.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn one_file_or_every_line_can_be_asked_for() {
    let one = compare("db=sqlite db=postgres --file src/db.rs").success();
    let one = one.says("--- a/src/db.rs\n+++ b/src/db.rs\n@@ -");
    assert_eq!(one.stdout.matches("\n+++ ").count(), 1);
    let new = compare("db=sqlite db=postgres --file src/platform/db/address.rs").success();
    new.says("--- /dev/null\n+++ b/src/platform/db/address.rs");
    let same = compare("db=sqlite db=postgres --file src/main.rs").success();
    same.says("`src/main.rs` is the same on both sides");
    compare("sqlite mysql --file Cargo.lock").success().says("only counted");
    let lost = compare("sqlite mysql --file src/bd.rs").ends_with(2);
    lost.complains("neither side has a file `src/bd.rs`").complains("hint: `--file src/db.rs`");
    let all = compare("db=sqlite db=postgres").success();
    assert!(all.stdout.contains("+++ b/src/db.rs") && !all.stdout.contains("/dev/null"));
    assert!(!all.stdout.contains("b/Cargo.lock") && !all.stdout.contains("b/.env\n"));
    compare("db=sqlite db=postgres --whole").success().says("+++ /dev/null");
}

#[test]
fn a_side_may_be_a_choice_or_a_whole_stack() {
    let whole = json("sqlite-session-rest-none postgres-session-rest-none --summary");
    assert_eq!(whole, json("db=sqlite db=postgres --summary"));
    assert_eq!(whole, json("sqlite postgres --summary"));
    assert_eq!(whole, json("postgres --summary"));
    let both = compare("sqlite-session-rest-none mysql-jwt-rest-none --summary").success();
    both.says("db=sqlite auth=session → db=mysql auth=jwt");
}

#[test]
fn inside_a_project_it_starts_from_there() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git --db mysql --auth jwt").success();
    let run = sandbox.run_in("shop", &["compare", "session", "--summary"]).success();
    let run = run.says("auth=jwt → auth=session").says("--db mysql");
    assert!(!run.stdout.contains("sqlite"));
    let diff = sandbox.run_in("shop", &["compare", "postgres", "--file", "README.md"]).success();
    diff.says(" backend-gen new shop --db");
}

#[test]
fn what_makes_no_sense_is_told_with_what_does() {
    let mistakes = [
        (
            "db=sqlite auth=jwt",
            "different questions",
            "`backend-gen compare db=sqlite db=postgres`",
        ),
        ("db=sqlite db=sqlite", "both sides are", "`backend-gen compare db=sqlite db=postgres`"),
        ("db=sqllite db=postgres", "`db` cannot be `sqllite`", "`sqlite`"),
        ("bd=sqlite db=postgres", "nothing called `bd`", "`db`"),
        ("sqlite postgers", "`postgers` is no choice and no stack", "`postgres`"),
        ("none jwt", "`none` is an answer for `auth`, `cache`", "auth=none"),
        ("sqlite postgres-jwt-rest-none", "cannot be compared", "backend-gen compare sqlite-"),
        (
            "sqlite-session-rest-nine mysql-jwt-rest-none",
            "is no choice",
            "sqlite-session-rest-none",
        ),
    ];
    for (words, what, hint) in mistakes {
        let run = compare(words).ends_with(2).complains(what).complains("\nhint: ").complains(hint);
        assert!(run.stdout.is_empty(), "{words}");
    }
    compare("").ends_with(2);
    compare("a b c").ends_with(2);
    compare("sqlite mysql --summary --file x").ends_with(2).complains("cannot be used with");
}

#[test]
fn every_pair_of_answers_can_be_compared() {
    for axis in Catalog::bundled().unwrap().axes {
        // some hosts have no disk for a file
        let server = if axis.name == "db" { "" } else { " --db postgres" };
        for pair in axis.names().windows(2) {
            let words = format!("{0}={1} {0}={2} --summary{server}", axis.name, pair[0], pair[1]);
            compare(&words).success().says(" differ");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_is_no_error() {
    let program = env!("CARGO_BIN_EXE_backend-gen");
    for words in ["compare db=sqlite db=postgres --whole", "explain", "completions bash", "man"] {
        let mut shell = assert_cmd::Command::new("sh");
        let output =
            shell.args(["-c", &format!("'{program}' {words} | head -1")]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{words}: {output:?}");
    }
}

/// What it writes at a terminal.
#[cfg(unix)]
fn at_a_terminal(env: (&str, &str)) -> String {
    use expectrl::{Eof, Expect, Session};

    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_backend-gen"));
    program.args(["compare", "sqlite", "mysql", "--file", "src/db.rs"]);
    program.env_remove("NO_COLOR").env("TERM", "xterm").env(env.0, env.1);
    let mut session = Session::spawn(program).unwrap();
    session.set_expect_timeout(Some(std::time::Duration::from_secs(60)));
    String::from_utf8_lossy(session.expect(Eof).unwrap().as_bytes()).into_owned()
}

#[cfg(unix)]
#[test]
fn colours_are_for_terminals() {
    let painted = at_a_terminal(("LANG", "C"));
    assert!(painted.contains("\u{1b}[32m+") && painted.contains("\u{1b}[1;31m-"), "{painted:?}");
    for env in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = at_a_terminal(env);
        assert!(plain.contains("+++ b/src/db.rs") && !plain.contains("\u{1b}["), "{plain:?}");
    }
}

fn files(root: &Path) -> BTreeMap<PathBuf, String> {
    fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                files.insert(path.strip_prefix(root).unwrap().to_path_buf(), text);
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    files
}
