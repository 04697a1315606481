//! What the `.toml` of a layer may say. An unknown key is an error that names the file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::catalog::deploy::Deploy;
pub use crate::catalog::fill::{Fill, With};
pub use crate::catalog::service::{Disk, Hello, Local, Login, Service};

/// `option.toml` and `layer.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub summary: String,
    /// What the choice means and costs, in two or three sentences.
    #[serde(default)]
    pub teach: String,
    /// Its place among the options of its axis.
    #[serde(default = "last")]
    pub order: u32,
    /// Words that no project without it may contain, in any case.
    #[serde(default)]
    pub words: Vec<String>,
    /// It needs a server on the machine.
    #[serde(default)]
    pub server: bool,
    /// Hidden layers that come with it.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Files that some other layer must bring.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Files of earlier layers in whose place it puts its own. Only a lesson's layer may.
    #[serde(default)]
    pub replaces: Vec<String>,
    #[serde(default)]
    pub dependencies: BTreeMap<String, Crate>,
    #[serde(default)]
    pub dev_dependencies: BTreeMap<String, Crate>,
    #[serde(default)]
    pub env: Vec<Variable>,
    #[serde(default)]
    pub module: Vec<Module>,
    /// What the API has routes and fields for.
    #[serde(default)]
    pub slice: Vec<Slice>,
    /// Folders of its own in the generated `src/platform/`.
    #[serde(default)]
    pub platform: Vec<Module>,
    #[serde(default)]
    pub test: Vec<Test>,
    #[serde(default)]
    pub service: Vec<Service>,
    #[serde(default)]
    pub disk: Vec<Disk>,
    #[serde(default)]
    pub request: Vec<Request>,
    #[serde(default)]
    pub verb: Vec<Verb>,
    /// Files and folders of the project that cannot say themselves what they are.
    #[serde(default)]
    pub file: Vec<Silent>,
    /// How a request proves who sends it.
    pub credentials: Option<Credentials>,
    /// Where a running backend says how it is.
    pub health: Option<Health>,
    /// What its seams say only beside some other choice.
    #[serde(default)]
    pub fill: Vec<Fill>,
    /// Choices on other axes that it cannot go with.
    #[serde(default)]
    pub refuse: Vec<Refuse>,
    /// How a pipeline brings a new version to it, when it is a host.
    pub deploy: Option<Deploy>,
    /// Why it cannot be in a project that is a member of a workspace.
    pub alone: Option<String>,
}

/// `axis.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AxisSpec {
    pub title: String,
    pub order: u32,
    pub default: String,
    pub question: String,
    pub help: String,
    /// It stands around the code: nothing of it is compiled, and who is not asked takes the default.
    #[serde(default)]
    pub around: bool,
    /// More than one may be chosen; the default stands alone.
    #[serde(default)]
    pub several: bool,
}

/// A dependency, without its version: that is in `versions.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Crate {
    #[serde(default)]
    pub features: Vec<String>,
    #[serde(default = "yes")]
    pub default_features: bool,
    pub why: String,
    /// Optimised even in debug builds.
    #[serde(default)]
    pub optimise: bool,
}

/// An environment variable that the code reads.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    #[serde(default)]
    pub default: String,
    #[serde(default)]
    pub production: Option<String>,
    #[serde(default)]
    pub secret: bool,
    pub summary: String,
}

/// A module of the generated `lib.rs`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    pub name: String,
    pub summary: String,
}

/// A module that has an `api`: its router, or its fields of the graph.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    pub name: String,
    /// One of its things, as types are named: `Task`.
    pub noun: String,
}

/// A module of the generated test program.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub name: String,
}

/// A step of the walk through a running backend.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub title: String,
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub headers: Vec<String>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    /// It needs no credentials.
    #[serde(default)]
    pub open: bool,
    /// More arguments for curl, such as where to keep a cookie.
    #[serde(default)]
    pub curl: Option<String>,
    /// A shell variable, and the path of the field in the JSON answer that fills it.
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
}

/// A word that the generated binary understands.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Verb {
    pub name: String,
    pub summary: String,
}

/// A file or folder without a first comment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silent {
    /// Its path in the project.
    pub path: String,
    pub summary: String,
}

/// What each request that is not `open` carries.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Arguments for curl.
    #[serde(default)]
    pub curl: Option<String>,
    /// A header, for `requests.http`.
    #[serde(default)]
    pub header: Option<String>,
}

/// The paths that balancers and platforms ask.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Is the process alive?
    pub live: String,
    /// Can it answer requests?
    pub ready: String,
}

/// A choice that this one cannot go with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// `db.sqlite`
    pub with: String,
    pub why: String,
}

fn yes() -> bool {
    true
}

fn last() -> u32 {
    u32::MAX
}
