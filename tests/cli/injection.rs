//! Text of a user is checked or quoted: nothing of it becomes code.

use backend_gen::catalog::Catalog;
use backend_gen::cli;

use crate::sandbox::Sandbox;

const EVIL: &str = "\"]}{{7*7}}«7*7»${{1}}'; DROP -- $(id) `id` <script>{% raw %}";

#[test]
fn three_flags_take_free_text() {
    let catalog = Catalog::bundled().unwrap();
    let command = cli::command(&catalog);
    let new = command.find_subcommand("new").unwrap();
    let free = new.get_arguments().filter(|argument| {
        argument.get_action().takes_values() && argument.get_possible_values().is_empty()
    });
    let free: Vec<&str> = free.map(|argument| argument.get_id().as_str()).collect();
    assert_eq!(free, ["path", "name", "from"], "a new one belongs into the tests of this file");
}

#[test]
fn a_name_is_never_quoted_because_it_never_needs_to_be() {
    let sandbox = Sandbox::new();
    let said = crate::bad_input::refused(&sandbox, &["new", &format!("x{EVIL}"), "-y"], 2);
    assert!(said.contains("`--name") || said.contains("`backend-gen new x-"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folders_name_is_in_no_file() {
    let sandbox = Sandbox::new();
    let folder = EVIL.replace('/', "");
    let words = ["new", "-y", "--no-git", "--name", "demo", "--auth", "jwt", "--", &folder];
    let said = sandbox.run_in(".", &words).success().stdout;
    assert!(!["]49", "«49", "49»"].iter().any(|counted| said.contains(counted)), "{said}");
    let twin = Sandbox::new();
    twin.run("new demo -y --no-git --auth jwt").success();
    for (path, bytes) in twin.snapshot().iter().filter(|(path, _)| !path.ends_with(".env")) {
        let path = path.to_string_lossy().replacen("demo", &folder, 1);
        let evil = sandbox.snapshot().remove(std::path::Path::new(&path));
        let same = evil.is_some_and(|evil| evil == *bytes);
        assert!(same || path.ends_with("compose.yaml"), "{path}");
    }
}

#[test]
fn values_of_a_file_are_checked_like_flags() {
    let quoted = toml::Value::from(EVIL).to_string();
    for line in ["name = ", "backend-gen = ", "[stack]\ndb = ", "[stack]\nauth = "] {
        let sandbox = Sandbox::new().file("x.toml", &format!("{line}{quoted}\n"));
        let before = sandbox.snapshot();
        sandbox.run("new demo -y --from x.toml").ends_with(2).complains("x.toml:");
        assert_eq!(sandbox.snapshot(), before);
    }
    for name in ["../evil", "/tmp/evil", "a/b", "..", "C:\\evil"] {
        let sandbox = Sandbox::new().folder("in").file("in/x.toml", &format!("name = '{name}'\n"));
        let before = sandbox.snapshot();
        let run = sandbox.run_in("in", &["new", "-y", "--from", "x.toml"]).ends_with(2);
        run.complains("x.toml:1:8: `").complains("cannot be a project's name");
        assert_eq!(sandbox.snapshot(), before, "{name}");
    }
}

#[test]
fn a_workspace_keeps_its_words() {
    let member = toml::Value::from(EVIL).to_string();
    let text = format!(
        "# {EVIL}\n[workspace]\nmembers = [{member}]\n\n[workspace.metadata]\nx = {member}\n"
    );
    let sandbox = Sandbox::new().file("Cargo.toml", &text);
    sandbox.run("new demo -y --no-git --workspace join").success();
    let joined = format!("members = [{member}, \"demo\"]");
    assert_eq!(sandbox.read("Cargo.toml"), text.replace(&format!("members = [{member}]"), &joined));
    sandbox.run("new apart -y --no-git").success();
    for (path, bytes) in sandbox.snapshot().iter().filter(|(path, _)| path.iter().count() > 1) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("DROP --"), "{}", path.display());
    }
}

#[test]
fn a_broken_workspace_is_told_in_one_line() {
    for text in ["[workspace]\nmembers = [\n", "[workspace]\nmembers = 1\n", "[workspace\n"] {
        let sandbox = Sandbox::new().file("Cargo.toml", text);
        let before = sandbox.snapshot();
        let run = sandbox.run("new demo -y --no-git --workspace join");
        assert!(matches!(run.code, Some(1 | 2)), "{}", run.stderr);
        let what = run.stderr.split("\n\nhint: ").next().unwrap();
        assert_eq!(what.trim_end().lines().count(), 1, "{}", run.stderr);
        assert_eq!(sandbox.snapshot(), before);
    }
}
