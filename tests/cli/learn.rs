//! `learn`: a course, its log, and a verdict of its own for each way in which a backend can go wrong.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use backend_gen::lesson::Lessons;
use serde_json::Value;

use crate::sandbox::{Run, Sandbox, command};

/// A course that is not built.
fn course() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run("learn start course --no-build").success().says("A course of");
    sandbox
}

#[track_caller]
fn learn(sandbox: &Sandbox, words: &str) -> Run {
    let words: Vec<&str> = ["learn"].into_iter().chain(words.split_whitespace()).collect();
    sandbox.run_in("course", &words)
}

#[track_caller]
fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
}

/// Puts a small program in the place of the lesson's backend. It needs no crate.
fn backend(sandbox: &Sandbox, main: &str) {
    let folder = sandbox.path().join("course/01-first-green");
    fs::remove_dir_all(&folder).unwrap();
    let package = "name = \"first-green\"\nversion = \"0.1.0\"\n";
    let manifest = format!("[package]\n{package}edition = \"2024\"\n");
    sandbox.write("course/01-first-green/Cargo.toml", &manifest);
    sandbox.write("course/01-first-green/src/main.rs", main);
    sandbox.write("course/Cargo.lock", &format!("version = 4\n\n[[package]]\n{package}"));
}

/// Checks, and gives back the report. Nothing is left in the folder for temporary files.
fn check(sandbox: &Sandbox) -> Value {
    let tmp = sandbox.path().join("tmp");
    fs::create_dir_all(&tmp).unwrap();
    let mut check = command();
    check.current_dir(sandbox.path().join("course")).args(["learn", "check", "--json"]);
    let run = Run::of(check.env("TMPDIR", &tmp).output().unwrap());
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0, "something is left");
    json(&run.ends_with(1))
}

#[test]
fn every_lesson_is_sound_and_listed() {
    let lessons = Lessons::bundled().unwrap();
    let sandbox = course();
    let run = learn(&sandbox, "list").success();
    for lesson in &lessons.lessons {
        assert!(run.stdout.contains(lesson.id()), "{}", lesson.id());
    }
    let list = json(&learn(&sandbox, "list --json").success());
    assert_eq!(list["lessons"].as_array().unwrap().len(), lessons.lessons.len());
    let refused =
        list["lessons"].as_array().unwrap().iter().filter(|it| !it["not_offered"].is_null());
    assert!(refused.into_iter().all(|it| it["not_offered"].as_str().unwrap().len() > 20));
}

#[test]
fn a_course_has_one_member_and_editor_settings() {
    let sandbox = course();
    for file in [".vscode/settings.json", ".zed/settings.json", ".helix/languages.toml"] {
        assert!(sandbox.read(&format!("course/{file}")).contains("target/rust-analyzer"), "{file}");
    }
    assert!(sandbox.read("course/Cargo.toml").contains("members = [\"01-first-green\"]"));
    let run = learn(&sandbox, "go").success();
    let second = &Lessons::bundled().unwrap().lessons[1];
    run.says(&second.spec.title);
    let manifest = sandbox.read("course/Cargo.toml");
    assert!(manifest.contains("members = [\"02-"), "{manifest}");
    assert!(manifest.contains("exclude = [\n    \"01-first-green\",\n]"), "{manifest}");
    let again = sandbox.run("learn start course --no-build").success();
    again.complains("is a course already").says(&second.spec.title);
}

#[test]
fn outside_of_a_course_it_says_how_to_begin() {
    let sandbox = Sandbox::new();
    for verb in ["check", "hint", "go", "probe", "watch", "solution", "verify", "reset"] {
        let run = sandbox.run(&format!("learn {verb}")).ends_with(2);
        run.complains("there is no course here").complains("hint: `backend-gen learn start course");
    }
    sandbox.run("learn").ends_with(2);
    sandbox.run("learn list").success().says("W0");
}

#[test]
fn a_day_has_the_lessons_of_the_stack() {
    let sandbox = Sandbox::new();
    let words = "learn start course --no-build --api graphql";
    sandbox.run(words).success();
    let plan = learn(&sandbox, "plan workshop").success().stdout;
    assert!(plan.contains("A5 ") && !plan.contains("A1 "), "{plan}");
    let plan = sandbox.run("learn plan workshop").success().stdout;
    assert!(plan.contains("A1 ") && !plan.contains("A5 "), "{plan}");
}

#[test]
fn a_kit_is_not_written_over_anything() {
    let sandbox = course();
    let before = sandbox.snapshot();
    let run = sandbox.run("learn kit --out course").ends_with(1);
    run.complains("`course` is there already").complains("hint: ");
    sandbox.run("learn kit").ends_with(2).complains("--out");
    assert_eq!(before, sandbox.snapshot());
}

#[test]
fn a_lesson_that_is_not_there_is_answered_with_the_nearest() {
    let sandbox = course();
    learn(&sandbox, "go W00").ends_with(2).complains("there is no lesson `W00`").complains("`W0`");
    learn(&sandbox, "probe W0.nothing").ends_with(2).complains("there is no rule `W0.nothing`");
    learn(&sandbox, "check --seed zz").ends_with(2).complains("`zz` is no seed");
}

#[test]
fn hints_come_one_by_one_and_can_be_shown_again() {
    let sandbox = course();
    for level in ["1 of 4", "2 of 4", "3 of 4", "4 of 4", "4 of 4"] {
        learn(&sandbox, "hint").success().says(&format!("Hint {level}"));
    }
    learn(&sandbox, "hint --level 2").success().says("Hint 2 of 4");
    learn(&sandbox, "hint --level 5").ends_with(2);
}

#[test]
fn the_solution_is_sealed_until_somebody_gives_up() {
    let sandbox = course();
    let sealed = learn(&sandbox, "solution").ends_with(1);
    sealed.complains("is sealed until the check passes").complains("--give-up");
    learn(&sandbox, "solution --give-up").success().says("src/products/api.rs");
    learn(&sandbox, "solution").success();
}

#[test]
fn a_reset_keeps_the_files_and_can_be_taken_back() {
    let sandbox = course();
    let mine = "course/01-first-green/src/products/api.rs";
    let start = sandbox.read(mine);
    sandbox.write(mine, "// mine");
    learn(&sandbox, "reset").ends_with(2).complains("must be confirmed");
    assert_eq!(sandbox.read(mine), "// mine");
    learn(&sandbox, "reset --yes").success();
    assert_eq!(sandbox.read(mine), start);
    learn(&sandbox, "undo-reset").success();
    assert_eq!(sandbox.read(mine), "// mine");
    learn(&sandbox, "undo-reset").ends_with(1).complains("nothing of `01-first-green`");
}

#[test]
fn review_asks_what_was_asked_longest_ago() {
    let sandbox = course();
    learn(&sandbox, "review").success().says("Nothing to review yet");
    let log = "course/.backend-gen/progress.jsonl";
    let event = |what: &str| format!("{{\"v\":1,\"at\":1795714500,\"lesson\":\"W0\",{what}}}\n");
    let passed = r#""what":"check","rule":null,"passed":4,"of":4,"seed":"1","ms":9"#;
    sandbox.write(log, &format!("{}{}", sandbox.read(log), event(passed)));
    let first = learn(&sandbox, "review").success().stdout;
    // one question of the lesson, the others of the chapter that its rules come from
    let lessons = Lessons::bundled().unwrap();
    let chapter = *lessons.find("W0").unwrap().chapters().first().unwrap();
    assert!(first.starts_with("W0: "), "{first}");
    assert_eq!(first.matches(&format!("{chapter}: ")).count(), 2, "{first}");
    let asked = r#""what":"review","question":0,"right":true"#;
    sandbox.write(log, &format!("{}{}", sandbox.read(log), event(asked)));
    let next = learn(&sandbox, "review").success().stdout;
    assert!(next.starts_with(&format!("{chapter}: ")), "{next}");
}

#[test]
fn a_damaged_log_is_kept_aside_and_said_so() {
    let sandbox = course();
    learn(&sandbox, "hint").success();
    let log = "course/.backend-gen/progress.jsonl";
    let good = sandbox.read(log);
    sandbox.write(log, &format!("{good}\0\0nonsense\n{{\"v\":1,\"torn"));
    let run = learn(&sandbox, "hint").success();
    run.says("Hint 2 of 4").complains("1 line of the log could not be read; it is kept as");
    assert!(sandbox.read("course/.backend-gen/progress.jsonl.1.bak").contains("nonsense"));
    sandbox.write(log, "{\"v\":9,\"what\":\"more\"}\n");
    learn(&sandbox, "hint").ends_with(1).complains("was written by a later version");
}

#[test]
fn a_malformed_lesson_names_file_line_and_key() {
    let lessons = Sandbox::new()
        .file("course.toml", "[[lesson]]\npath = \"a/b\"\n")
        .file("shop/layer.toml", "")
        .file("a/b/lesson.toml", "id = \"X\"\n\nminuets = 3\n");
    let folder = lessons.path().to_string_lossy().into_owned();
    let run = lessons.run_in(".", &["learn", "list", "--lessons", &folder]).ends_with(1);
    run.complains("lessons/a/b/lesson.toml:3:").complains("`minuets`");
}

#[test]
fn a_compile_error_is_shown_once_and_first() {
    let sandbox = course();
    backend(&sandbox, "fn main() {\n    missing();\n\n\n\n\n\n\n    also_missing();\n}\n");
    let report = check(&sandbox);
    assert_eq!(report["broken"]["kind"], "build");
    let lines = report["broken"]["lines"].to_string();
    assert!(lines.contains("cannot find function `missing`") && !lines.contains("also_missing"));
}

#[test]
fn each_way_to_fail_has_a_verdict_of_its_own() {
    let sandbox = course();
    let bind = "let l = std::net::TcpListener::bind(\"127.0.0.1:0\").unwrap();\n";
    let elsewhere = format!(
        "fn main() {{ {bind} println!(\"listening on http://{{}}\", l.local_addr().unwrap()); \
         std::thread::sleep(std::time::Duration::from_secs(60)); }}"
    );
    let cases = [
        ("ends", "fn main() { eprintln!(\"no database\"); std::process::exit(7) }".to_string()),
        ("elsewhere", elsewhere),
        ("floods", "fn main() { loop { println!(\"{}\", \"x\".repeat(999)); } }".to_string()),
        (
            "silent",
            "fn main() { loop { std::thread::sleep(std::time::Duration::from_secs(9)); } }".into(),
        ),
    ];
    for (kind, main) in cases {
        backend(&sandbox, &main);
        let began = Instant::now();
        let report = check(&sandbox);
        assert_eq!(report["broken"]["kind"], kind, "{report}");
        assert!(began.elapsed() < Duration::from_secs(60), "{kind}: {:?}", began.elapsed());
    }
    backend(&sandbox, "fn main() { eprintln!(\"no database\"); std::process::exit(7) }");
    learn(&sandbox, "check").ends_with(1).says("with exit code 7").says("  no database");
}

/// Says where it listens, tells its process, and answers nothing in time.
#[cfg(unix)]
const MULE: &str = r#"
fn main() {
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    std::fs::write(PIDS, std::process::id().to_string()).unwrap();
    std::process::Command::new("sleep").arg("300").spawn().unwrap();
    println!("listening on http://127.0.0.1:{port}");
    for stream in listener.incoming() {
        std::mem::forget(stream);
    }
}
"#;

/// Nothing of the process group is there any more, and no file.
#[cfg(unix)]
#[track_caller]
fn is_gone(sandbox: &Sandbox) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        let pid = sandbox.read("pid");
        let alive = Command::new("kill").args(["-0", &pid]).output().unwrap().status.success();
        let left = fs::read_dir(sandbox.path().join("tmp")).unwrap().count();
        if !alive && left == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the backend or its folder is left");
}

#[cfg(unix)]
#[test]
fn neither_ctrl_c_nor_a_kill_leaves_anything() {
    let sandbox = course();
    let main = MULE.replace("PIDS", &format!("{:?}", sandbox.path().join("pid")));
    backend(&sandbox, &main);
    fs::create_dir_all(sandbox.path().join("tmp")).unwrap();
    for (signal, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let _ = fs::remove_file(sandbox.path().join("pid"));
        let mut check = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
        check.args(["learn", "check"]).current_dir(sandbox.path().join("course"));
        check.env("TMPDIR", sandbox.path().join("tmp")).stdout(std::process::Stdio::null());
        let mut check = check.spawn().unwrap();
        while !sandbox.has("pid") {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        let id = check.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert_eq!(check.wait().unwrap().code(), code);
        is_gone(&sandbox);
    }
}

/// Answers as the first lesson wants it, in no framework at all.
const SHOP: &str = r#"
use std::io::{Read, Write};
fn main() {
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut bytes = [0; 8192];
        let read = stream.read(&mut bytes).unwrap();
        let head = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Type: text/plain\r\n";
        let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n", 0 * read);
    }
}
"#;

#[test]
fn any_program_can_be_judged() {
    let sandbox = Sandbox::new().file("main.rs", SHOP);
    let rustc = Command::new("rustc")
        .args(["--edition", "2024", "main.rs"])
        .current_dir(sandbox.path())
        .status();
    assert!(rustc.unwrap().success());
    let program = sandbox.path().join("main").to_string_lossy().into_owned();
    let words = ["learn", "check", "--lesson", "w0", "--json", "--trace", "t.html", "--", &program];
    let report = json(&sandbox.run_in(".", &words).ends_with(1));
    assert!(sandbox.read("t.html").contains("<h2>W0.real "), "{}", sandbox.read("t.html"));
    assert_eq!(report["broken"]["kind"], "set-up", "{report}");
    sandbox.run("learn check -- nothing").ends_with(2).complains("needs the name of a lesson");
    let lost = ["learn", "check", "--lesson", "w0", "--json", "--", "no-such-program"];
    let report = json(&sandbox.run_in(".", &lost).ends_with(1));
    assert_eq!(report["broken"]["kind"], "ends", "{report}");
}
