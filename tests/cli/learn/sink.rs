//! A lesson of somebody's own, about a backend that calls another: servers of ours that it calls.

use std::process::Command;

use super::json;
use crate::sandbox::{Run, Sandbox, command};

const LESSON: &str = r#"
id = "X1"
title = "A bank that is busy"
topic = "apis"
minutes = 10
concepts = ["retry"]
hints = ["a", "b", "c", "d"]
mutant = []
start = { fails = "X1.again" }

[[rule]]
id = "X1.pays"
subgoal = "The bank is told what is paid"
why = "Nothing is paid when nobody is told."
where = "src/main.rs#pay"
book = "5.4"

[[rule]]
id = "X1.again"
subgoal = "A bank that is busy is asked once more, a little later"
why = "A moment later it may not be busy."
where = "src/main.rs#pay"
book = "5.4"

[[rule]]
id = "X1.ends"
subgoal = "A bank that does not answer is not waited for"
why = "Somebody waits for us too."
where = "src/main.rs#pay"
book = "5.4"
"#;

const PROBES: &str = r#"
sinks = ["bank"]
env = { BANK_URL = "<bank>" }
make = { cents = "int 1 999" }

[[probe]]
rule = "X1.pays"
step = [
  { sink = { name = "bank", says = [{ status = 200, body = { paid = "<cents>" } }] } },
  { send = "POST /pay", body = { cents = "<cents>" }, status = 200, expect = { "/paid" = "<cents>" } },
  { received = "bank", count = 1, expect = { "/0/method" = "POST", "/0/path" = "/charge", "/0/body/cents" = "<cents>", "/0/headers/x-key" = "*" } },
]

[[probe]]
rule = "X1.again"
step = [
  { sink = { name = "bank", says = [{ status = 503, cut_after = 20 }, { status = 200, body = {} }] } },
  { send = "POST /pay", body = { cents = "<cents>" }, status = 200 },
  { received = "bank", count = 2, expect = { "/1/after_ms" = { min = 50 } } },
]

[[probe]]
rule = "X1.ends"
step = [
  { sink = { name = "bank", says = [{ status = 200, delay_ms = 5000 }] } },
  { send = "POST /pay", body = { cents = "<cents>" }, status = 504, within_ms = 4000 },
]
"#;

/// Passes on what it gets, waits `PAUSE` ms before each further try, and so long for an answer.
const BACKEND: &str = r#"
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn body(of: &str) -> String {
    of.split_once("\r\n\r\n").map(|(_, body)| body.to_string()).unwrap_or_default()
}

fn ask(bank: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(bank)?;
    stream.set_read_timeout(Some(Duration::from_millis(WAIT)))?;
    let length = body.len();
    write!(stream, "POST /charge HTTP/1.1\r\nX-Key: k\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn pay(bank: &str, paid: &str) -> (u16, String) {
    for _ in 0..TRIES {
        match ask(bank, paid) {
            Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => return (200, body(&answer)),
            Ok(_) => std::thread::sleep(Duration::from_millis(100)),
            Err(_) => return (504, String::new()),
        }
    }
    (502, String::new())
}

fn main() {
    let (port, bank) = (std::env::var("PORT").unwrap(), std::env::var("BANK_URL").unwrap());
    let bank = bank.strip_prefix("http://").unwrap();
    for stream in TcpListener::bind(format!("127.0.0.1:{port}")).unwrap().incoming() {
        let (mut stream, mut bytes) = (stream.unwrap(), [0; 65536]);
        let mut read = 0;
        while let Ok(more @ 1..) = stream.read(&mut bytes[read..]) {
            read += more;
            if bytes[..read].ends_with(b"}") {
                break;
            }
        }
        if read == 0 {
            continue;
        }
        let paid = body(&String::from_utf8_lossy(&bytes[..read]));
        let (status, body) = pay(bank, &paid);
        let length = body.len();
        let head = "Connection: close\r\nContent-Type: application/json\r\n";
        let _ = write!(stream, "HTTP/1.1 {status} X\r\n{head}Content-Length: {length}\r\n\r\n{body}");
    }
}
"#;

fn lessons() -> Sandbox {
    Sandbox::new()
        .file("lessons/course.toml", "[[lesson]]\npath = \"apis/bank\"\n")
        .file("lessons/shop/layer.toml", "")
        .file("lessons/apis/bank/lesson.toml", LESSON)
        .file("lessons/apis/bank/lesson.md", "# A bank that is busy\n")
        .file("lessons/apis/bank/why.md", "So.\n")
        .file("lessons/apis/bank/probes.toml", PROBES)
}

/// The rule that a backend fails first, if any; it tries so often and waits so long, in ms.
#[track_caller]
fn failed(sandbox: &Sandbox, tries: &str, wait: &str) -> String {
    sandbox.write("backend.rs", &BACKEND.replace("TRIES", tries).replace("WAIT", wait));
    let (source, program) = (sandbox.path().join("backend.rs"), sandbox.path().join("backend"));
    let built = Command::new("rustc").arg("-o").arg(&program).arg(source).status().unwrap();
    assert!(built.success());
    let mut check = command();
    check.current_dir(sandbox.path()).args(["learn", "check", "--lessons", "lessons"]);
    check.args(["--lesson", "X1", "--json", "--"]).arg(program);
    let report = json(&Run::of(check.output().unwrap()));
    let rules = report["rules"].as_array().unwrap();
    assert!(report["broken"].is_null() && rules.len() == 3, "{report}");
    let failed = rules.iter().find(|rule| rule["verdict"] == "fails");
    failed.map_or(format!("{report}"), |rule| format!("{}: {rule}", rule["id"].as_str().unwrap()))
}

#[test]
fn what_a_backend_asks_of_others_is_seen_and_answered_as_the_lesson_says() {
    let sandbox = lessons();
    let good = failed(&sandbox, "2", "1000");
    assert!(!good.starts_with("X1.") && good.matches("\"holds\"").count() == 3, "{good}");
    let once = failed(&sandbox, "1", "1000");
    assert!(once.starts_with("X1.again: "), "{once}");
    let never = failed(&sandbox, "2", "8000");
    assert!(never.starts_with("X1.ends: "), "{never}");
    let silent = failed(&sandbox, "0", "1000");
    assert!(silent.starts_with("X1.pays: "), "{silent}");
}

#[test]
fn a_server_that_nobody_declared_is_told_with_its_rule() {
    let sandbox = lessons();
    let lost = PROBES.replace("sinks = [\"bank\"]", "sinks = [\"post\"]");
    sandbox.write("lessons/apis/bank/probes.toml", &lost);
    let run = sandbox.run("learn list --lessons lessons").ends_with(1);
    run.complains("the probe of `X1.pays`").complains("`sinks` has no `bank`");
}
