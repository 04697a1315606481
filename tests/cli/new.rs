//! `new` writes a whole project, and says what it did.

use crate::sandbox::Sandbox;

#[test]
fn a_default_project_has_what_it_needs() {
    let sandbox = Sandbox::new();
    sandbox
        .run("new demo --defaults --no-git")
        .success()
        .says("wrote ")
        .says("backend-gen new demo --db ")
        .says("  cd demo\n  cargo run\n  cargo test");
    for path in ["Cargo.toml", "README.md", ".env", ".env.example", ".gitignore", "src/main.rs"] {
        assert!(sandbox.has(&format!("demo/{path}")), "{path}");
    }
    assert!(sandbox.read("demo/Cargo.toml").contains("name = \"demo\""));
    assert!(!sandbox.has("demo/.git"));
}

#[test]
fn two_projects_differ_in_nothing_but_their_own_settings() {
    let (one, two) = (Sandbox::new(), Sandbox::new());
    for sandbox in [&one, &two] {
        sandbox.run("new demo -y --no-git").success();
    }
    let (one, two) = (one.snapshot(), two.snapshot());
    assert!(one.keys().eq(two.keys()));
    let differ = one.iter().filter(|(path, bytes)| two[*path] != **bytes);
    for (path, _) in differ {
        assert!(path.ends_with(".env"), "{}", path.display());
    }
}

#[test]
fn every_secret_is_made_for_the_project() {
    let sandbox = Sandbox::new();
    for name in ["one", "two"] {
        sandbox.run(&format!("new {name} -y --no-git --auth jwt")).success();
    }
    let secret = |path: &str| {
        let text = sandbox.read(path);
        let line = text.lines().find(|line| line.starts_with("JWT_SECRET=")).map(str::to_string);
        line.unwrap_or_else(|| panic!("no secret in {path}"))
    };
    assert_ne!(secret("one/.env"), secret("two/.env"));
    assert_eq!(secret("one/.env").len(), "JWT_SECRET=".len() + 43);
    assert_eq!(secret("one/.env.example"), "JWT_SECRET=");
    let value = secret("one/.env").replace("JWT_SECRET=", "");
    let leaked = sandbox.snapshot().into_iter().filter(|(path, bytes)| {
        !path.ends_with(".env") && String::from_utf8_lossy(bytes).contains(&value)
    });
    assert_eq!(leaked.count(), 0);
}

#[test]
fn the_equivalent_command_makes_the_same_again() {
    let sandbox = Sandbox::new();
    let json = sandbox.run("new demo -y --no-git --cache memory --json").success().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let command = json["command"].as_str().unwrap();
    let (install, again) = command.split_once(" && backend-gen ").unwrap();
    assert_eq!(install, concat!("cargo install --locked backend-gen@", env!("CARGO_PKG_VERSION")));
    let other = Sandbox::new();
    other.run(&format!("{again} --no-git")).success();
    assert_eq!(other.read("demo/backend-gen.toml"), sandbox.read("demo/backend-gen.toml"));
    assert_eq!(json["next"].as_array().unwrap().len(), 3);
    assert_eq!(json["stack"]["cache"], "memory");
}

#[test]
fn a_dry_run_shows_the_tree_and_writes_nothing() {
    let sandbox = Sandbox::new();
    let run = sandbox.run("new demo -y --dry-run").success().says("main.rs").says("  src/\n");
    assert!(run.stdout.contains("nothing was written"));
    assert!(sandbox.snapshot().is_empty());
    let json = sandbox.run("new demo -y --dry-run --json").success().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["written"], false);
    let files = json["files"].as_array().unwrap();
    assert!(files.contains(&"src/main.rs".into()));
}

#[test]
fn the_last_part_of_a_path_is_the_name() {
    let sandbox = Sandbox::new().folder("apps");
    sandbox.run("new apps/shop/ -y --no-git").success();
    assert!(sandbox.read("apps/shop/Cargo.toml").contains("name = \"shop\""));
    let sandbox = sandbox.folder("away");
    sandbox.run_in("away", &["new", "../next", "-y", "--no-git"]).success();
    assert!(sandbox.has("next/Cargo.toml"));
}

#[test]
fn a_dot_is_the_current_folder() {
    let sandbox = Sandbox::new().folder("my-shop");
    let run = sandbox.run_in("my-shop", &["new", ".", "-y", "--no-git"]).success();
    assert!(!run.stdout.contains("cd "), "{}", run.stdout);
    assert!(sandbox.read("my-shop/Cargo.toml").contains("name = \"my-shop\""));
    let odd = Sandbox::new().folder("My Shop");
    odd.run_in("My Shop", &["new", ".", "-y"]).ends_with(2).complains("new . --name my-shop");
    odd.run_in("My Shop", &["new", ".", "-y", "--no-git", "--name", "shop"]).success();
    assert!(odd.read("My Shop/Cargo.toml").contains("name = \"shop\""));
}

#[test]
fn a_repository_is_made_unless_there_is_one() {
    let sandbox = Sandbox::new();
    sandbox.run("new demo -y").success();
    assert!(sandbox.has("demo/.git"));
    let inside = sandbox.folder("demo/apps");
    inside.run_in("demo/apps", &["new", "inner", "-y"]).success();
    assert!(!inside.has("demo/apps/inner/.git"));
}

#[test]
fn without_other_programs_it_works_too() {
    let sandbox = Sandbox::new();
    let mut command = crate::sandbox::command();
    command.env("PATH", "").current_dir(sandbox.path()).args(["new", "demo", "-y"]);
    command.assert().success();
    assert!(sandbox.has("demo/src/main.rs") && !sandbox.has("demo/.git"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_settings() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Sandbox::new();
    sandbox.run("new demo -y --no-git").success();
    let mode = |path: &str| {
        let metadata = std::fs::metadata(sandbox.path().join(path)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("demo/.env"), 0o600);
    assert_eq!(mode("demo/.env.example") & 0o444, 0o444);
    assert_eq!(mode("demo") & 0o500, 0o500);
    assert_ne!(mode("demo") & 0o055, 0, "the folder is as open as any other");
}
