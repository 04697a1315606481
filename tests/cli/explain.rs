//! `explain` answers for every file, choice, crate and variable of every stack.

use std::collections::BTreeSet;
use std::path::Path;

use backend_gen::catalog::Catalog;
use backend_gen::opening::Opening;
use backend_gen::origin;
use serde_json::Value;

use crate::laws::{every_stack, every_surrounded, text};
use crate::sandbox::{Run, Sandbox};

fn explain(words: &str) -> Run {
    Sandbox::new().run(&format!("explain {words}"))
}

/// The only card of an answer.
#[track_caller]
fn card(words: &str) -> Value {
    let run = explain(&format!("{words} --json")).success();
    let cards: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(cards.len(), 1, "{words}");
    cards[0].clone()
}

#[test]
fn a_file_says_what_it_is_who_brought_it_and_what_to_read_next() {
    let run = explain("src/auth/mod.rs").success();
    let run = run.says("Whoever shows the cookie of a session").says("`--auth session`");
    let run = run.says("`--auth jwt`").says("src/platform/auth/login.rs");
    let run = run.says("backend-gen compare auth=session auth=");
    let lines = run.stdout.lines().count();
    assert!((8..=16).contains(&lines), "{lines} lines:\n{}", run.stdout);
    let wide =
        run.stdout.lines().find(|line| line.chars().count() > 80 && !line.contains("--file"));
    assert_eq!(wide, None);
    assert!(!run.stdout.contains('\u{1b}'), "colours without a terminal");
}

#[test]
fn the_stack_of_the_flags_is_meant() {
    let jwt = card("src/auth/mod.rs --auth jwt");
    assert_eq!(jwt["rows"]["brought_by"][0]["name"], "`--auth jwt`");
    explain("src/auth/token.rs").success().says("this stack has `--auth session`");
    explain("src/platform/auth/lookup.rs").success().says("`--db sqlite` with `--auth session`");
    explain("src/platform/auth/login.rs").success().says("`--auth session` or `--auth jwt`");
}

#[test]
fn every_file_of_every_stack_says_what_it_is() {
    let mut seen = BTreeSet::new();
    for (catalog, stack, tree) in every_stack().iter().chain(every_surrounded()) {
        let layers = stack.layers(catalog);
        let silent: BTreeSet<&str> =
            layers.iter().flat_map(|it| &it.spec.file).map(|it| it.path.as_str()).collect();
        for (path, bytes) in tree {
            let name = path.to_string_lossy().replace('\\', "/");
            let source = (name.clone(), bytes.len());
            if seen.insert(source) && !silent.contains(name.as_str()) {
                let says = Opening::of(&text(bytes)).map_or(0, |opening| opening.says.len());
                let help = "begin it with a comment, or add a `[[file]]` to its layer";
                assert!(says >= 8, "{stack}: `{name}` does not say what it is: {help}");
            }
        }
        let folders: BTreeSet<String> = tree
            .keys()
            .flat_map(|path| path.ancestors().skip(1))
            .map(|path| path.to_string_lossy().replace('\\', "/"))
            .collect();
        let lost = silent
            .iter()
            .find(|path| !tree.contains_key(Path::new(path)) && !folders.contains(**path));
        assert_eq!(lost, None, "{stack}: described, and not there");
    }
}

#[test]
fn every_next_is_a_file_that_is_there() {
    for (_, stack, tree) in every_stack() {
        let names: Vec<String> =
            tree.keys().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
        let files: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        for (name, bytes) in names.iter().zip(tree.values()) {
            let opening = Opening::of(&text(bytes));
            let lost = opening.as_ref().and_then(|opening| opening.dangling(name, &files));
            assert_eq!(lost, None, "{stack}: {name}");
        }
    }
}

#[test]
fn every_option_crate_and_variable_is_known() {
    let catalog = Catalog::bundled().unwrap();
    for axis in &catalog.axes {
        let asked = card(&format!("--{}", axis.name));
        assert_eq!(asked["rows"]["options"].as_array().unwrap().len(), axis.options.len());
        for option in &axis.options {
            let one = card(&format!("{}={}", axis.name, option.name()));
            assert_eq!(one["says"], option.spec.summary.as_str());
            let page = explain(&format!("{}={} --book", axis.name, option.name())).success();
            assert!(page.stdout.starts_with("# "), "{}", option.id);
        }
    }
    let crates = catalog.versions.keys();
    let variables = origin::layers(&catalog).flat_map(|layer| &layer.spec.env);
    for word in crates.chain(variables.map(|variable| &variable.name)) {
        let run = explain(&format!("{word} --json")).success();
        assert!(run.stdout.contains(word.as_str()), "{word}");
        let brought = run.stdout.contains("brought_by");
        assert!(brought && run.stdout.contains("\"says\": \""), "{word}: {}", run.stdout);
    }
}

#[test]
fn a_crate_says_why_where_and_by_way_of_whom() {
    let card = card("argon2");
    assert_eq!(card["says"], "hashes passwords slowly");
    assert_eq!(card["rows"]["brought_by"][0]["name"], "`--auth session` or `--auth jwt`");
    let used = card["rows"]["used_in"].as_array().unwrap();
    assert!(used.iter().any(|it| it["name"] == "src/platform/auth/password.rs"), "{used:?}");
    explain("tower_http").success().says("tower-http");
    let far = explain("libsqlite3-sys").success().says("rusqlite → libsqlite3-sys");
    assert!(far.stdout.contains("Cargo.lock"));
    explain("ring").success().says("it comes with `--db postgres`").says(" → ring");
    explain("rustls").success().says("this stack has `--db sqlite`").says("`--db postgres`");
}

#[test]
fn a_variable_says_its_default_and_who_reads_it() {
    let run = explain("session_idle_secs").success().says("SESSION_IDLE_SECS").says("1800");
    run.says("src/auth/mod.rs").says("`--auth session`");
    explain("JWT_SECRET").success().says("each project gets its own").says("this stack has");
}

#[test]
fn a_word_with_several_meanings_gets_them_all() {
    let run = explain("none").success().says("auth=none").says("cache=none");
    let axes = Catalog::bundled().unwrap().axes;
    let here = axes.iter().filter(|axis| axis.default == "none").count();
    assert_eq!(run.stdout.matches(", chosen here").count(), here);
    explain("redis").success().says("cache=redis").says("redis  crate");
}

#[test]
fn the_end_of_a_path_is_enough() {
    explain("token.rs").success().says("src/auth/token.rs");
    let run = explain("mod.rs").ends_with(2).complains("`mod.rs` is the end of ");
    run.complains("\nhint: `backend-gen explain src/");
}

#[test]
fn a_folder_and_the_whole_project_list_what_they_hold() {
    explain("src/tasks").success().says("store.rs").says("The example slice").says("api/");
    explain("migrations/").success().says("0001_users.sql");
    let sandbox = Sandbox::new();
    sandbox.run_in(".", &["explain", ""]).success().says("--auth session");
    explain("").success().says("--db sqlite").says("Cargo.toml").says("src/");
}

#[test]
fn unknown_words_are_answered_with_the_nearest_of_all_kinds() {
    let near = [
        ("sesion", "session"),
        ("auth=jwtt", "jwt"),
        ("argon", "argon2"),
        ("DATABSE_URL", "database_url"),
        ("src/auth/tokn.rs", "src/auth/token.rs"),
        ("dbs", "db"),
    ];
    for (word, near) in near {
        let run = explain(word).ends_with(2);
        let hint = run.stderr.split_once("\nhint: ").map_or("", |(_, hint)| hint);
        assert!(hint.contains(near), "{word}: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
    explain("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq").ends_with(2).complains("hint: `backend-gen ");
    explain("--book src/auth/mod.rs").ends_with(2).complains("there is no page about");
}

#[test]
fn inside_a_project_it_speaks_of_that_project() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --no-git --auth jwt --db postgres").success();
    sandbox.run_in("demo/src/auth", &["explain", "mod.rs"]).success().says("shows a token");
    sandbox.run_in("demo", &["explain"]).success().says("demo").says("--db postgres");
    sandbox
        .run_in("demo", &["explain", "cookie.rs"])
        .success()
        .says("this project has `--auth jwt`");
    sandbox.write("demo/src/notes.rs", "//! My notes. Next: `app.rs`.\n");
    let mine = sandbox.run_in("demo/src", &["explain", "./notes.rs"]).success();
    mine.says("My notes.").says("you").says("src/app.rs");
    sandbox.write("demo/src/app.rs", "//! Mine.\n");
    sandbox.run_in("demo/src/auth", &["explain", "../app.rs"]).success().says("changed here");
    sandbox.run_in("demo", &["explain", "src/state.rs"]).success().says("lines\n");
    sandbox.write("demo/backend-gen.toml", "[stack]\ndb = \"oracle\"\n");
    sandbox.run_in("demo", &["explain", "db"]).ends_with(2).complains("backend-gen.toml:2:6");
}

#[test]
fn it_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --no-git").success();
    let before = sandbox.snapshot();
    for words in [&["explain"][..], &["explain", "src"], &["compare", "mysql"]] {
        sandbox.run_in("demo", words).success();
    }
    assert_eq!(sandbox.snapshot(), before);
}
