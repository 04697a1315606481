//! Folders that are not empty: fresh clones, and `--force`.

use crate::sandbox::Sandbox;

#[test]
fn a_fresh_clone_keeps_its_own_files() {
    let sandbox = Sandbox::new()
        .folder("demo/.git")
        .file("demo/README.md", "# mine\n")
        .file("demo/LICENSE", "mine\n")
        .file("demo/.gitignore", "/target\n*.bak\n");
    sandbox.run("new demo -y").success().says("kept your `README.md`").says("added to");
    assert_eq!(sandbox.read("demo/README.md"), "# mine\n");
    assert_eq!(sandbox.read("demo/LICENSE"), "mine\n");
    let ignored = sandbox.read("demo/.gitignore");
    assert!(ignored.starts_with("/target\n*.bak\n"), "{ignored}");
    assert!(ignored.lines().any(|line| line == ".env"), "{ignored}");
    assert!(sandbox.has("demo/src/main.rs"));
}

#[test]
fn force_adds_what_is_missing() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --no-git --auth jwt").success();
    let whole = sandbox.snapshot();
    std::fs::remove_file(sandbox.path().join("demo/src/main.rs")).unwrap();
    std::fs::remove_dir_all(sandbox.path().join("demo/tests")).unwrap();
    sandbox.write("demo/notes.txt", "mine");
    sandbox.run("new demo -y --no-git --auth jwt").ends_with(1).complains("`demo` is not empty");
    sandbox.run("new demo -y --no-git --auth jwt --force").success().says("kept your `.env`");
    std::fs::remove_file(sandbox.path().join("demo/notes.txt")).unwrap();
    assert_eq!(sandbox.snapshot(), whole);
}

#[test]
fn force_refuses_to_change_a_file() {
    let sandbox = Sandbox::new().file("demo/src/main.rs", "fn main() {}\n");
    let before = sandbox.snapshot();
    sandbox
        .run("new demo -y --force")
        .ends_with(1)
        .complains("`src/main.rs` would change")
        .complains("hint: ");
    assert_eq!(sandbox.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn force_does_not_write_through_a_link() {
    let sandbox = Sandbox::new().folder("demo").folder("elsewhere").file("demo/notes.txt", "mine");
    std::os::unix::fs::symlink("../elsewhere", sandbox.path().join("demo/src")).unwrap();
    let before = sandbox.snapshot();
    sandbox.run("new demo -y --no-git --force").ends_with(1).complains("symbolic link");
    assert_eq!(sandbox.snapshot(), before);
}
