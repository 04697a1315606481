//! `services`: real servers, started from nothing and gone at the end. Where the programs of a
//! server are not installed, its tests say so and pass.

#[cfg(unix)]
use std::process::{Command, Stdio};
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, command};

/// A project whose servers are nowhere, and are stopped when the test ends.
struct Shop {
    sandbox: Sandbox,
}

impl Shop {
    fn new(flags: &str) -> Shop {
        let sandbox = Sandbox::new();
        // Where root runs the tests, the server's own user must get in.
        #[cfg(unix)]
        open(sandbox.path());
        sandbox.run(&format!("new shop --defaults --no-git {flags}")).success();
        let settings = sandbox.read("shop/.env");
        let nowhere = settings.replace(":5432/", ":9/").replace(":3306/", ":9/");
        sandbox.write("shop/.env", &nowhere.replace(":6379", ":9"));
        Shop { sandbox }
    }

    fn services(&self, words: &str) -> Run {
        let mut services = self.command();
        services.args(words.split_whitespace()).timeout(Duration::from_secs(240));
        Run::of(services.output().unwrap())
    }

    fn command(&self) -> assert_cmd::Command {
        let mut services = command();
        services.current_dir(self.path("")).arg("services");
        services.env_remove("DATABASE_URL").env_remove("REDIS_URL");
        services
    }

    /// Brings it up; nothing where there is no program for it.
    fn up(&self) -> Option<Run> {
        let run = self.services("up");
        if run.stderr.contains("no way to start one here") {
            eprintln!("NOT TESTED: {}", run.stderr);
            return None;
        }
        Some(run.success())
    }

    fn status(&self) -> Value {
        let run = self.services("status --json");
        let status: Value = serde_json::from_str(&run.stdout).unwrap();
        status["services"][0].clone()
    }

    fn pid(&self) -> u32 {
        let pid = self.status()["pid"].as_u64();
        u32::try_from(pid.expect("it runs")).unwrap()
    }

    fn url(&self) -> String {
        let settings = self.sandbox.read("shop/.env");
        let line =
            settings.lines().find(|line| line.contains("_URL=") && line.contains("127.0.0.1"));
        line.expect("a URL in .env").to_string()
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.sandbox.path().join("shop").join(path)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.services("down");
    }
}

#[cfg(unix)]
fn open(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What runs on this machine with this word in its command line. Linux only; elsewhere nothing.
fn running(word: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let words = processes.filter_map(|process| {
        let bytes = std::fs::read(process.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
    });
    words.filter(|words| words.contains(word)).collect()
}

#[test]
fn a_stack_without_servers_has_nothing_to_start() {
    let shop = Shop::new("--db sqlite --cache none");
    for words in ["up", "down", "reset --yes"] {
        shop.services(words).success().says("nothing to start");
    }
    shop.services("status").success().says("needs no server");
    assert!(!shop.path(".backend-gen").exists());
}

#[test]
fn outside_of_a_project_it_makes_no_sense() {
    Sandbox::new().run("services up").ends_with(2).complains("in no project");
}

#[test]
fn every_server_goes_up_and_down_and_leaves_nothing() {
    for flags in ["--db postgres", "--db mysql", "--cache redis"] {
        let shop = Shop::new(flags);
        let before = shop.sandbox.read("shop/.env");
        let Some(up) = shop.up() else { continue };
        up.says("for this project alone");
        let (pid, url) = (shop.pid(), shop.url());
        assert!(shop.status()["ready"] == true, "{}", shop.status());
        shop.up().unwrap().says("runs already");
        assert_eq!(shop.pid(), pid, "{flags}: a second `up` changed something");
        let settings = shop.sandbox.read("shop/.env");
        let changed = before.lines().zip(settings.lines()).filter(|(old, new)| old != new);
        assert_eq!(changed.count(), 1, "{settings}");
        shop.services("down").success().says("stopped");
        assert_eq!(shop.status()["pid"], Value::Null);
        let home = shop.path(".backend-gen").display().to_string();
        assert_eq!(running(&home), Vec::<String>::new(), "{flags}");
        shop.services("status").ends_with(1).says("is stopped");
        shop.services("down").success().says("does not run");
        shop.up().unwrap();
        assert_eq!(shop.url(), url, "{flags}: the address moved");
    }
}

#[cfg(unix)]
#[test]
fn what_it_writes_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new("--cache redis");
    std::fs::set_permissions(shop.path(".env"), std::fs::Permissions::from_mode(0o644)).unwrap();
    if shop.up().is_none() {
        return;
    }
    for path in [".env", ".backend-gen/services/cache.json", ".backend-gen/services/cache"] {
        let mode = std::fs::metadata(shop.path(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
    }
    let git = |words: &[&str]| {
        let output = Command::new("git").current_dir(shop.path("")).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet"]);
    let seen = git(&["status", "--porcelain", "--untracked-files=all"]);
    assert!(!seen.contains(".backend-gen/") && !seen.contains(".env\n"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_server_that_was_killed_is_started_again() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    let (pid, url) = (shop.pid(), shop.url());
    kill(pid, nix::sys::signal::Signal::SIGKILL);
    wait_until("it is gone", || shop.status()["pid"].is_null());
    // Its number goes to somebody else: this very test.
    let kept = shop.sandbox.read("shop/.backend-gen/services/cache.json");
    let stale =
        kept.replace(&format!("\"pid\": {pid}"), &format!("\"pid\": {}", std::process::id()));
    assert_ne!(kept, stale);
    shop.sandbox.write("shop/.backend-gen/services/cache.json", &stale);
    shop.services("down").success().says("does not run");
    shop.up().unwrap();
    assert_eq!(shop.url(), url);
}

#[test]
fn a_server_that_falls_tells_its_last_words() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    shop.services("down").success();
    shop.sandbox.write("shop/.backend-gen/services/cache/data/dump.rdb", "no database at all");
    let run = shop.services("up").ends_with(1);
    run.complains("cannot be started: it ended with").complains("rong signature").complains("hint");
    assert_eq!(shop.status()["pid"], Value::Null);
    shop.services("reset --yes").success();
    assert_eq!(shop.status()["ready"], true);
}

#[test]
fn reset_asks_and_begins_anew() {
    let shop = Shop::new("--cache redis");
    shop.services("reset --yes").ends_with(1).complains("no server of this project was started");
    if shop.up().is_none() {
        return;
    }
    shop.sandbox.write("shop/.backend-gen/services/cache/data/mine", "x");
    shop.services("reset").ends_with(2).complains("would be deleted").complains("--yes");
    assert!(shop.path(".backend-gen/services/cache/data/mine").exists());
    shop.services("reset --yes").success();
    assert!(!shop.path(".backend-gen/services/cache/data/mine").exists());
    assert_eq!(shop.status()["ready"], true);
}

#[test]
fn a_server_that_answers_is_used_and_never_stopped() {
    let owner = Shop::new("--cache redis");
    if owner.up().is_none() {
        return;
    }
    let guest = Shop::new("--cache redis");
    let settings = guest.sandbox.read("shop/.env");
    let theirs = owner.url();
    let lines = settings.lines().map(|line| match line.starts_with("REDIS_URL=") {
        true => format!("{theirs}\n"),
        false => format!("{line}\n"),
    });
    guest.sandbox.write("shop/.env", &lines.collect::<String>());
    guest.services("up").success().says("used as it is");
    guest.services("down").success().says("nothing to stop");
    assert_eq!(owner.status()["ready"], true);
}

#[test]
fn a_copy_of_a_project_has_servers_of_its_own() {
    let shop = Shop::new("--cache redis");
    if shop.up().is_none() {
        return;
    }
    let copy = Shop::new("--cache redis");
    for path in [".env", ".backend-gen/services/cache.json"] {
        copy.sandbox.write(&format!("shop/{path}"), &shop.sandbox.read(&format!("shop/{path}")));
    }
    copy.services("down").success().says("does not run");
    assert_eq!(shop.status()["ready"], true);
    copy.services("up").success().says("used as it is");
    shop.services("down").success();
    copy.services("up").success().says("for this project alone");
    assert_eq!(shop.status()["pid"], Value::Null);
}

#[test]
fn a_server_that_refuses_the_login_is_replaced() {
    let owner = Shop::new("--db postgres");
    if owner.up().is_none() {
        return;
    }
    let guest = Shop::new("--db postgres");
    let wrong = owner.url().replace("//postgres:", "//postgres:wrong");
    let settings = guest.sandbox.read("shop/.env");
    let own = settings.lines().find(|line| line.starts_with("DATABASE_URL=")).unwrap();
    guest.sandbox.write("shop/.env", &settings.replace(own, &wrong));
    let run = guest.services("up").success();
    run.says("for this project alone").complains("does not let us in").complains("password");
    assert_eq!(guest.status()["ready"], true);
}

#[test]
fn a_shell_that_knows_better_is_told() {
    let shop = Shop::new("--cache redis");
    let mut up = shop.command();
    up.arg("up").env("REDIS_URL", "redis://:secret@127.0.0.1:9");
    let run = Run::of(up.output().unwrap()).ends_with(1);
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    run.complains("set in this shell").complains("unset REDIS_URL");
    assert!(!shop.path(".backend-gen/services/cache.json").exists());
}

#[test]
fn a_server_elsewhere_is_not_replaced() {
    let shop = Shop::new("--cache redis");
    let settings = shop.sandbox.read("shop/.env").replace("127.0.0.1:9", "192.0.2.1:9");
    shop.sandbox.write("shop/.env", &settings);
    shop.services("up").ends_with(1).complains("is not this machine");
    assert_eq!(shop.sandbox.read("shop/.env"), settings);
}

#[test]
fn two_at_once_make_one_server() {
    let shop = Shop::new("--cache redis");
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| shop.services("up"))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    if runs.iter().any(|run| run.stderr.contains("no way to start one here")) {
        eprintln!("NOT TESTED: there is no Redis");
        return;
    }
    let started = runs.iter().filter(|run| run.stdout.contains("for this project alone")).count();
    let already = runs.iter().filter(|run| run.stdout.contains("runs already")).count();
    assert_eq!((started, already), (1, 2));
}

/// Ctrl-C at each stage of a first start: nothing runs afterwards, and the next `up` works.
#[cfg(unix)]
#[test]
fn an_interrupted_start_leaves_nothing_running() {
    use std::io::{BufRead, BufReader};
    for stage in ["making the data folder", "starting"] {
        let shop = Shop::new("--db postgres");
        let before = shop.sandbox.read("shop/.env");
        let mut up = Command::new(env!("CARGO_BIN_EXE_backend-gen"))
            .args(["services", "up"])
            .current_dir(shop.path(""))
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(up.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut lines = lines.skip_while(|line| !line.contains(stage) && !line.contains("error"));
        if lines.next().is_none_or(|line| line.contains("no way to start one here")) {
            eprintln!("NOT TESTED: there is no PostgreSQL");
            up.wait().unwrap();
            return;
        }
        kill(up.id(), nix::sys::signal::Signal::SIGINT);
        let rest: Vec<String> = lines.collect();
        let status = up.wait().unwrap();
        if status.success() {
            eprintln!("NOT TESTED: it was done before the signal came");
            continue;
        }
        assert_eq!(status.code(), Some(130), "{stage}: {rest:?}");
        assert!(rest.iter().any(|line| line.contains("interrupted")), "{stage}: {rest:?}");
        let home = shop.path(".backend-gen").display().to_string();
        assert_eq!(running(&home), Vec::<String>::new(), "{stage}");
        assert!(!shop.path(".backend-gen/services/database/data.new").exists(), "{stage}");
        assert_eq!(shop.sandbox.read("shop/.env"), before, "{stage}");
        shop.up().unwrap();
        assert_eq!(shop.status()["ready"], true, "{stage}");
    }
}

#[cfg(unix)]
fn kill(pid: u32, signal: nix::sys::signal::Signal) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, signal).unwrap();
}

#[cfg(unix)]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
