//! `check`: the walk of every stack is complete, and each way to fail is told and leaves nothing.

#[cfg(unix)]
use std::process::Command;

use backend_gen::catalog::check::Step;
use backend_gen::check::{Answer, Verdict, Walk};
use serde_json::{Map, Value, json};

use crate::laws::every_stack;
use crate::sandbox::{Run, Sandbox};

/// Puts a text at a JSON pointer, with the objects and lists that lead there.
fn put(value: &mut Value, pointer: &str, text: &str) {
    let mut at = value;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/");
        at = match part.parse::<usize>() {
            Ok(_) => {
                if !at.is_array() {
                    *at = json!([null]);
                }
                &mut at[0]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                &mut at[part]
            }
        };
    }
    *at = json!(text);
}

/// What a perfect backend answers.
fn perfect(walk: &Walk, step: &Step) -> Answer {
    let mut answer = Answer { status: step.status, ..Answer::default() };
    let mut body = Value::Null;
    let kept = step.keep.iter().map(|(name, place)| (place, format!("/kept/{name}")));
    let wanted = step.expect.iter().map(|(place, text)| (place, walk.fill(text).unwrap()));
    for (place, text) in kept.chain(wanted) {
        match place.starts_with('/') {
            true => put(&mut body, place, &text),
            false => answer.headers.push((place.clone(), text)),
        }
    }
    answer.body = body.to_string();
    answer
}

#[test]
fn every_walk_can_be_walked_to_its_end() {
    for (catalog, stack, _) in every_stack() {
        let given = [("scratch", "/nowhere"), ("random", "ab12")];
        let mut walk = Walk::of(catalog, stack, &given).unwrap();
        let steps = [walk.steps.clone(), walk.tidy.clone()].concat();
        assert!(steps.len() >= 12 && !walk.tidy.is_empty(), "{stack}: {} steps", steps.len());
        assert!(!walk.data.is_empty(), "{stack} does not say what data it works on");
        for step in steps {
            let name = format!("{stack}: {}", step.title);
            assert!(step.title.chars().count() <= 44, "{name} is too long for a line");
            let ask = walk.ask(&step).unwrap_or_else(|it| panic!("{name}: no `{it}` is known"));
            assert!(ask.path.starts_with('/'), "{name}: {ask}");
            let answer = perfect(&walk, &step);
            let other = Answer { status: 500, ..answer.clone() };
            assert_ne!(walk.judge(&step, &ask, &other), Verdict::Right, "{name}");
            assert_eq!(walk.judge(&step, &ask, &answer), Verdict::Right, "{name}");
        }
    }
}

#[test]
fn what_is_missing_or_different_is_told() {
    let (catalog, stack, _) = &every_stack()[0];
    let mut walk = Walk::of(catalog, stack, &[("scratch", ""), ("random", "")]).unwrap();
    let step: Step = serde_json::from_value(json!({
        "title": "t", "send": "GET /x", "status": 200,
        "expect": {"/a/0": "1", "etag": "*"}, "keep": {"id": "/id"},
    }))
    .unwrap();
    let ask = walk.ask(&step).unwrap();
    let mut expected = |body: Value, headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        let answer = Answer { status: 200, headers, body: body.to_string() };
        match walk.judge(&step, &ask, &answer) {
            Verdict::Wrong { expected, .. } => expected,
            other => format!("{other:?}"),
        }
    };
    let etag = [("etag", "\"1\"")];
    assert_eq!(expected(json!({"a": [2], "id": "7"}), &etag), "`/a/0` to be `1`");
    assert_eq!(expected(json!({"a": [1], "id": "7"}), &[]), "`etag` to be there");
    assert_eq!(expected(json!({"a": [1]}), &etag), "something at `/id`");
    assert_eq!(expected(json!({"a": [1], "id": "7"}), &etag), "Right");
}

/// A small program in the place of a backend. It needs no crate, so it builds in a moment.
fn project(main: &str) -> Sandbox {
    let manifest =
        "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    Sandbox::new()
        .file("backend-gen.toml", "name = \"tiny\"\n[stack]\nauth = \"session\"\n")
        .file("Cargo.toml", manifest)
        .file("src/main.rs", main)
}

#[track_caller]
fn card(run: &Run) -> Value {
    serde_json::from_str(&run.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
}

#[test]
fn outside_of_a_project_it_says_so() {
    let run = Sandbox::new().run("check").ends_with(2);
    run.complains("there is no `backend-gen.toml` here or above").complains("hint: `cd` into");
}

#[test]
fn a_project_in_production_is_left_alone() {
    let sandbox = project("fn main() {}").file(".env", "# mine\nAPP_ENV=production\n");
    sandbox.run("check").ends_with(1).complains("`APP_ENV` is `production` here");
    assert!(!sandbox.has("target"));
}

#[test]
fn a_project_that_does_not_build_is_told() {
    let sandbox = project("fn main() { missing() }").folder("deep/down");
    let run = sandbox.run_in("deep/down", &["check"]).ends_with(1);
    run.says("FAIL  builds").says("0 of 1 step went well").complains("cannot find function");
}

#[test]
fn a_backend_that_does_not_start_shows_its_last_lines() {
    let main = "fn main() { eprintln!(\"\\x1b[31mno\\x1b[0m database\"); std::process::exit(3) }";
    let sandbox = project(main);
    sandbox.run("check").ends_with(1).says("FAIL  starts").says("  no database\n");
    let run = sandbox.run("check --json").ends_with(1);
    let card = card(&run);
    assert_eq!((&card["ok"], &card["steps"][1]["outcome"]), (&json!(false), &json!("fail")));
    assert!(card["log"][0].as_str().is_some_and(|line| line.contains("database")), "{card}");
}

/// Answers everything alike, and says which process it is.
#[cfg(unix)]
const PARROT: &str = r#"
use std::io::{Read, Write};
fn main() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std::fs::write("pid", std::process::id().to_string()).unwrap();
    println!("listening on http://{}", port.local_addr().unwrap());
    for stream in port.incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nX-Request-Id: 1\r\n";
        let _ = write!(stream, "{head}Content-Length: 15\r\n\r\n{{\"status\":\"ok\"}}");
    }
}
"#;

/// Whether the process that wrote `pid` is still there.
#[cfg(unix)]
fn is_alive(sandbox: &Sandbox) -> bool {
    let mut kill = Command::new("kill");
    kill.args(["-0", &sandbox.read("pid")]).output().unwrap().status.success()
}

#[cfg(unix)]
#[test]
fn every_broken_promise_is_told_and_the_backend_is_gone() {
    let sandbox = project(PARROT).folder("tmp");
    let mut check = crate::sandbox::command();
    check.arg("check").current_dir(sandbox.path()).env("TMPDIR", sandbox.path().join("tmp"));
    let output = check.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for line in [
        "  ok    is alive",
        "  FAIL  makes an account",
        "        sent      POST /auth/register",
        "        expected  status 201",
        "        got       status 200",
        "  skip  knows who asks",
        "  FAIL  stops when it is asked to",
    ] {
        assert!(said.contains(line), "no `{line}` in:\n{said}");
    }
    assert!(!is_alive(&sandbox));
    assert!(std::fs::read_dir(sandbox.path().join("tmp")).unwrap().next().is_none());
}

/// Never tells where it listens, and never ends by itself.
#[cfg(unix)]
const MULE: &str = r#"
fn main() {
    std::fs::write("pid", std::process::id().to_string()).unwrap();
    println!("a word");
    loop { std::thread::sleep(std::time::Duration::from_secs(1)); }
}
"#;

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_the_backend() {
    let sandbox = project(MULE);
    let mut check = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
    check.arg("check").current_dir(sandbox.path()).env("TMPDIR", sandbox.path());
    let mut check = check.stdout(std::process::Stdio::null()).spawn().unwrap();
    while !sandbox.has("pid") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let sent = Command::new("kill").args(["-INT", &check.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(check.wait().unwrap().code(), Some(130));
    assert!(!is_alive(&sandbox));
    let names = sandbox.snapshot().into_keys().map(|path| path.to_string_lossy().into_owned());
    assert_eq!(names.filter(|name| name.starts_with("backend-gen-")).count(), 0);
}
