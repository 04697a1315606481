//! `learn check`: a verdict of its own for each way in which a backend can go wrong, and nothing is left.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{course, json, learn};
use crate::sandbox::{Run, Sandbox, command};

/// Puts a small program in the place of the lesson's backend. It needs no crate.
pub fn backend(sandbox: &Sandbox, main: &str) {
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
pub const MULE: &str = r#"
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
