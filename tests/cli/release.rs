//! The script that releases on a server of one's own, run with stand-ins for systemd and curl:
//! an instance is ready when the program that `current` points to says so.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use crate::sandbox::Sandbox;

/// Two instances. Each restart is written down.
const SYSTEMCTL: &str = "#!/bin/sh\ncase $1 in\n\
    list-units) printf 'shop@3001.service loaded\\nshop@3002.service loaded\\n' ;;\n\
    restart) echo \"$2 $(readlink \"$ROOT/current\")\" >> \"$ROOT/restarts\" ;;\nesac\n";
const CURL: &str = "#!/bin/sh\nexec \"$ROOT/current/app\"\n";

struct Server(Sandbox);

impl Server {
    fn new() -> Server {
        let sandbox = Sandbox::new();
        sandbox.run("new shop -y --no-git --hosting vps").success();
        let programs =
            [("bin/systemctl", SYSTEMCTL), ("bin/curl", CURL), ("bin/sleep", "#!/bin/sh\n")];
        let server = Server(sandbox);
        for (path, text) in programs {
            server.program(path, text);
        }
        server.program("good", "#!/bin/sh\nexit 0\n");
        server.program("bad", "#!/bin/sh\nexit 1\n");
        server
    }

    fn program(&self, path: &str, text: &str) {
        self.0.write(path, text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.0.path().join(path), mode).unwrap();
    }

    fn release(&self, words: &[&str]) -> Output {
        let path = format!("{}:{}", self.0.path().join("bin").display(), env!("PATH"));
        let mut sh = Command::new("sh");
        sh.current_dir(self.0.path()).arg("shop/deploy/vps/release.sh").args(words);
        sh.env("PATH", path).env("ROOT", self.0.path().join("root")).output().unwrap()
    }

    fn current(&self) -> String {
        let link = std::fs::read_link(self.0.path().join("root/current")).unwrap();
        link.to_string_lossy().into_owned()
    }

    fn restarts(&self) -> usize {
        self.0.read("root/restarts").lines().count()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_release_goes_round_and_back_again() {
    let server = Server::new();
    let first = server.release(&["deploy", "good"]);
    assert!(first.status.success(), "{}", said(&first));
    let (one, restarts) = (server.current(), server.restarts());
    assert_eq!(restarts, 2, "each instance once");
    assert!(server.release(&["deploy", "good"]).status.success());
    let two = server.current();
    assert_ne!(one, two);
    let bad = server.release(&["deploy", "bad"]);
    assert!(!bad.status.success() && server.current() == two, "{}", said(&bad));
    assert!(said(&bad).contains("port 3001 does not get ready"), "{}", said(&bad));
    assert!(said(&server.release(&["list"])).matches('\n').count() == 2, "the bad one is gone");
    assert!(server.release(&["rollback"]).status.success());
    assert_eq!(server.current(), one);
    let none = server.release(&["rollback"]);
    assert!(!none.status.success() && said(&none).contains("no release before"));
}

#[test]
fn what_was_taken_back_is_nothing_to_go_back_to() {
    let server = Server::new();
    assert!(server.release(&["deploy", "good"]).status.success());
    let one = server.current();
    assert!(server.release(&["deploy", "good"]).status.success());
    assert!(server.release(&["rollback"]).status.success());
    assert!(server.release(&["deploy", "good"]).status.success());
    assert!(server.release(&["rollback"]).status.success());
    assert_eq!(server.current(), one);
}

#[test]
fn the_five_newest_stay() {
    let server = Server::new();
    for _ in 0..7 {
        assert!(server.release(&["deploy", "good"]).status.success());
    }
    let list = said(&server.release(&["list"]));
    assert_eq!(list.lines().count(), 5, "{list}");
    assert!(list.lines().last().unwrap().ends_with("  runs"), "{list}");
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let server = Server::new();
    for words in [&["deploy"][..], &["deploy", "lost"], &["go"], &[]] {
        let output = server.release(words);
        assert!(!output.status.success() && said(&output).starts_with("error: "), "{words:?}");
    }
    assert!(!server.0.has("root/current"));
}
