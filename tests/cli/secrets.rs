//! Secrets: made for the project, for its owner alone, and never in git.
#![cfg(unix)]

use crate::sandbox::Sandbox;

fn secret(sandbox: &Sandbox, path: &str) -> String {
    let text = sandbox.read(path);
    let line = text.lines().find_map(|line| line.strip_prefix("JWT_SECRET="));
    line.unwrap_or_else(|| panic!("no secret in {path}")).to_string()
}

#[test]
fn no_umask_opens_the_settings() {
    for umask in ["000", "022", "077"] {
        let sandbox = Sandbox::new().folder("there");
        for folder in ["demo", "there"] {
            let script = format!("umask {umask} && \"$0\" new {folder} -y --no-git --auth jwt");
            sandbox.shell(&script).success();
            let mode = sandbox.shell(&format!("stat -c %a {folder}/.env")).stdout;
            assert_eq!(mode, "600\n", "umask {umask}");
        }
    }
}

#[test]
fn the_settings_are_private_from_their_first_moment() {
    let sandbox = Sandbox::new();
    let script = "strace -f -qq -e trace=openat,open,chmod,fchmod,fchmodat -o log \
                  \"$0\" new demo -y --no-git --auth jwt";
    if sandbox.shell(&format!("command -v strace > /dev/null && {script}")).code != Some(0) {
        eprintln!("not tested: strace does not work here");
        return;
    }
    let log = sandbox.read("log");
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("/.env\"")).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    for flag in ["O_CREAT", "O_EXCL", "0600"] {
        assert!(line.contains(flag), "{line}");
    }
}

#[test]
fn git_never_sees_a_secret() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --auth jwt").success();
    let clone = sandbox.folder("clone/.git").file("clone/.gitignore", "target\n");
    clone.run("new clone -y --auth jwt").success();
    clone.shell("cd clone && rmdir .git && git init -q").success();
    for folder in ["demo", "clone"] {
        let value = secret(&clone, &format!("{folder}/.env"));
        assert_eq!(value.len(), 43);
        assert_eq!(secret(&clone, &format!("{folder}/.env.example")), "");
        let found =
            clone.shell(&format!("cd {folder} && git add -A && git grep --cached -e '{value}'"));
        assert_eq!((found.code, found.stdout.as_str()), (Some(1), ""), "{}", found.stderr);
        clone.shell(&format!("cd {folder} && git check-ignore .env data/app.db")).success();
        let kept = clone.shell(&format!("cd {folder} && git ls-files")).success();
        assert!(kept.stdout.contains(".env.example") && !kept.stdout.contains(".env\n"));
    }
}
