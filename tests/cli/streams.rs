//! Streams that are closed, full or never end. Nothing hangs.
#![cfg(unix)]

use crate::sandbox::Sandbox;

#[test]
fn without_a_terminal_nothing_waits() {
    let sandbox = Sandbox::new();
    for stdin in ["< /dev/null", "<&-", "< /dev/zero", "< /dev/full"] {
        for words in ["new", "new demo", "new demo --db sqlite", "new --json", "list", "--help"] {
            let run = sandbox.shell(&format!("timeout 60 \"$0\" {words} {stdin}"));
            let code = if words.starts_with("new") { 2 } else { 0 };
            let run = run.ends_with(code);
            let named = run.stderr.contains("--cache") && run.stderr.contains("--defaults");
            assert!(code == 0 || named, "{words} {stdin}: {}", run.stderr);
        }
        let run = sandbox.shell(&format!("timeout 60 \"$0\" new demo -y --dry-run {stdin}"));
        run.success();
    }
    // a pipe that stays open, and says nothing
    let script = "mkfifo pipe && (sleep 60 > pipe & echo $! > pid) && timeout 50 \"$0\" new < pipe";
    let run = sandbox.shell(&format!("{script}; code=$?; kill $(cat pid); exit $code"));
    run.ends_with(2).complains("nobody is there to ask");
    assert!(!sandbox.has("demo"));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    for words in ["list", "list --json", "--help", "new --help", "new demo -y --dry-run"] {
        let sandbox = Sandbox::new();
        // the fifo makes sure that the reader is gone before the first word
        let script = format!("{{ sleep 0.1; \"$0\" {words}; echo $? > code; }} | true");
        let run = sandbox.shell(&script).success();
        assert!(run.stderr.is_empty(), "{words}: {}", run.stderr);
        assert_eq!(sandbox.read("code"), "0\n", "{words}");
    }
}

#[test]
fn a_project_is_written_whether_its_plan_is_read_or_not() {
    let sandbox = Sandbox::new();
    sandbox.shell("{ sleep 0.1; \"$0\" new demo -y --no-git; echo $? > code; } | true").success();
    assert_eq!(sandbox.read("code"), "0\n");
    assert!(sandbox.has("demo/Cargo.toml"), "it said it was done");
    sandbox.shell("\"$0\" new other -y --no-git >&- 2>&-").success();
    assert!(sandbox.has("other/Cargo.toml"));
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    for words in ["list", "list --json", "new demo -y --no-git", "new demo -y --dry-run --json"] {
        let sandbox = Sandbox::new();
        let run = sandbox.shell(&format!("\"$0\" {words} > /dev/full")).ends_with(1);
        let said = run.complains("error: cannot write to stdout: No space left on device").stderr;
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(sandbox.snapshot().is_empty(), "{words}");
    }
    Sandbox::new().shell("\"$0\" new demo -y 2> /dev/full").success();
}
