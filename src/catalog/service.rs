//! What a layer says of the server it needs: as a container, and as a program on this machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A server the project needs on a developer's machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub name: String,
    pub image: String,
    #[serde(default)]
    pub ports: Vec<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub command: Vec<String>,
    /// `name:/path/in/the/container`.
    #[serde(default)]
    pub volume: Option<String>,
    #[serde(default)]
    pub healthcheck: Vec<String>,
    /// The variable that says where it is.
    pub variable: String,
    pub production: Option<Production>,
    pub hello: Hello,
    #[serde(default)]
    pub login: Vec<Login>,
    /// Programs that can be it, the best first.
    #[serde(default)]
    pub local: Vec<Local>,
}

/// How it runs beside the backend in production, as a container that only the backend reaches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Production {
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub command: Vec<String>,
    /// The password it wants, as a variable of the composition.
    #[serde(default)]
    pub password: Option<String>,
    /// What it is called on a Debian server.
    #[serde(default)]
    pub unit: String,
    /// What writes everything in it to stdout.
    #[serde(default)]
    pub dump: Option<String>,
    /// What the variable then says.
    pub url: String,
}

/// A folder that must outlive the process.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    pub name: String,
    /// Where it is in the image.
    pub path: String,
    /// The variable that names what is on it, and what it then says; `{path}` is filled in.
    pub variable: String,
    pub value: String,
}

/// How a server is known by its first bytes. `52` is a byte, `'PONG'` is text, `..` is any byte.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// What is said to it; nothing when it speaks first.
    #[serde(default)]
    pub send: String,
    /// How the answers of a server that is ready begin.
    pub ready: Vec<String>,
    /// How it answers while it starts.
    #[serde(default)]
    pub busy: Vec<String>,
    /// How it answers when it will not have us.
    #[serde(default)]
    pub refused: Vec<String>,
}

/// A program that logs in, to see whether a URL is good for more than a greeting. Filled in are
/// `{address}`, which is the URL without its password, `{host}`, `{port}`, `{user}`, `{password}`
/// and `{database}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub program: String,
    pub words: Vec<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

/// A server program. Words in braces are filled in: `{data}`, `{home}`, `{port}`, `{password}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Local {
    pub title: String,
    pub program: String,
    /// Where it may be besides `PATH`; `*` stands for anything within one name.
    #[serde(default)]
    pub folders: Vec<String>,
    /// The systems it is meant for; none: all.
    #[serde(default)]
    pub os: Vec<String>,
    /// Who runs it where we are root and it refuses root: the first of these that there is.
    #[serde(default)]
    pub users: Vec<String>,
    /// Files in `{home}` that it reads, by name.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Makes `{data}`, once.
    #[serde(default)]
    pub init: Vec<String>,
    pub start: Vec<String>,
    /// Stops it; empty: a signal does.
    #[serde(default)]
    pub stop: Vec<String>,
    /// What the variable then says.
    pub url: String,
    /// What brings the program, by package manager.
    #[serde(default)]
    pub packages: BTreeMap<String, String>,
}
