//! How it reaches a machine: the names that release, binstall and README share, and safe workflows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

const WORKFLOWS: [&str; 3] = ["ci", "nightly", "release"];

#[track_caller]
fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn workflow(name: &str) -> String {
    text(&format!(".github/workflows/{name}.yml"))
}

fn found(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found[1].to_string()).collect()
}

fn targets(name: &str) -> BTreeSet<String> {
    found(r"target: ([a-z0-9_]+(?:-[a-z0-9_]+)+)\n", &workflow(name))
}

/// The file of a target, as the step that packs it names it.
fn file(target: &str) -> String {
    let kind = if target.contains("windows") { "zip" } else { "tar.gz" };
    let packed = format!("../backend-gen-$TARGET.{kind}");
    assert!(workflow("release").contains(&packed), "release.yml packs no `{packed}`");
    format!("backend-gen-{target}.{kind}")
}

#[test]
fn binstall_finds_the_file_of_every_target() {
    let manifest: toml::Value = toml::from_str(&text("Cargo.toml")).unwrap();
    let package = &manifest["package"];
    let repository = package["repository"].as_str().unwrap();
    let binstall = &package["metadata"]["binstall"];
    assert_eq!(targets("release").len(), 5);
    for target in targets("release") {
        let own = binstall["overrides"].get(&target).unwrap_or(binstall);
        let url = own["pkg-url"].as_str().unwrap();
        let url = url.replace("{ repo }", repository).replace("{ name }", "backend-gen");
        let url = url.replace("{ version }", "1.2.3").replace("{ target }", &target);
        assert_eq!(url, format!("{repository}/releases/download/v1.2.3/{}", file(&target)));
        let format = if target.contains("windows") { "zip" } else { "tgz" };
        assert_eq!(own["pkg-fmt"].as_str(), Some(format), "{target}");
    }
}

#[test]
fn the_readme_installs_the_file_of_every_target() {
    let readme = text("README.md");
    let named = found(r"(?:curl|curl\.exe) \S+ (https://[^\n]+?\.(?:tar\.gz|zip))", &readme);
    let machine = Regex::new(r"\$\(uname[^)]*\)").unwrap();
    let urls: BTreeSet<String> = named
        .iter()
        .flat_map(|url| ["x86_64", "aarch64"].map(|is| machine.replace(url, is).into_owned()))
        .collect();
    let base = format!("{}/releases/latest/download", env!("CARGO_PKG_REPOSITORY"));
    let expected = targets("release").iter().map(|it| format!("{base}/{}", file(it))).collect();
    assert_eq!(urls, expected);
}

#[test]
fn what_is_tested_every_night_is_what_was_released() {
    let nightly = targets("nightly");
    assert!(!nightly.is_empty() && nightly.is_subset(&targets("release")), "{nightly:?}");
}

#[test]
fn workflows_are_pinned_and_may_do_little() {
    let job = Regex::new(r"(?m)^  ([a-z]+):\n").unwrap();
    let pinned = Regex::new(r"^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$").unwrap();
    for name in WORKFLOWS {
        let text = workflow(name);
        assert!(text.contains("\npermissions: {}\n"), "{name} starts with permissions");
        let (_, jobs) = text.split_once("\njobs:\n").unwrap();
        let count = job.find_iter(jobs).count();
        assert!(count > 0);
        let each = |what: &str| jobs.matches(what).count();
        assert_eq!(each("\n    timeout-minutes: "), count, "{name}: a job without a time limit");
        assert_eq!(each("\n    permissions:\n"), count, "{name}: a job without permissions");
        for used in found(r"uses: ([^\n]+)", &text) {
            assert!(pinned.is_match(&used), "{name}: `{used}`");
        }
        let checkouts = each("actions/checkout@");
        assert_eq!(each("persist-credentials: false"), checkouts, "{name}: a token is kept");
    }
}

#[test]
fn one_action_has_one_pin() {
    let uses: BTreeSet<String> =
        WORKFLOWS.iter().flat_map(|name| found(r"uses: ([^\n]+)", &workflow(name))).collect();
    let actions: BTreeSet<&str> =
        uses.iter().map(|used| used.split('@').next().unwrap_or_default()).collect();
    assert_eq!(uses.len(), actions.len(), "{uses:?}");
}

#[test]
fn the_licences_are_there() {
    for licence in ["MIT", "APACHE"] {
        assert!(text(&format!("LICENSE-{licence}")).contains("WITHOUT WARRANT"));
    }
}
