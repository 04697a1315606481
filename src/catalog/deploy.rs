//! What a layer says of the way there: how a pipeline brings a new version to a host, and takes it back.

use serde::{Deserialize, Serialize};

/// The commands are lines of `sh`, with `{name}` for the project's name, and `{host}` for it as hosts allow it. They find in their
/// environment what `settings` and `secrets` list, `BASE_URL`, and what is said at each field. A line `{keys}` gives the program keys
/// that are made up, for a verb that only looks whether there are some.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deploy {
    /// The image that the commands run in.
    pub container: String,
    /// It runs the project's image: `IMAGE` is that of this version, by its digest.
    #[serde(default)]
    pub image: bool,
    /// Copies the image to a registry of its own: `SOURCE_USER` and `SOURCE_PASSWORD` open that of the
    /// pipeline.
    #[serde(default)]
    pub copy: Vec<String>,
    /// The host believes a token of the pipeline made for this audience: `ID_TOKEN_FILE` has one.
    #[serde(default)]
    pub audience: Option<String>,
    /// What anybody may read.
    #[serde(default)]
    pub settings: Vec<Told>,
    /// What nobody may read.
    #[serde(default)]
    pub secrets: Vec<Told>,
    /// Installs and builds what the rest needs; it gets no secret.
    #[serde(default)]
    pub setup: Vec<String>,
    /// Puts the new version there, and ends with success when it runs.
    pub run: Vec<String>,
    /// Puts the version before back; it comes when `run` or the look at the result fails or is cut off.
    pub back: Vec<String>,
}

/// A variable that the owner of a repository sets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub name: String,
    pub summary: String,
}
