//! `list` shows what can be chosen.

use backend_gen::catalog::Catalog;

use crate::sandbox::Sandbox;

#[test]
fn every_option_is_listed() {
    let run = Sandbox::new().run("list").success();
    for axis in Catalog::bundled().unwrap().axes {
        assert!(run.stdout.contains(&format!("--{}", axis.name)));
        for option in &axis.options {
            assert!(run.stdout.contains(&option.spec.summary), "{}", option.id);
        }
    }
}

#[test]
fn json_has_all_stacks() {
    let run = Sandbox::new().run("list --json").success();
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let stacks = json["stacks"].as_array().unwrap();
    assert_eq!(stacks.len(), Catalog::bundled().unwrap().stacks().len());
    assert!(stacks.iter().all(|stack| stack["tested"].is_boolean()));
}

#[test]
fn help_names_every_choice() {
    let run = Sandbox::new().run("new --help").success();
    for axis in Catalog::bundled().unwrap().axes {
        assert!(run.stdout.contains(&axis.question), "{}", axis.name);
        for option in &axis.options {
            assert!(run.stdout.contains(option.name()), "{}", option.id);
        }
    }
}
