//! `learn check` of a lesson about a platform: its file is read, and releases are shipped on this machine.

use super::pipeline::lesson;
use super::{course, json, learn};

#[test]
fn a_platform_names_what_it_does_not_know_and_what_a_release_said() {
    let sandbox = course();
    let folder = lesson(&sandbox, "H6", "platform");
    let message = learn(&sandbox, "check").ends_with(1);
    message.says("FAIL  H6.secret").says("look at   fly.toml:7 (env)");
    for (text, rule, got) in [
        ("[http_service]\ninternal_prot = 3000\n", "H6.secret", "line 2: unknown field"),
        ("[deploy]\nrelease_command = \"migrate\"\n", "H6.migrate", "exit code 3: no database"),
    ] {
        sandbox.write(&format!("{folder}/fly.toml"), text);
        sandbox.write(&format!("{folder}/src/main.rs"), MAIN);
        let report = json(&learn(&sandbox, "check --json").ends_with(1));
        let rules = report["rules"].as_array().unwrap();
        let failed = rules.iter().find(|it| it["verdict"] == "fails");
        let failed = failed.unwrap_or_else(|| panic!("{report}"));
        assert_eq!(failed["id"], rule);
        assert!(failed["got"].as_str().unwrap().contains(got), "{failed}");
    }
}

/// Says where it listens, and cannot migrate.
const MAIN: &str = r#"fn main() {
    if std::env::args().any(|word| word == "migrate") {
        eprintln!("no database");
        std::process::exit(3);
    }
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("0.0.0.0:{port}")).unwrap();
    println!("listening on http://0.0.0.0:{port}");
    for stream in listener.incoming() {
        drop(stream);
    }
}
"#;
