//! `learn check` of a lesson about a pipeline: its commands run on bad commits, and nothing of the project changes.

use std::fs;

use super::{course, json, learn};
use crate::sandbox::Sandbox;

/// The lesson with a small program in the place of its backend. It needs no crate.
pub fn lesson(sandbox: &Sandbox, id: &str, slug: &str) -> String {
    learn(sandbox, &format!("go {id}")).success();
    let folders = fs::read_dir(sandbox.path().join("course")).unwrap();
    let names = folders.map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
    let folder = format!("course/{}", names.into_iter().find(|it| it.ends_with(slug)).unwrap());
    for stale in ["src", "tests", "migrations", "build.rs"] {
        let stale = sandbox.path().join(&folder).join(stale);
        let _ = fs::remove_dir_all(&stale).or_else(|_| fs::remove_file(&stale));
    }
    let package = format!("name = \"{slug}\"\nversion = \"0.1.0\"\n");
    let lock = format!("version = 4\n\n[[package]]\n{package}");
    sandbox.write(
        &format!("{folder}/Cargo.toml"),
        &format!("[package]\n{package}edition = \"2024\"\n"),
    );
    sandbox.write(&format!("{folder}/Cargo.lock"), &lock);
    sandbox.write("course/Cargo.lock", &lock);
    sandbox.write(&format!("{folder}/src/main.rs"), MAIN);
    sandbox.write(&format!("{folder}/tests/api.rs"), "#[test]\nfn it_works() {}\n");
    folder
}

/// The rule that fails, and what was got.
fn failing(sandbox: &Sandbox) -> (String, String) {
    let report = json(&learn(sandbox, "check --json --seed 00000007").ends_with(1));
    let rules = report["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["verdict"] == "fails");
    let rule = rule.unwrap_or_else(|| panic!("{report}"));
    (rule["id"].as_str().unwrap().to_string(), rule["got"].as_str().unwrap().to_string())
}

#[test]
fn a_gate_is_what_stops_a_bad_commit() {
    let sandbox = course();
    let folder = lesson(&sandbox, "H3", "pipeline");
    let file = format!("{folder}/.github/workflows/checks.yml");
    let message = learn(&sandbox, "check").ends_with(1);
    message.says("FAIL  H3.triggers").says("look at   .github/workflows/checks.yml:3 (on)");
    let with = |lint: &str, test: &str| {
        let steps = format!("{HEAD}      - run: cargo fmt --check\n      - run: {lint}\n{test}");
        sandbox.write(&file, &steps);
        failing(&sandbox)
    };
    let lint = "cargo clippy --locked --all-targets -- -D warnings";
    for (lint, test, rule, got) in [
        ("cargo clippy --locked", "", "H3.lint", "green: `cargo fmt --check`, `cargo clippy"),
        (lint, "      - run: cargo test --locked || true\n", "H3.test", "`||` needs a shell"),
        (lint, "      - run: cargo test --locked\n        if: false\n", "H3.test", "`if: false`"),
        // there is no database here, so nobody finds the broken migration
        (lint, "      - run: cargo test --locked\n", "H3.migration", "green: `cargo fmt --check`"),
        (lint, "      - run: cargo test --lockt\n", "H3.locked", "`cargo test --lockt`"),
        (lint, "      - ron: cargo test\n", "H3.triggers", "ron"),
    ] {
        let (failed, said) = with(lint, test);
        assert_eq!(failed, rule, "{said}");
        assert!(said.contains(got), "{rule}: {said}");
    }
    assert_eq!(sandbox.read(&format!("{folder}/src/main.rs")), MAIN);
}

const HEAD: &str = "on: [push, pull_request]\npermissions: {}\njobs:\n  a:\n    steps:\n";

/// Says where it listens, and answers nobody.
const MAIN: &str = r#"fn main() {
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    println!("listening on http://127.0.0.1:{port}");
    for stream in listener.incoming() {
        drop(stream);
    }
}
"#;
