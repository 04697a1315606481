//! What a look at a machine brings home: facts, not yet judged.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::services::address::Address;
use crate::services::greeting::Answer;

/// Everything that was seen.
#[derive(Clone, Debug)]
pub struct Facts {
    pub system: System,
    /// Days since 1970.
    pub today: u64,
    /// `rustc -vV`.
    pub rustc: Said,
    pub cargo: Said,
    /// A Rust program, compiled, linked and run.
    pub rust_hello: Said,
    /// The same in C.
    pub c_hello: Said,
    pub git: Said,
    pub clang: Said,
    pub gcc: Said,
    /// The version of the engine behind `docker`.
    pub docker: Said,
    /// The folder that was looked at.
    pub folder: PathBuf,
    /// The kind of file system it is on.
    pub file_system: Option<String>,
    /// Bytes that are free for `target/`.
    pub space: Option<u64>,
    pub watch: Watch,
    /// The port a backend takes by default, and whether it can.
    pub port: u16,
    pub port_is_free: bool,
    pub servers: Vec<Server>,
    /// Variables of the environment, as far as they matter here.
    pub variables: BTreeMap<String, String>,
    /// `http.proxy` of cargo's configuration.
    pub cargo_proxy: Option<String>,
    /// Proxies that are named somewhere, and whether they can be reached.
    pub proxies: Vec<(Address, bool)>,
    /// The project around the folder.
    pub project: Option<Inside>,
}

/// What is known of the system.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// `linux`, `macos`, `windows`.
    pub os: String,
    /// `x86_64`, `aarch64`.
    pub arch: String,
    /// The package manager, by the name of its program.
    pub manager: Option<String>,
    /// Linux inside Windows.
    pub wsl: bool,
    /// The user may do everything.
    pub root: bool,
}

/// What a program answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is not there.
    Absent,
    /// It did not answer in time.
    Nothing,
    /// It answered that it cannot.
    No(String),
    Yes(String),
}

/// What became of a file that was changed under the eyes of a watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// The change was seen.
    Seen,
    /// It was not.
    Missed,
    /// The watcher could not be set up.
    Failed(String),
    /// The folder cannot be written.
    NotTried,
}

/// A server that some stack needs.
#[derive(Clone, Debug)]
pub struct Server {
    /// The name of the option that needs it.
    pub name: String,
    pub title: String,
    pub variable: String,
    /// Where it was looked for; nothing when its URL names no place.
    pub address: Option<Address>,
    pub answer: Answer,
    /// Why it does not let us in, when it does not.
    pub refusal: Option<String>,
    /// The project we are in needs it.
    pub needed: bool,
    /// What brings it, by package manager.
    pub packages: BTreeMap<String, String>,
}

/// A project that was made by backend-gen.
#[derive(Clone, Debug)]
pub struct Inside {
    pub name: String,
    pub settings: SettingsFile,
}

/// The `.env` of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsFile {
    Missing,
    /// Others on this machine may read it.
    Open,
    Private,
}

impl Said {
    /// The answer, when there was a good one.
    pub fn yes(&self) -> Option<&str> {
        match self {
            Said::Yes(text) => Some(text),
            _ => None,
        }
    }
}
