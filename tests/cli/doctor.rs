//! `doctor` on this very machine, and on this machine made worse.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, command};

/// `doctor --json` in a folder of the sandbox, with these variables on top.
fn doctor(sandbox: &Sandbox, folder: &str, variables: &[(&str, &str)]) -> (Option<i32>, Value) {
    let mut doctor = command();
    doctor.current_dir(sandbox.path().join(folder)).args(["doctor", "--json"]);
    // What the machine of a developer says must not matter.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "DATABASE_URL", "REDIS_URL"]
    {
        doctor.env_remove(name).env_remove(name.to_lowercase());
    }
    doctor.envs(variables.iter().copied()).timeout(Duration::from_secs(60));
    let run = Run::of(doctor.output().unwrap());
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let findings = serde_json::from_str(&run.stdout);
    (run.code, findings.unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr)))
}

fn finding<'a>(answer: &'a Value, id: &str) -> &'a Value {
    let found = answer["findings"].as_array().unwrap().iter().find(|it| it["id"] == id);
    found.unwrap_or_else(|| panic!("nothing about `{id}` in {answer:#}"))
}

#[track_caller]
fn is(answer: &Value, id: &str, mark: &str, words: &str) {
    let finding = finding(answer, id);
    assert_eq!(finding["mark"], mark, "{finding}");
    assert!(finding.to_string().contains(words), "no `{words}` in {finding}");
}

#[test]
fn a_machine_that_builds_this_is_ready() {
    let (code, answer) = doctor(&Sandbox::new(), ".", &[]);
    for id in ["rustc", "cargo", "linker", "c-compiler"] {
        is(&answer, id, "fine", "");
    }
    assert_eq!(answer["ready"], code == Some(0), "{answer:#}");
    assert!(answer["system"]["os"].is_string());
}

#[test]
fn people_read_one_line_for_each_thing() {
    let run = Sandbox::new().run("doctor");
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    run.says("rustc 1.").says("linker: ").says("C compiler: ").says("port 3000 ");
}

#[test]
fn without_any_program_it_still_answers() {
    let (code, answer) = doctor(&Sandbox::new(), ".", &[("PATH", "")]);
    assert_eq!(code, Some(1));
    assert_eq!(answer["ready"], false);
    is(&answer, "rustc", "missing", "there is no `rustc`");
    is(&answer, "cargo", "missing", "rustup");
    is(&answer, "c-compiler", "missing", "");
    is(&answer, "git", "warning", "no `git`");
    is(&answer, "docker", "note", "");
}

#[test]
fn it_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let temporary = Sandbox::new();
    doctor(&sandbox, ".", &[("TMPDIR", temporary.path().to_str().unwrap())]);
    assert!(sandbox.snapshot().is_empty(), "{:?}", sandbox.snapshot().keys());
    assert!(temporary.snapshot().is_empty(), "{:?}", temporary.snapshot().keys());
}

#[test]
fn a_proxy_that_would_take_the_loopback_is_told() {
    let proxy = ("HTTPS_PROXY", "http://me:secret@127.0.0.1:9");
    let (_, answer) = doctor(&Sandbox::new(), ".", &[proxy]);
    is(&answer, "loopback", "warning", "NO_PROXY=localhost,127.0.0.1");
    is(&answer, "proxy", "warning", "127.0.0.1:9");
    assert!(!answer.to_string().contains("secret"), "{answer:#}");
    let excepted = [proxy, ("NO_PROXY", "localhost,127.0.0.1")];
    is(&doctor(&Sandbox::new(), ".", &excepted).1, "loopback", "fine", "");
}

#[cfg(unix)]
#[test]
fn a_program_that_hangs_does_not_hang_it() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new().file("bin/docker", "#!/bin/sh\nsleep 600 & sleep 600\n");
    let docker = sandbox.path().join("bin/docker");
    std::fs::set_permissions(&docker, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", sandbox.path().join("bin").display());
    let (_, answer) = doctor(&sandbox, ".", &[("PATH", &path)]);
    is(&answer, "docker", "note", "does not answer");
}

/// A project with a database at this address.
fn project(url: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run("new shop --db postgres --defaults --no-git").success();
    let settings = sandbox.read("shop/.env");
    let lines = settings.lines().map(|line| match line.starts_with("DATABASE_URL=") {
        true => format!("DATABASE_URL={url}\n"),
        false => format!("{line}\n"),
    });
    let text = lines.collect::<String>();
    assert!(text.contains(url));
    // Written anew, it keeps its mode.
    std::fs::write(sandbox.path().join("shop/.env"), text).unwrap();
    sandbox
}

#[test]
fn in_a_project_its_server_is_needed() {
    let sandbox = project("postgres://postgres@127.0.0.1:9/postgres");
    let (code, answer) = doctor(&sandbox, "shop/src", &[]);
    assert_eq!(code, Some(1));
    is(&answer, "server-postgres", "missing", "backend-gen services up");
    is(&answer, "settings", "fine", "shop");
    let others = answer["findings"].as_array().unwrap().iter();
    let servers = others.filter(|it| it["id"].as_str().unwrap().starts_with("server-"));
    assert_eq!(servers.count(), 1, "{answer:#}");
}

#[test]
fn what_listens_there_must_speak_the_protocol() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            use std::io::Write;
            let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let sandbox = project(&format!("postgres://postgres@127.0.0.1:{port}/postgres"));
    let (_, answer) = doctor(&sandbox, "shop", &[]);
    is(&answer, "server-postgres", "missing", "is not PostgreSQL");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let sandbox = project("postgres://postgres@127.0.0.1:9/postgres");
    let (_, answer) = doctor(&sandbox, "shop", &[("PORT", &port)]);
    is(&answer, "port", "warning", &port);
}

#[test]
fn a_project_without_settings_is_told() {
    let sandbox = project("postgres://postgres@127.0.0.1:9/postgres");
    std::fs::remove_file(sandbox.path().join("shop/.env")).unwrap();
    let (code, answer) = doctor(&sandbox, "shop", &[]);
    assert_eq!(code, Some(1));
    is(&answer, "settings", "missing", ".env.example");
}
