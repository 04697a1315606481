//! Images that take another one and change a word: what a platform wants to be said differently.

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::dockerfile::{HADOLINT, instructions, list};

pub const KIND: Kind = Kind {
    name: "thin image",
    is: |path| path.starts_with("deploy/") && path.contains("/Dockerfile."),
    read,
    tools: &[HADOLINT],
    broken: &[
        Break::model("CMD [\"serve\"]", "CMD [\"start\"]"),
        Break::model("CMD [\"migrate\"]", "CMD [\"migration\"]"),
        Break::model("CMD [\"serve\"]", "CMD serve"),
        Break::model("WORKDIR /\n", ""),
        Break::model("FROM ${IMAGE}", "FROM scratch"),
        Break::tool("hadolint", "WORKDIR /", "WORKDIR tmp"),
        Break::tool("hadolint", "aws-lambda-adapter:1.0.0-rc1", "aws-lambda-adapter"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    let all = instructions(text);
    let known = ["ARG", "FROM", "COPY", "WORKDIR", "CMD"];
    if let Some((word, _)) = all.iter().find(|(word, _)| !known.contains(&word.as_str())) {
        anyhow::bail!("`{word}` has no place here");
    }
    let last = |wanted: &str| all.iter().rev().find(|(word, _)| word == wanted).map(|it| &it.1);
    ensure!(last("ARG").is_some_and(|it| it == "IMAGE"), "it does not ask for an image");
    ensure!(last("FROM").is_some_and(|it| it == "${IMAGE}"), "it is not the image asked for");
    // the platform chooses the user, who may not look into the folder for data
    ensure!(last("WORKDIR").is_some_and(|it| it == "/"), "it starts where only another may look");
    let verbs = list(last("CMD").context("no CMD")?)?;
    Ok(Facts { verbs, ..Facts::default() })
}
