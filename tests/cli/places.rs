//! Where a project may go, and what is there already.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::bad_input::refused;
use crate::sandbox::Sandbox;

#[test]
fn a_path_is_taken_as_it_was_typed() {
    let sandbox = Sandbox::new().folder("a/b");
    let absolute = sandbox.path().join("far").to_string_lossy().into_owned();
    for (folder, path, there) in [
        ("a", "../up", "up"),
        ("a/b", "../../upper", "upper"),
        ("a/b", "../side", "a/side"),
        (".", "a/../down", "down"),
        (".", "a/b/../deep/", "a/deep"),
        ("a", absolute.as_str(), "far"),
    ] {
        let before = sandbox.snapshot();
        sandbox.run_in(folder, &["new", path, "-y", "--no-git"]).success();
        let after = sandbox.snapshot();
        let new = after.keys().filter(|path| !before.contains_key(*path));
        let outside: Vec<_> = new.filter(|path| !path.starts_with(there)).collect();
        assert!(outside.is_empty() && sandbox.has(&format!("{there}/.env")), "{path}: {outside:?}");
    }
    let said = refused(&sandbox, &["new", "no/../../x", "-y"], 1);
    assert!(said.contains("there is no folder `no/../..`"), "{said}");
}

#[test]
fn a_folder_may_be_reached_through_a_link() {
    let sandbox = Sandbox::new().folder("real");
    symlink("real", sandbox.path().join("link")).unwrap();
    sandbox.run("new link/demo -y --no-git").success();
    assert!(sandbox.has("real/demo/Cargo.toml"));
}

#[test]
fn links_are_not_followed() {
    let sandbox = Sandbox::new().folder("elsewhere").file("file", "mine");
    for (to, name) in [("elsewhere", "link"), ("nowhere", "dangling"), ("file", "filelink")] {
        symlink(to, sandbox.path().join(name)).unwrap();
        for target in [name.to_string(), format!("{name}/"), format!("./{name}")] {
            let said = refused(&sandbox, &["new", &target, "-y"], 1);
            assert!(said.contains("is a symbolic link"), "{target}: {said}");
            refused(&sandbox, &["new", &target, "-y", "--force"], 1);
        }
    }
}

#[test]
fn a_pipe_is_no_place_and_is_not_read() {
    let sandbox = Sandbox::new().folder("demo").file("full/Cargo.lock", "");
    sandbox.shell("mkfifo pipe demo/Cargo.toml Cargo.toml && chmod 600 pipe").success();
    let said = refused(&sandbox, &["new", "pipe", "-y"], 1);
    assert!(said.contains("`pipe` is a pipe or a device"), "{said}");
    let said = refused(&sandbox, &["new", "demo", "-y", "--force"], 1);
    assert!(said.contains("cannot read `demo/Cargo.toml`: it is no file"), "{said}");
    sandbox.run("new other -y --no-git").success();
}

/// Every path that a run opened to write, made, renamed or deleted.
fn written(sandbox: &Sandbox, words: &str) -> Vec<String> {
    let calls = "trace=openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,\
                 symlink,symlinkat,unlink,unlinkat,rmdir,chmod,fchmodat,truncate";
    let log = sandbox.path().join("strace.log");
    let script = format!("strace -f -y -qq -e {calls} -o '{}' \"$0\" {words}", log.display());
    sandbox.shell(&script).success();
    let log = std::fs::read_to_string(log).unwrap();
    let changes = log.lines().filter(|line| {
        let opens = line.contains("open");
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag));
        !line.ends_with("= -1 ENOENT (No such file or directory)") && (!opens || writes)
    });
    let place = regex::Regex::new("(?:<([^>]*)>, )?\"([^\"]*)\"").unwrap();
    let paths = changes.flat_map(|line| {
        place.captures_iter(line).map(|found| {
            let folder = found.get(1).map_or(sandbox.path(), |folder| folder.as_str().as_ref());
            let path = folder.join(&found[2]);
            let path: PathBuf = path.components().filter(|part| part.as_os_str() != ".").collect();
            path.to_string_lossy().into_owned()
        })
    });
    paths.collect()
}

#[test]
fn nothing_outside_is_written() {
    if Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("not tested: there is no strace");
        return;
    }
    let sandbox = Sandbox::new().folder("full");
    for (words, inside) in [
        ("new demo -y --no-git", ["demo", ".demo.tmp-"]),
        ("new full -y --no-git --auth jwt", ["full/", "full/.backend-gen.tmp-"]),
    ] {
        let paths = written(&sandbox, words);
        assert!(paths.len() > 50, "{paths:?}");
        let own = format!("{}/", sandbox.path().display());
        let outside = paths.iter().filter(|path| {
            let path = path.strip_prefix(&own).unwrap_or(path);
            !inside.iter().any(|start| path.starts_with(start)) && path != "/dev/null"
        });
        let outside: Vec<_> = outside.collect();
        assert!(outside.is_empty(), "{words}: {outside:?}");
    }
}

#[test]
fn of_two_at_once_one_wins() {
    let whole = Sandbox::new();
    whole.run("new demo -y --no-git").success();
    let whole: Vec<_> = whole.snapshot().into_keys().collect();
    for round in 0..12 {
        let mut sandbox = Sandbox::new();
        if round % 2 == 1 {
            sandbox = sandbox.folder("demo");
        }
        let start = |_| {
            let mut run = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
            run.current_dir(sandbox.path()).args(["new", "demo", "-y", "--no-git"]);
            run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let runs: Vec<_> = [0, 1, 2].map(start).into_iter().collect();
        let ends: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
        let won = ends.iter().filter(|end| end.status.success()).count();
        assert_eq!(won, 1, "round {round}: {ends:?}");
        assert!(ends.iter().all(|end| matches!(end.status.code(), Some(0 | 1))), "{ends:?}");
        assert_eq!(sandbox.snapshot().into_keys().collect::<Vec<_>>(), whole, "round {round}");
    }
}

/// Runs as nobody, since root may do everything.
fn as_nobody(sandbox: &Sandbox, words: &str) -> Option<crate::sandbox::Run> {
    let program = sandbox.path().join("program");
    std::fs::copy(env!("CARGO_BIN_EXE_backend-gen"), &program).unwrap();
    std::fs::set_permissions(sandbox.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let is_root = sandbox.shell("id -u").stdout.trim() == "0";
    let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    match is_root {
        true if !sandbox.shell(&format!("{nobody} true")).stderr.is_empty() => None,
        true => Some(sandbox.shell(&format!("{nobody} ./program {words}"))),
        false => Some(sandbox.shell(&format!("./program {words}"))),
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_told_in_one_line() {
    let sandbox = Sandbox::new().folder("shut/inner").folder("blind").file("mine/Cargo.toml", "x");
    let mode = |path: &str, mode| {
        let path = sandbox.path().join(path);
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    mode("shut", 0o555);
    mode("blind", 0o000);
    mode("mine/Cargo.toml", 0o000);
    for (words, what) in [
        ("new shut/demo -y", "cannot write in `shut`: Permission denied"),
        ("new shut/inner -y", "cannot write in `shut/inner`: Permission denied"),
        ("new blind -y", "cannot read `blind`: Permission denied"),
        ("new blind/demo -y", "cannot read `blind/demo`: Permission denied"),
        ("new mine -y --force", "cannot read `mine/Cargo.toml`: Permission denied"),
        ("new no/such/demo -y", "there is no folder `no/such`"),
    ] {
        let Some(run) = as_nobody(&sandbox, words) else {
            eprintln!("not tested: there is no setpriv");
            break;
        };
        let run = run.ends_with(1).complains(what);
        let text = run.stderr.split("\n\nhint: ").next().unwrap();
        assert_eq!(text.trim_end().lines().count(), 1, "{words}: {}", run.stderr);
    }
    mode("shut", 0o755);
    mode("blind", 0o755);
    assert!(!sandbox.has("shut/demo") && sandbox.snapshot().keys().count() == 6);
}

#[test]
fn a_folder_that_is_gone_is_told_in_one_line() {
    let sandbox = Sandbox::new().folder("gone").folder("there");
    let gone = "cd gone && rmdir ../gone && ";
    for path in ["demo", "."] {
        let run = sandbox.shell(&format!("mkdir -p gone && {gone} \"$0\" new {path} -y"));
        let said = run.ends_with(1).complains("error: ").stderr;
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let there = sandbox.path().join("there/demo");
    let script = format!("mkdir -p gone && {gone} \"$0\" new '{}' -y --no-git", there.display());
    sandbox.shell(&script).success();
    assert!(sandbox.has("there/demo/Cargo.toml"));
}

#[test]
fn no_home_and_no_environment_are_needed() {
    let sandbox = Sandbox::new();
    sandbox.shell("env -i \"$0\" new demo -y --no-git").success();
    assert!(sandbox.has("demo/Cargo.toml"));
}

#[test]
fn any_folder_may_be_above() {
    let sandbox = Sandbox::new();
    let script = r#"for above in 'two words' 'naïve 名前' "it's" '-x' "$(printf 'no\377text')"; do
        mkdir -- "$above" && cd "./$above" && "$0" new demo -y --no-git --json > said.json &&
        cd .. && "$0" new "./$above/second" -y --no-git --json >> "./$above/said.json" || exit 1
    done"#;
    sandbox.shell(script).success();
    let made = sandbox.snapshot().into_keys().filter(|path| path.ends_with("src/main.rs"));
    assert_eq!(made.count(), 10);
}

#[test]
fn the_next_command_works_when_it_is_pasted() {
    for folder in ["My Shop", "it's", "-x", "~", "$(id)"] {
        let sandbox = Sandbox::new();
        let words = ["new", "-y", "--no-git", "--name", "demo", "--", folder];
        let said = sandbox.run_in(".", &words).success().stdout;
        let cd = said.lines().map(str::trim).find(|line| line.starts_with("cd ")).unwrap();
        sandbox.shell(&format!("{cd} && pwd")).success().says(&format!("/{folder}\n"));
    }
}

#[test]
fn a_path_that_is_too_long_is_told_shortly() {
    let sandbox = Sandbox::new();
    let (part, path) = ("x".repeat(300), "x/".repeat(3000) + "demo");
    for path in [format!("{part}/demo"), path] {
        let said = refused(&sandbox, &["new", &path, "-y"], 1);
        assert!(said.contains("File name too long") && said.len() < 5_000, "{said}");
    }
    let longest = "x".repeat(255);
    sandbox.run_in(".", &["new", &longest, "--name", "demo", "-y", "--no-git"]).success();
    assert!(sandbox.has(&format!("{longest}/Cargo.toml")));
}
