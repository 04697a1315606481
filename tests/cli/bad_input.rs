//! Bad input gets one line, a hint, exit code 2 or 1, and an untouched disk.

use crate::sandbox::Sandbox;

/// Runs it where it must fail and change nothing.
#[track_caller]
pub fn refused(sandbox: &Sandbox, words: &[&str], code: i32) -> String {
    let before = sandbox.snapshot();
    let run = sandbox.run_in(".", words).ends_with(code);
    assert_eq!(sandbox.snapshot(), before, "{words:?} changed the disk");
    assert!(run.stdout.is_empty(), "{words:?} said {}", run.stdout);
    run.stderr
}

#[test]
fn unknown_words_are_answered_with_the_nearest() {
    let sandbox = Sandbox::new();
    let said = refused(&sandbox, &["new", "demo", "-y", "--db", "sqllite"], 2);
    assert!(said.contains("sqlite") && said.contains("similar"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "-y", "--databse", "sqlite"], 2);
    assert!(said.contains("--databse"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "--default"], 2);
    assert!(said.contains("--defaults"), "{said}");
    let said = refused(&sandbox, &["nwe", "demo"], 2);
    assert!(said.contains("new"), "{said}");
}

#[test]
fn a_stack_that_cannot_be_had_is_refused() {
    let sandbox = Sandbox::new();
    let said = refused(&sandbox, &["new", "demo", "-y", "--db", "redis"], 2);
    assert!(said.contains("possible values: sqlite, postgres, mysql"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "-y", "--db", "sqlite", "--db", "mysql"], 2);
    assert!(said.contains("cannot be used multiple times"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "-y", "--db", ""], 2);
    assert!(said.contains("--db"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "-y", "--db", "sqlite,mysql"], 2);
    assert!(said.contains("possible values"), "{said}");
}

#[test]
fn without_a_terminal_it_names_what_is_missing() {
    let sandbox = Sandbox::new();
    let said = refused(&sandbox, &["new"], 2);
    assert!(said.contains("`NAME`, `--db`, `--auth`, `--api` and `--cache` are missing"), "{said}");
    let words = ["new", "demo", "--db", "sqlite", "--auth", "none", "--api", "rest"];
    let said = refused(&sandbox, &words, 2);
    assert!(said.contains("`--cache` is missing"), "{said}");
    let said = refused(&sandbox, &["new", "--defaults"], 2);
    assert!(said.contains("`NAME` is missing"), "{said}");
}

#[test]
fn what_is_there_is_left_alone() {
    let sandbox = Sandbox::new().file("full/notes.txt", "mine").file("file", "mine");
    let said = refused(&sandbox, &["new", "full", "-y"], 1);
    assert!(said.contains("`full` is not empty") && said.contains("--force"), "{said}");
    let said = refused(&sandbox, &["new", "file", "-y"], 1);
    assert!(said.contains("`file` is a file"), "{said}");
    let said = refused(&sandbox, &["new", "no/such/demo", "-y"], 1);
    assert!(said.contains("`no/such`") && said.contains("mkdir"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_no_panic() {
    use std::os::unix::ffi::OsStrExt;

    let odd = std::ffi::OsStr::from_bytes(b"de\xffmo");
    let sandbox = Sandbox::new();
    let mut command = crate::sandbox::command();
    let output = command.current_dir(sandbox.path()).arg("new").arg(odd).arg("-y").output();
    assert_eq!(output.unwrap().status.code(), Some(2));
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn the_exit_codes_are_in_the_help() {
    for words in ["--help", "new --help", "list --help"] {
        let run = Sandbox::new().run(words).success().says("130 interrupted");
        assert!(run.stdout.is_ascii() || run.stdout.contains('·'));
    }
}
