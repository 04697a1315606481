//! Names that cannot be had: the rule, a name that works, and no file.

use crate::bad_input::refused;
use crate::sandbox::Sandbox;

#[cfg(unix)]
const LETTER: &str = "must start with a letter from a to z";
#[cfg(unix)]
const ONLY: &str = "only a-z, 0-9, `-` and `_` are allowed";
#[cfg(unix)]
const KEYWORD: &str = "a keyword of Rust";
#[cfg(unix)]
const RUST: &str = "a crate of Rust itself";
#[cfg(unix)]
const CARGO: &str = "cargo keeps its own files";
#[cfg(unix)]
const DEVICE: &str = "Windows keeps this name for a device";
#[cfg(unix)]
const CRATE: &str = "depends on a crate of this name";

/// A name, the rule it breaks, and the name that is offered.
#[cfg(unix)]
const BAD: &[(&str, &str, &str)] = &[
    ("..", LETTER, "my-backend"),
    ("/", LETTER, "my-backend"),
    ("a/..", ONLY, "a"),
    (".hidden", LETTER, "hidden"),
    ("-x", LETTER, "x"),
    ("--help", LETTER, "help"),
    ("_x", LETTER, "x"),
    ("1st", LETTER, "app-1st"),
    ("42", LETTER, "app-42"),
    ("Demo", LETTER, "demo"),
    ("DEMO", LETTER, "demo"),
    ("CON", LETTER, "my-con"),
    ("Élan", LETTER, "lan"),
    ("名前", LETTER, "my-backend"),
    ("🦀", LETTER, "my-backend"),
    ("\u{feff}x", LETTER, "x"),
    ("my shop", ONLY, "my-shop"),
    ("demo ", ONLY, "demo"),
    ("demo.", ONLY, "demo"),
    ("demo...", ONLY, "demo"),
    ("nul.txt", ONLY, "nul-txt"),
    ("com1.txt", ONLY, "com1-txt"),
    ("a.b", ONLY, "a-b"),
    ("a:b", ONLY, "a-b"),
    ("a\\b", ONLY, "a-b"),
    ("a*", ONLY, "a"),
    ("a?b", ONLY, "a-b"),
    ("naïve", ONLY, "na-ve"),
    ("demO", ONLY, "demo"),
    ("x{{7*7}}", ONLY, "x-7-7"),
    ("x$(id)", ONLY, "x-id"),
    ("x'; DROP TABLE users; --", ONLY, "x-drop-table-users"),
    ("x<script>", ONLY, "x-script"),
    ("a\nb", ONLY, "a-b"),
    ("a\tb", ONLY, "a-b"),
    ("a\u{1b}[31mb", ONLY, "a-31mb"),
    ("a\u{202e}b", ONLY, "a-b"),
    ("a\u{200b}b", ONLY, "a-b"),
    ("а-cyrillic", LETTER, "cyrillic"),
    ("fn", KEYWORD, "my-fn"),
    ("gen", KEYWORD, "my-gen"),
    ("async", KEYWORD, "my-async"),
    ("self", KEYWORD, "my-self"),
    ("union", KEYWORD, "my-union"),
    ("try", KEYWORD, "my-try"),
    ("yield", KEYWORD, "my-yield"),
    ("test", RUST, "my-test"),
    ("std", RUST, "my-std"),
    ("core", RUST, "my-core"),
    ("alloc", RUST, "my-alloc"),
    ("proc_macro", RUST, "my-proc_macro"),
    ("proc-macro", RUST, "my-proc-macro"),
    ("build", CARGO, "my-build"),
    ("deps", CARGO, "my-deps"),
    ("examples", CARGO, "my-examples"),
    ("incremental", CARGO, "my-incremental"),
    ("con", DEVICE, "my-con"),
    ("nul", DEVICE, "my-nul"),
    ("aux", DEVICE, "my-aux"),
    ("com1", DEVICE, "my-com1"),
    ("lpt9", DEVICE, "my-lpt9"),
    ("axum", CRATE, "my-axum"),
    ("tokio", CRATE, "my-tokio"),
    ("tower_http", CRATE, "my-tower_http"),
    ("serde-json", CRATE, "my-serde-json"),
];

#[cfg(unix)]
#[test]
fn bad_names_are_refused_with_one_that_works() {
    assert!(BAD.len() >= 60, "{} names", BAD.len());
    let sandbox = Sandbox::new();
    for (name, rule, better) in BAD {
        let said = refused(&sandbox, &["new", "-y", "--", name], 2);
        assert!(said.starts_with("error: `"), "{name:?}: {said}");
        assert!(said.contains(rule), "{name:?}: {said}");
        let hint = format!("\nhint: `backend-gen new {better}`\n");
        assert!(said.ends_with(&hint), "{name:?}: {said}");
        // the same name beside a folder
        let flag = refused(&sandbox, &["new", "folder", "-y", &format!("--name={name}")], 2);
        assert!(flag.contains(&format!("`--name {better}`")), "{name:?}: {flag}");
    }
}

#[cfg(unix)]
#[test]
fn a_hint_works_when_it_is_pasted() {
    let said = refused(&Sandbox::new(), &["new", "demo", "-y", "--name="], 2);
    assert!(said.contains("it is empty") && said.contains("`--name my-backend`"), "{said}");
    let sandbox = Sandbox::new().folder("My Apps");
    let said = refused(&sandbox, &["new", "My Apps/My Shop", "-y"], 2);
    assert!(said.ends_with("\nhint: `backend-gen new 'My Apps/my-shop'`\n"), "{said}");
    let sandbox = Sandbox::new();
    sandbox.shell("mkdir CON && cd CON && \"$0\" new . -y").ends_with(2).complains("--name my-con");
}

#[test]
fn names_have_a_longest() {
    let sandbox = Sandbox::new();
    let (longest, longer) = ("x".repeat(63), "x".repeat(64));
    let said = refused(&sandbox, &["new", &longer, "-y"], 2);
    assert!(said.contains("it has 64 characters, 63 are allowed"), "{said}");
    let said = refused(&sandbox, &["new", &"x".repeat(100_000), "-y"], 2);
    assert!(said.contains("100000 characters") && said.len() < 600, "{said}");
    sandbox.run_in(".", &["new", &longest, "-y", "--no-git"]).success();
}

#[test]
fn what_is_echoed_moves_no_cursor() {
    let evil = "a\u{1b}[2J\u{7}\u{9b}31m\u{202e}\u{2066}b\u{200b}\r\nc";
    let folder = format!("{evil}/x");
    let file = Sandbox::new().file("x.toml", &format!("[stack]\ndb = {evil:?}\n"));
    let quoted = "[stack]\ndb = \"\\u001b[2Jx\"\n\"a\\u202Eb\" = \"c\"\n";
    let keys = Sandbox::new().file("x.toml", "\"a\\u001b[2J\\u202Eb\" = 1\n");
    let values = Sandbox::new().file("x.toml", quoted);
    let lines: [(&Sandbox, &[&str]); 11] = [
        (&file, &["new", evil, "-y"]),
        (&file, &["new", &folder, "-y"]),
        (&file, &["new", "x", "-y", "--name", evil]),
        (&file, &["new", "x", "-y", "--from", evil]),
        (&file, &["new", "x", "-y", "--from", "x.toml"]),
        (&keys, &["new", "x", "-y", "--from", "x.toml"]),
        (&values, &["new", "x", "-y", "--from", "x.toml"]),
        (&file, &["new", "x", "-y", "--db", evil]),
        (&file, &["new", "x", "-y", &format!("--{evil}")]),
        (&file, &["new", "x", "-y", "--workspace", evil]),
        (&file, &[evil]),
    ];
    for (sandbox, words) in lines {
        let run = sandbox.run_in(".", words);
        let said = run.stdout + &run.stderr;
        assert!(matches!(run.code, Some(1 | 2)), "{words:?}: {said}");
        let odd = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}".contains(c);
        assert!(!said.contains(odd), "{words:?}: {said:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_odd_folder_is_shown_without_its_oddities() {
    let sandbox = Sandbox::new();
    let folder = "a\u{1b}[2J\u{202e}b";
    let run = sandbox.run_in(".", &["new", folder, "-y", "--no-git", "--name", "demo"]).success();
    assert!(sandbox.has(&format!("{folder}/Cargo.toml")));
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", run.stdout);
}
