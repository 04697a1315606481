//! Generation needs no network and no other program, and runs nothing of anybody.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use crate::sandbox::Sandbox;

#[test]
fn no_network_is_needed() {
    let sandbox = Sandbox::new();
    if sandbox.shell("unshare -rn true").code != Some(0) {
        eprintln!("not tested: no network can be taken away here");
        return;
    }
    sandbox.shell("unshare -rn \"$0\" new demo -y").success();
    assert!(sandbox.has("demo/Cargo.lock"));
}

#[test]
fn git_is_the_only_program_that_is_started() {
    let sandbox = Sandbox::new();
    let script = "strace -f -qq -e trace=execve -o log \"$0\" new demo -y";
    if sandbox.shell(&format!("command -v strace > /dev/null && {script}")).code != Some(0) {
        eprintln!("not tested: strace does not work here");
        return;
    }
    let log = sandbox.read("log");
    let started = log.lines().filter(|line| line.contains("execve(") && line.ends_with("= 0"));
    let started: Vec<&str> = started.skip(1).collect();
    assert!(!started.is_empty() && started.iter().all(|line| line.contains("git")), "{started:?}");
}

#[test]
fn no_hook_is_run() {
    let sandbox = Sandbox::new().folder("home").file("config", "");
    let hooks = ["post-checkout", "post-commit", "pre-commit", "reference-transaction"];
    for place in ["template/hooks", "hooks"] {
        for hook in hooks {
            let path = format!("{place}/{hook}");
            let ran = sandbox.path().join("ran");
            sandbox.write(&path, &format!("#!/bin/sh\ntouch '{}'\n", ran.display()));
            let path = sandbox.path().join(path);
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        }
    }
    let script = "here=$(pwd); export HOME=$here/home GIT_TEMPLATE_DIR=$here/template
        git config --global init.templateDir $here/template
        git config --global core.hooksPath $here/hooks
        \"$0\" new demo -y && test -d demo/.git";
    sandbox.shell(script).success();
    assert!(!sandbox.has("ran"), "a hook was run");
}

#[test]
fn a_repository_elsewhere_is_left_alone() {
    let sandbox = Sandbox::new();
    let script = "git init -q other && cd other && git rev-parse --git-dir > /dev/null && cd .. &&
        export GIT_DIR=$(pwd)/other/.git GIT_WORK_TREE=$(pwd)/other && \"$0\" new demo -y &&
        test -d demo/.git";
    sandbox.shell(script).success();
}

#[test]
fn inside_a_repository_there_is_no_second_one() {
    let sandbox = Sandbox::new();
    sandbox.shell("git init -q . && mkdir apps && \"$0\" new apps/demo -y").success();
    assert!(!sandbox.has("apps/demo/.git"));
    sandbox.shell("git add -A && git ls-files | grep -c '/.env$'").ends_with(1).says("0\n");
}
