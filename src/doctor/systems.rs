//! Machines that we do not have, described, and what is said of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::facts::{Facts, Inside, Said, Server, SettingsFile, System, Watch};
use super::*;
use crate::services::address::Address;
use crate::services::greeting::Answer;

/// A machine on which everything is as it should be.
fn good() -> Facts {
    let yes = |text: &str| Said::Yes(text.to_string());
    Facts {
        system: System {
            os: "linux".into(),
            arch: "x86_64".into(),
            manager: Some("apt".into()),
            ..System::default()
        },
        today: 20_700,
        rustc: yes("rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n\
                    commit-date: 2026-04-14\n"),
        cargo: yes("cargo 1.95.0\n"),
        rust_hello: yes("hello\n"),
        c_hello: yes("cc"),
        git: yes("git version 2.47\n"),
        clang: Said::Absent,
        gcc: Said::Absent,
        docker: yes("28.2.2\n"),
        folder: PathBuf::from("/home/me/code"),
        file_system: Some("ext4".into()),
        space: Some(50_000_000_000),
        watch: Watch::Seen,
        port: 3000,
        port_is_free: true,
        servers: vec![],
        variables: BTreeMap::new(),
        cargo_proxy: None,
        proxies: vec![],
        project: None,
    }
}

fn windows(host: &str) -> Facts {
    let system =
        System { os: "windows".into(), manager: Some("winget".into()), ..System::default() };
    Facts {
        system,
        rustc: Said::Yes(format!("host: {host}\nrelease: 1.95.0\n")),
        folder: PathBuf::from(r"C:\code"),
        file_system: None,
        ..good()
    }
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// What is said about one thing: how it is, and what to do.
#[track_caller]
fn about(facts: &Facts, id: &str) -> (Mark, String) {
    let findings = judge(facts);
    let found = findings.iter().find(|finding| finding.id == id);
    let finding = found.unwrap_or_else(|| panic!("nothing about `{id}` in {findings:?}"));
    let advice = finding.advice.clone().unwrap_or_default();
    assert!(finding.mark == Mark::Fine || !advice.is_empty() || finding.mark == Mark::Note);
    (finding.mark, format!("{}\n{advice}", finding.what))
}

#[track_caller]
fn says(facts: &Facts, id: &str, mark: Mark, words: &[&str]) {
    let (found, text) = about(facts, id);
    assert_eq!(found, mark, "{text}");
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
}

#[test]
fn a_good_machine_is_ready() {
    let findings = judge(&good());
    assert!(findings.iter().all(|finding| finding.mark == Mark::Fine), "{findings:?}");
    assert!(is_ready(&findings));
    says(&good(), "rustc", Mark::Fine, &["1.95.0", "4 months old"]);
}

#[test]
fn an_old_rust_is_told_what_is_needed() {
    let old = Said::Yes("release: 1.70.0\ncommit-date: 2023-05-31\n".into());
    let facts = Facts { rustc: old, ..good() };
    says(
        &facts,
        "rustc",
        Mark::Missing,
        &["1.70.0", "3 years", toolchain::NEEDED, "rustup update"],
    );
    let nightly = Said::Yes("release: 1.97.0-nightly\n".into());
    says(&Facts { rustc: nightly, ..good() }, "rustc", Mark::Fine, &["1.97.0-nightly"]);
}

#[test]
fn without_rust_the_way_to_it_is_shown() {
    let facts = Facts { rustc: Said::Absent, rust_hello: Said::Absent, ..good() };
    says(&facts, "rustc", Mark::Missing, &["sh.rustup.rs"]);
    says(&facts, "linker", Mark::Note, &["no `rustc`"]);
    assert!(!is_ready(&judge(&facts)));
    let empty = Said::No("error: rustup could not choose a version".into());
    says(&Facts { rustc: empty, ..good() }, "rustc", Mark::Missing, &["rustup default stable"]);
    let facts = Facts { rustc: Said::Absent, ..windows("") };
    says(&facts, "rustc", Mark::Missing, &["winget install Rustlang.Rustup"]);
}

#[test]
fn a_missing_linker_is_told_with_its_package() {
    let no = Said::No("error: linker `cc` not found\n  |\n  = note: No such file".into());
    let facts = Facts { rust_hello: no.clone(), c_hello: Said::Absent, ..good() };
    says(
        &facts,
        "linker",
        Mark::Missing,
        &["linker `cc` not found", "apt install build-essential"],
    );
    says(&facts, "c-compiler", Mark::Missing, &["build-essential"]);
    let mac = System { os: "macos".into(), ..System::default() };
    says(&Facts { system: mac, ..facts }, "linker", Mark::Missing, &["xcode-select --install"]);
    let facts = Facts { rust_hello: no, ..windows("x86_64-pc-windows-msvc") };
    says(&facts, "linker", Mark::Missing, &["VisualStudio.2022.BuildTools", "VCTools"]);
}

#[test]
fn a_temporary_folder_that_runs_nothing_is_no_linker_trouble() {
    let no = Said::No("Permission denied (os error 13)".into());
    says(&Facts { rust_hello: no, ..good() }, "linker", Mark::Missing, &["TMPDIR", "noexec"]);
}

#[test]
fn windows_gnu_wants_mingw() {
    let facts = windows("x86_64-pc-windows-gnu");
    says(&facts, "mingw", Mark::Missing, &["stable-msvc"]);
    let facts = Facts { gcc: Said::Yes("gcc 14".into()), ..facts };
    assert!(is_ready(&judge(&facts)));
    assert!(judge(&windows("x86_64-pc-windows-msvc")).iter().all(|it| it.id != "mingw"));
}

#[test]
fn windows_on_arm_wants_clang() {
    let facts = windows("aarch64-pc-windows-msvc");
    says(&facts, "clang", Mark::Warning, &["winget install LLVM.LLVM"]);
    assert!(is_ready(&judge(&facts)));
}

#[test]
fn a_full_disk_is_told() {
    let facts = Facts { space: Some(1_340_000_000), ..good() };
    says(&facts, "disk", Mark::Missing, &["1.3 GB", "CARGO_TARGET_DIR"]);
}

#[test]
fn a_path_that_tools_stumble_over_is_told() {
    let at = |folder: &str, facts: Facts| Facts { folder: PathBuf::from(folder), ..facts };
    let msvc = || windows("x86_64-pc-windows-msvc");
    says(&at(r"C:\Users\me\OneDrive\code", msvc()), "path", Mark::Warning, &["OneDrive"]);
    says(&at(r"C:\Users\Жанна\code", msvc()), "path", Mark::Warning, &["ASCII"]);
    says(&at(&format!(r"C:\{}", "x".repeat(150)), msvc()), "path", Mark::Warning, &["260"]);
    says(&at("/home/Жанна/code", good()), "path", Mark::Fine, &[]);
    says(&at("/home/me/a:b", good()), "path", Mark::Warning, &["`:`"]);
}

#[test]
fn files_that_change_elsewhere_cannot_be_watched() {
    let wsl = System { wsl: true, ..good().system };
    let facts = Facts { file_system: Some("9p".into()), system: wsl, ..good() };
    says(&facts, "watching", Mark::Warning, &["/mnt/", "cd ~"]);
    let facts = Facts { file_system: Some("nfs4".into()), ..good() };
    says(&facts, "watching", Mark::Warning, &["nfs4"]);
    let share = Facts { folder: PathBuf::from(r"\\server\code"), ..windows("") };
    says(&share, "watching", Mark::Warning, &["disk of this machine"]);
    let full = Watch::Failed("too many open files".into());
    says(&Facts { watch: full, ..good() }, "watching", Mark::Warning, &["sysctl", "too many"]);
}

#[test]
fn a_proxy_must_leave_this_machine_alone() {
    let set = |pairs: &[(&str, &str)]| Facts { variables: variables(pairs), ..good() };
    let proxy = ("HTTPS_PROXY", "http://proxy:3128");
    says(
        &set(&[proxy]),
        "loopback",
        Mark::Warning,
        &["`localhost` and `127.0.0.1`", "export NO_PROXY"],
    );
    let half = set(&[proxy, ("no_proxy", "localhost, .corp")]);
    says(&half, "loopback", Mark::Warning, &["lacks `127.0.0.1`"]);
    for fine in ["localhost,127.0.0.1", "*", "localhost,127.0.0.0/8"] {
        says(&set(&[proxy, ("NO_PROXY", fine)]), "loopback", Mark::Fine, &[]);
    }
    let address = Address { host: "proxy".into(), port: 3128 };
    let facts = Facts { proxies: vec![(address, false)], ..good() };
    says(&facts, "proxy", Mark::Warning, &["proxy:3128"]);
}

#[test]
fn a_server_matters_where_it_is_needed() {
    let server = |needed, answer| Facts {
        servers: vec![Server {
            name: "db".into(),
            title: "Db".into(),
            variable: "DATABASE_URL".into(),
            address: Address::parse("db://127.0.0.1:5"),
            answer,
            refusal: None,
            needed,
            packages: variables(&[("apt", "db-server")]),
        }],
        ..good()
    };
    says(
        &server(true, Answer::Nobody),
        "server-db",
        Mark::Missing,
        &["services up", "127.0.0.1:5"],
    );
    says(&server(false, Answer::Nobody), "server-db", Mark::Note, &["apt install db-server"]);
    says(&server(true, Answer::Stranger), "server-db", Mark::Missing, &["is not Db"]);
    says(&server(true, Answer::Ready), "server-db", Mark::Fine, &["answers"]);
    let mut facts = server(true, Answer::Ready);
    facts.servers[0].refusal = Some("wrong password".into());
    says(&facts, "server-db", Mark::Missing, &["wrong password", "services up"]);
}

#[test]
fn a_project_needs_its_settings() {
    let inside =
        |settings| Facts { project: Some(Inside { name: "shop".into(), settings }), ..good() };
    says(&inside(SettingsFile::Missing), "settings", Mark::Missing, &[".env.example"]);
    says(&inside(SettingsFile::Open), "settings", Mark::Warning, &["chmod 600"]);
    assert!(is_ready(&judge(&inside(SettingsFile::Private))));
}
