//! A project is there as a whole or not at all, whatever comes in between.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::sandbox::Sandbox;

fn start(sandbox: &Sandbox, words: &str) -> Child {
    let mut run = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
    run.current_dir(sandbox.path()).args(words.split_whitespace());
    run.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    run.spawn().expect("the program starts")
}

fn send(run: &Child, signal: Signal) {
    // It may have ended by itself.
    let _ = kill(Pid::from_raw(run.id().try_into().unwrap()), signal);
}

/// A random number below `bound`.
fn below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % bound
}

/// The paths of a whole project, and how long a run takes here and now.
fn whole(sandbox: Sandbox, words: &str) -> (BTreeSet<PathBuf>, Duration) {
    let begin = Instant::now();
    assert!(start(&sandbox, words).wait().unwrap().success());
    (sandbox.snapshot().into_keys().collect(), begin.elapsed())
}

/// Stops a run at random moments. Nothing or everything is there afterwards; says how often which.
fn interrupt(rounds: u32, place: impl Fn() -> Sandbox) -> (u32, u32) {
    let words = "new demo -y --no-git";
    let (all, time) = whole(place(), words);
    let none: BTreeSet<PathBuf> = place().snapshot().into_keys().collect();
    let (mut nothing, mut everything) = (0, 0);
    for round in 0..rounds {
        let sandbox = place();
        let signal = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP][round as usize % 3];
        let mut run = start(&sandbox, words);
        std::thread::sleep(Duration::from_nanos(below(time.as_nanos() as u64)));
        send(&run, signal);
        let status = run.wait().unwrap();
        let there: BTreeSet<PathBuf> = sandbox.snapshot().into_keys().collect();
        if there == none {
            nothing += 1;
            // before it listens, a signal ends it in the usual way
            let ended = status.code().is_none() || status.code() == Some(130);
            assert!(ended, "{signal}: {status}");
        } else {
            everything += 1;
            assert_eq!(there, all, "{signal}: {status}");
        }
    }
    (nothing, everything)
}

#[test]
fn a_signal_leaves_nothing_or_everything() {
    let (nothing, everything) = interrupt(60, Sandbox::new);
    assert!(nothing > 0, "{nothing} and {everything}");
    interrupt(30, || Sandbox::new().folder("demo"));
}

#[test]
#[ignore = "takes a minute"]
fn six_hundred_signals_leave_nothing_or_everything() {
    for place in [Sandbox::new, || Sandbox::new().folder("demo")] {
        let (nothing, everything) = interrupt(600, place);
        println!("{nothing} times nothing, {everything} times everything");
        assert!(nothing > 20 && everything > 5, "{nothing} and {everything}");
    }
}

#[test]
fn what_a_killed_run_leaves_is_told_by_the_next() {
    let words = "new demo -y --no-git";
    let (all, time) = whole(Sandbox::new(), words);
    let mut left = false;
    for _ in 0..200 {
        let sandbox = Sandbox::new();
        let mut run = start(&sandbox, words);
        std::thread::sleep(Duration::from_nanos(below(time.as_nanos() as u64)));
        send(&run, Signal::SIGKILL);
        run.wait().unwrap();
        let there: BTreeSet<PathBuf> = sandbox.snapshot().into_keys().collect();
        if there.is_empty() || there == all {
            continue;
        }
        let hidden = there.iter().all(|path| path.to_string_lossy().starts_with(".demo.tmp-"));
        assert!(hidden, "{there:?}");
        let again = sandbox.run(words).success();
        assert!(again.stderr.contains("/.demo.tmp-"), "{}", again.stderr);
        assert!(again.stderr.contains("if none is at work, delete it"), "{}", again.stderr);
        left = true;
        break;
    }
    assert!(left, "200 runs were killed, and none while it wrote");
}

#[test]
fn a_run_that_may_write_no_more_leaves_nothing() {
    for folder in ["", "mkdir demo && "] {
        for blocks in [0, 1, 8, 40] {
            let sandbox = Sandbox::new();
            let script = format!("{folder} ulimit -f {blocks} && exec \"$0\" new demo -y --no-git");
            sandbox.shell(&script).ends_with(1).complains("error: cannot write ");
            let there: Vec<_> = sandbox.snapshot().into_keys().collect();
            let empty = if folder.is_empty() { vec![] } else { vec![PathBuf::from("demo")] };
            assert_eq!(there, empty, "{blocks} blocks");
        }
    }
}

#[test]
fn a_full_disk_leaves_nothing() {
    let sandbox = Sandbox::new().folder("disk");
    // a disk of its own that goes away with the shell
    let script = |options: &str, first: &str| {
        let inner = format!(
            "mount -t tmpfs -o {options} tmpfs disk || exit 77; cd disk && {first}
             \"$0\" new demo -y --no-git; code=$?; find . -mindepth 1 | sort; exit $code"
        );
        format!("exec unshare -rm sh -c '{inner}' \"$0\"")
    };
    for (options, first) in
        [("size=64k", "true;"), ("size=64k", "mkdir demo;"), ("nr_inodes=40", "true;")]
    {
        let run = sandbox.shell(&script(options, first));
        if run.code == Some(77) || run.stderr.contains("unshare failed") {
            eprintln!("not tested: no file system can be mounted here");
            return;
        }
        let run = run.ends_with(1).complains("No space left on device");
        let empty = if first == "true;" { "" } else { "./demo\n" };
        assert_eq!(run.stdout.split_once(VERDICT).unwrap().1, empty, "{options}");
    }
    // 8 MB are enough, and it is another file system than that of temporary files
    sandbox.shell(&script("size=8m", "true;")).success().says("./demo/Cargo.toml\n");
}

/// The last line of the plan.
const VERDICT: &str = concat!(" tested for ", env!("CARGO_PKG_VERSION"), "\n");
