//! Kustomizations: what belongs together, and which image it takes.

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::tool::{From, Tool, schema};

pub const KIND: Kind = Kind {
    name: "kustomization",
    is: |path| path.ends_with("/kustomization.yaml"),
    read,
    tools: &[Tool {
        name: "schema of Kustomize",
        program: "check-jsonschema",
        from: From::Python("check-jsonschema==0.39.0"),
        command: |program, bench| schema(program, "kustomization.json", bench),
    }],
    broken: &[
        Break::model("- deployment.yaml", "- deployments.yaml"),
        Break::model("- migrate.yaml\n", ""),
        Break::model("newTag: \"1\"", "newTag: latest"),
        Break::model("- ../base", "- ../bases"),
        Break::tool("schema of Kustomize", "newTag: \"1\"", "newTags: \"1\""),
        Break::tool("schema of Kustomize", "namespace: demo", "namespaces: demo"),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Kustomization {
    api_version: String,
    kind: String,
    namespace: Option<String>,
    resources: Vec<String>,
    #[serde(default)]
    images: Vec<Image>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Image {
    name: String,
    new_name: String,
    new_tag: Option<String>,
    digest: Option<String>,
}

fn read(text: &str) -> Result<Facts> {
    let all: Kustomization = serde_saphyr::from_str(text)?;
    ensure!(all.api_version == "kustomize.config.k8s.io/v1beta1", "`{}`", all.api_version);
    ensure!(all.kind == "Kustomization", "`{}`", all.kind);
    let place = all.namespace.is_some();
    ensure!(place != all.images.is_empty(), "a place has an image, the base has none");
    for image in &all.images {
        let fixed =
            image.digest.is_some() || image.new_tag.as_ref().is_some_and(|it| it != "latest");
        ensure!(fixed, "nobody knows which image `{}` is", image.name);
        ensure!(image.new_name.contains('/'), "`{}` is in no registry", image.new_name);
    }
    let folder = if place { "production" } else { "base" };
    let file = |it: &String| match it.strip_prefix("../") {
        Some(beside) => format!("deploy/kubernetes/{beside}"),
        None => format!("deploy/kubernetes/{folder}/{it}"),
    };
    let parts = ["account", "migrate", "deployment", "service", "scaling", "disruption", "network"];
    for part in parts.iter().filter(|_| !place) {
        let there = all.resources.contains(&format!("{part}.yaml"));
        ensure!(there, "`{part}.yaml` is left out");
    }
    Ok(Facts { files: all.resources.iter().map(file).collect(), ..Facts::default() })
}
