//! `--from`: a file of choices, and its mistakes.

use crate::sandbox::Sandbox;

#[test]
fn a_projects_own_file_makes_it_again() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --no-git --cache memory --auth none").success();
    let sandbox = sandbox.folder("again");
    let words = ["new", "--from", "../demo/backend-gen.toml", "--no-git"];
    sandbox.run_in("again", &words).success();
    assert_eq!(sandbox.read("again/demo/Cargo.toml"), sandbox.read("demo/Cargo.toml"));
    let words =
        ["new", "other", "--from", "../demo/backend-gen.toml", "--no-git", "--cache", "none"];
    sandbox.run_in("again", &words).success();
    let choices = sandbox.read("again/other/backend-gen.toml");
    assert!(choices.contains("cache = \"none\"") && choices.contains("auth = \"none\""));
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    let mistakes = [
        ("[stack]\ndb = \"sqllite\"\n", "x.toml:2:6: `db` cannot be `sqllite`", "`sqlite`"),
        ("[stack]\ndata = \"sqlite\"\n", "x.toml:2:1: nothing called `data`", "`db`"),
        ("name = \"a\"\ncolour = 1\n", "x.toml:2:1: unknown field", ""),
        ("[stack\n", "x.toml:1:7: ", ""),
    ];
    for (text, what, hint) in mistakes {
        let sandbox = Sandbox::new().file("x.toml", text);
        let before = sandbox.snapshot();
        let run = sandbox.run("new demo -y --from x.toml").ends_with(2).complains(what);
        run.complains("hint: ").complains(hint);
        assert_eq!(sandbox.snapshot(), before);
    }
    Sandbox::new().run("new demo -y --from x.toml").ends_with(1).complains("cannot read `x.toml`");
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_its_place() {
    let wrong = ["1", "1.5", "true", "[]", "{}", "1979-05-27", "[\"sqlite\"]"];
    let fields = [("name = ", 1), ("backend-gen = ", 1), ("stack = ", 1), ("[stack]\ndb = ", 2)];
    for (field, line) in fields {
        for value in wrong.iter().filter(|value| field != "stack = " || **value != "{}") {
            let sandbox = Sandbox::new().file("x.toml", &format!("{field}{value}\n"));
            let column = field.lines().last().unwrap().len() + 1;
            let run = sandbox.run("new demo -y --from x.toml").ends_with(2);
            let run = run.complains(&format!("error: x.toml:{line}:{column}: invalid type"));
            assert!(run.stderr.contains("\nhint: ") && !sandbox.has("demo"), "{}", run.stderr);
        }
    }
}

#[test]
fn a_name_in_the_file_is_checked_too() {
    let sandbox = Sandbox::new().file("x.toml", "name = \"fn\"\n");
    let run = sandbox.run("new -y --from x.toml").ends_with(2);
    run.complains("x.toml:1:8: `fn` cannot be").complains("keyword").complains("name = \"my-fn\"");
}

#[test]
fn a_newer_file_is_read_as_far_as_it_can_be() {
    let text = "backend-gen = \"99.1.0\"\nname = \"demo\"\n";
    let sandbox = Sandbox::new().file("x.toml", text);
    let run = sandbox.run("new -y --no-git --from x.toml").success();
    run.complains("`x.toml` was written by backend-gen 99.1.0, this is ");
    for more in ["colour = 1\n", "[stack]\nqueue = \"x\"\n", "[stack]\ndb = \"oracle\"\n"] {
        let sandbox = Sandbox::new().file("x.toml", &format!("{text}{more}"));
        let run = sandbox.run("new -y --from x.toml").ends_with(2).complains("x.toml:");
        run.complains("written by 99.1.0: `cargo install backend-gen`");
    }
    let sandbox = Sandbox::new().file("x.toml", "backend-gen = \"soon\"\n");
    sandbox.run("new demo -y --from x.toml").ends_with(2).complains("x.toml:1:15: `soon` is no");
}

#[test]
fn what_is_no_text_is_told() {
    let sandbox = Sandbox::new().folder("folder").file("large.toml", &"#\n".repeat(600_000));
    std::fs::write(sandbox.path().join("x.toml"), b"name = \"demo\"\n# \xff\n").unwrap();
    sandbox.run("new demo -y --from x.toml").ends_with(2).complains("x.toml:2:3: ");
    sandbox.run("new demo -y --from folder").ends_with(1).complains("cannot read `folder`");
    sandbox.run("new demo -y --from large.toml").ends_with(1).complains("is too large");
    assert!(!sandbox.has("demo"));
}
