//! Looks at this machine: its programs, its disk, who listens where. It changes nothing.
#![allow(clippy::disallowed_methods)]

mod compilers;
mod disk;
mod network;
mod programs;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::doctor::facts::{Facts, Inside, Said, Server, System};
use crate::services::address::Address;
use crate::services::greeting::{Answer, Greeting};
use crate::services::recipe::Knock;

pub use disk::settings;
pub use network::{answer, free_port, is_free};
pub use programs::{ask, find, folders, in_folder, refusal};

/// How long a program gets to say its version.
pub const SHORT: Duration = Duration::from_secs(5);

/// What to look at, besides what is always looked at.
pub struct Wanted {
    pub folder: PathBuf,
    /// The package managers to look for, the best first.
    pub managers: Vec<&'static str>,
    pub port: u16,
    /// Servers, how each is spoken to, and how one logs in.
    pub servers: Vec<(Server, Greeting, Vec<Knock>)>,
    /// Variables to read.
    pub variables: Vec<&'static str>,
    /// Those of them that name a proxy.
    pub proxies: Vec<&'static str>,
    /// The name of the project we are in, and its folder.
    pub project: Option<(String, PathBuf)>,
}

/// Looks at everything, all at once.
pub fn look(wanted: Wanted) -> Facts {
    let Wanted { folder, managers, port, servers, variables, proxies, project } = wanted;
    let variables: BTreeMap<String, String> = variables
        .into_iter()
        .filter_map(|name| Some((name.to_string(), variable(name)?)))
        .collect();
    let cargo_proxy = disk::cargo_proxy();
    let named = proxies.iter().filter_map(|name| variables.get(*name)).chain(&cargo_proxy);
    let mut proxies: Vec<Address> = named.filter_map(|url| proxy(url)).collect();
    proxies.dedup();
    let version = |program: &str, words: &[&str]| ask(program, words, &folder, SHORT);
    thread::scope(|scope| {
        let rust_hello = scope.spawn(|| compilers::rust(&folder));
        let c_hello = scope.spawn(|| compilers::c(&folder));
        let docker = scope.spawn(|| version("docker", &DOCKER_VERSION));
        let watch = scope.spawn(|| disk::watch(&folder));
        let versions = scope.spawn(|| {
            let rustc = version("rustc", &["-vV"]);
            let rest = ["cargo", "git", "clang", "gcc"].map(|it| version(it, &["--version"]));
            (rustc, rest)
        });
        let servers = servers.into_iter().map(|(server, greeting, knocks)| {
            let folder = &folder;
            scope.spawn(move || {
                let address = server.address.as_ref();
                let answer = address.map_or(Answer::Nobody, |it| answer(it, &greeting));
                let refusal = match answer {
                    Answer::Ready => refusal(&knocks, folder),
                    _ => None,
                };
                Server { answer, refusal, ..server }
            })
        });
        let servers: Vec<_> = servers.collect();
        let proxies = proxies.into_iter().map(|address| {
            scope.spawn(move || {
                let answers = network::connects(&address);
                (address, answers)
            })
        });
        let proxies: Vec<_> = proxies.collect();
        let system = system(&managers);
        let space = disk::space(&folder);
        let file_system = disk::file_system(&folder);
        let (rustc, [cargo, git, clang, gcc]) = versions.join().unwrap_or_else(|_| lost());
        Facts {
            system,
            today: today(),
            rustc,
            cargo,
            git,
            clang,
            gcc,
            rust_hello: rust_hello.join().unwrap_or(Said::Nothing),
            c_hello: c_hello.join().unwrap_or(Said::Nothing),
            docker: docker.join().unwrap_or(Said::Nothing),
            file_system,
            space,
            watch: watch.join().unwrap_or(crate::doctor::facts::Watch::NotTried),
            port,
            port_is_free: is_free(port),
            servers: servers.into_iter().filter_map(|it| it.join().ok()).collect(),
            variables,
            cargo_proxy,
            proxies: proxies.into_iter().filter_map(|it| it.join().ok()).collect(),
            project: project.map(|(name, root)| Inside { name, settings: settings(&root) }),
            folder: folder.clone(),
        }
    })
}

/// A variable of the environment.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The systems name, as `std` says it.
pub fn os() -> &'static str {
    std::env::consts::OS
}

/// The processor's name, as `std` says it.
pub fn arch() -> &'static str {
    std::env::consts::ARCH
}

/// What is known of the system.
pub fn system(managers: &[&str]) -> System {
    let manager = managers.iter().find(|name| find(name).is_some());
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    System {
        os: os().to_string(),
        arch: arch().to_string(),
        manager: manager.map(|name| name.to_string()),
        wsl: kernel.to_lowercase().contains("microsoft"),
        root: is_root(),
    }
}

/// We may do everything here.
pub fn is_root() -> bool {
    #[cfg(unix)]
    return nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

fn proxy(url: &str) -> Option<Address> {
    let with_scheme = if url.contains("://") { url.to_string() } else { format!("http://{url}") };
    let port = if with_scheme.starts_with("https:") { 443 } else { 80 };
    Address::parse_with(&with_scheme, port)
}

fn today() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() / (24 * 60 * 60)
}

fn lost() -> (Said, [Said; 4]) {
    (Said::Nothing, [Said::Nothing, Said::Nothing, Said::Nothing, Said::Nothing])
}

/// The engine's version: the program alone is not enough.
pub const DOCKER_VERSION: [&str; 3] = ["version", "--format", "{{.Server.Version}}"];
