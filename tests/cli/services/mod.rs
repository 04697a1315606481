//! `services`: real servers, started from nothing and gone at the end. Where the programs of a
//! server are not installed, its tests say so and pass.

mod faults;
#[cfg(unix)]
mod interrupted;
mod strangers;

#[cfg(unix)]
use std::process::Command;
use std::time::Duration;

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

#[cfg(unix)]
fn kill(pid: u32, signal: nix::sys::signal::Signal) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, signal).unwrap();
}
