//! What stands around the code: chosen with flags and files, shown, explained and refused.

use backend_gen::catalog::Catalog;

use crate::sandbox::Sandbox;

const FILES: [&str; 3] =
    ["shop/Dockerfile", "shop/deploy/docker/compose.yaml", "shop/.dockerignore"];

#[test]
fn several_are_chosen_at_once() {
    for flags in ["--hosting vps,docker", "--hosting docker --hosting vps"] {
        let sandbox = Sandbox::new();
        let run = sandbox.run(&format!("new shop -y --no-git {flags}")).success();
        run.says("this stack was tested for").says("--hosting docker,vps");
        assert!(FILES.iter().all(|file| sandbox.has(file)));
        assert!(sandbox.has("shop/deploy/vps/release.sh"));
        let readme = sandbox.read("shop/README.md");
        assert!(readme.contains("](deploy/docker/README.md)"), "{readme}");
        assert!(readme.contains("--hosting docker,vps\n"), "the same again, with the hosts");
    }
}

#[test]
fn a_file_of_choices_has_them_as_a_list() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git --hosting docker,vps").success();
    let file = sandbox.read("shop/backend-gen.toml");
    assert!(file.contains("hosting = [\"docker\", \"vps\"] #"), "{file}");
    let made = |name: &str, words: &str| {
        sandbox.run(&format!("new {name} --no-git {words} --from shop/backend-gen.toml")).success();
        sandbox.read(&format!("{name}/backend-gen.toml"))
    };
    assert!(made("again", "-y").contains("[\"docker\", \"vps\"]"));
    assert!(made("vps", "-y --hosting vps").contains("hosting = [\"vps\"]"));
    assert!(!made("bare", "-y --hosting none").contains("hosting"));
    let empty = Sandbox::new().file("x.toml", "[stack]\nhosting = []\n");
    empty.run("new shop -y --no-git --from x.toml").success();
    let word = Sandbox::new().file("x.toml", "[stack]\nhosting = \"docker\"\n");
    word.run("new shop -y --no-git --from x.toml").success();
    assert!(FILES.iter().all(|file| word.has(file) && !empty.has(file)));
}

#[test]
fn a_mistake_in_a_list_has_its_place() {
    let mistakes = [
        ("hosting = [\"docker\", \"vbs\"]", "x.toml:2:22: `hosting` cannot be `vbs`", "`vps`"),
        ("hosting = [1]", "x.toml:2:12: invalid type", ""),
        ("hosting = 1", "x.toml:2:11: invalid type: integer `1`, expected a string", ""),
        ("db = [\"sqlite\"]", "x.toml:2:6: invalid type: a list, but `db` takes one", ""),
    ];
    for (line, what, hint) in mistakes {
        let sandbox = Sandbox::new().file("x.toml", &format!("[stack]\n{line}\n"));
        let run = sandbox.run("new shop -y --from x.toml").ends_with(2).complains(what);
        run.complains("\nhint: ").complains(hint);
        assert!(!sandbox.has("shop"));
    }
}

#[test]
fn none_stands_alone() {
    let sandbox = Sandbox::new();
    let run = sandbox.run("new shop -y --hosting docker,none").ends_with(2);
    run.complains("`--hosting none` cannot go with `docker`").complains("hint: `--hosting docker`");
    sandbox.run("new shop -y --hosting dokcer").ends_with(2).complains("docker");
    assert!(sandbox.snapshot().is_empty());
}

#[test]
fn nobody_must_choose_a_host() {
    let sandbox = Sandbox::new();
    let words = "new shop --no-git --db sqlite --auth none --api rest --cache none";
    let run = sandbox.run(words).success();
    assert!(!run.stdout.contains("--hosting"), "{}", run.stdout);
    assert!(!sandbox.read("shop/README.md").contains("internet"));
}

#[test]
fn every_verb_knows_them() {
    let run = |words: &str| Sandbox::new().run(words).success();
    run("explain hosting=docker").says("Dockerfile").says("deploy/docker/compose.yaml");
    run("explain Dockerfile").says("`--hosting docker`");
    run("explain --hosting").says("hosting=vps").says("hosting=none");
    run("compare hosting=none hosting=docker").says("Dockerfile").says("hosting=docker");
    run("new shop -y --hosting vps --dry-run").says("release.sh").says("Hosting");
    let json = run("new shop -y --no-git --hosting vps --json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["stack"]["hosting"], serde_json::json!(["vps"]));
    assert_eq!(json["tested"], true);
    let json: serde_json::Value = serde_json::from_str(&run("list --json").stdout).unwrap();
    let axes = json["axes"].as_array().unwrap();
    let hosting = axes.iter().find(|axis| axis["name"] == "hosting").unwrap();
    assert_eq!((&hosting["several"], &hosting["around"]), (&true.into(), &true.into()));
}

#[test]
fn a_project_keeps_its_hosts_in_mind() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git --hosting docker").success();
    sandbox.run_in("shop", &["explain", "hosting=docker"]).success().says("chosen here");
    let run = sandbox.run_in("shop", &["compare", "db=postgres", "--summary"]).success();
    run.says("both with").says("--hosting docker").says("deploy/docker/compose.yaml");
    let whole = sandbox.run_in("shop", &["compare", "postgres-session-rest-none", "--summary"]);
    whole.success().says("deploy/docker/compose.yaml");
}

#[test]
fn a_host_without_a_disk_takes_no_file() {
    let catalog = Catalog::bundled().unwrap();
    let hosting = catalog.axis("hosting").unwrap();
    let without = hosting.options.iter().filter(|it| !it.spec.refuse.is_empty());
    let without: Vec<&str> = without.map(|option| option.name()).collect();
    assert!(without.len() >= 6, "{without:?}");
    for name in without {
        let sandbox = Sandbox::new();
        let run = sandbox.run(&format!("new shop -y --no-git --hosting {name}")).ends_with(2);
        let what = format!("`--hosting {name}` cannot go with `--db sqlite`: ");
        run.complains(&what).complains("hint: what can: `--db postgres`");
        assert!(sandbox.snapshot().is_empty(), "{name}");
        sandbox.run(&format!("new shop -y --no-git --db mysql --hosting {name}")).success();
        assert!(sandbox.has(&format!("shop/deploy/{name}/README.md")), "{name}");
        assert!(sandbox.has("shop/Dockerfile"), "{name}");
    }
}

#[test]
fn all_hosts_at_once_have_a_page_each() {
    let sandbox = Sandbox::new();
    let catalog = Catalog::bundled().unwrap();
    let names = catalog.axis("hosting").unwrap().names();
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "none").collect();
    let words = "new shop -y --no-git --db postgres --auth jwt --cache redis --hosting";
    sandbox.run(&format!("{words} {}", names.join(","))).success();
    let readme = sandbox.read("shop/README.md");
    for name in names {
        assert!(readme.contains(&format!("](deploy/{name}/README.md)")), "{name}");
        let page = sandbox.read(&format!("shop/deploy/{name}/README.md"));
        for part in ["## What it costs", "2026", " before", "/readyz"] {
            assert!(page.contains(part), "{name} does not say `{part}`");
        }
    }
}

#[test]
fn the_image_of_vercel_is_the_image() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git --db postgres --hosting vercel").success();
    let (image, other) = (sandbox.read("shop/Dockerfile"), sandbox.read("shop/Dockerfile.vercel"));
    let folder = "\n# Where a volume goes when something must stay. The program writes nowhere else.\n\
                  RUN install --directory --owner=65532 --group=65532 --mode=0700 /data";
    let expected = image.replace(folder, "").replace("WORKDIR /data\n", "WORKDIR /\n");
    let body = |text: &str| text[text.find("\nFROM").unwrap()..].to_string();
    assert_eq!(body(&other), body(&expected));
}
