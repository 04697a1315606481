//! What the files of a pipeline loop over: servers to test with, the image, and the ways to hosts.

use serde::Serialize;

use crate::catalog::Layer;
use crate::catalog::deploy::{Deploy, Told};
use crate::name::Name;
use crate::render::seams::once;
use crate::render::slots;
use crate::services::Need;

/// The names that such files may use besides.
#[derive(Serialize)]
pub struct Pipeline<'a> {
    /// Once when tests need servers: what those are.
    trials: Vec<Vec<Trial<'a>>>,
    /// Once when there is an image to build.
    images: Vec<()>,
    /// Once when something is brought somewhere, or there is an image to keep.
    releases: Vec<()>,
    /// Once when not.
    unreleased: Vec<()>,
    /// Once when something is brought somewhere.
    reached: Vec<()>,
    ways: Vec<Way<'a>>,
    /// Their names, with spaces between.
    hosts: String,
    /// Hosts that no pipeline brings anything to.
    others: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    name: &'a str,
    title: &'a str,
}

/// A server for tests, as a container beside them.
#[derive(Serialize)]
struct Trial<'a> {
    name: &'a str,
    image: &'a str,
    ports: Vec<&'a str>,
    /// Once when there are some: its own variables.
    env: Vec<Vec<Pair<'a>>>,
    /// What tells that it is ready.
    health: String,
    variable: &'a str,
    /// Where it is when its ports are this machine's.
    url: &'a str,
    /// Where it is by its own name.
    url_by_name: String,
}

#[derive(Serialize)]
struct Pair<'a> {
    name: &'a str,
    value: String,
}

/// The way to one host.
#[derive(Serialize)]
struct Way<'a> {
    name: &'a str,
    title: &'a str,
    container: &'a str,
    /// Once when it runs the image.
    images: Vec<()>,
    /// Once when it copies the image to a registry of its own.
    copies: Vec<Vec<String>>,
    /// Once when the host believes a token of the pipeline: whom the token is for.
    audiences: Vec<&'a str>,
    settings: &'a [Told],
    /// Once when there are some.
    secrets: Vec<&'a [Told]>,
    /// Once when there is something to do before.
    setups: Vec<Vec<String>>,
    run: Vec<String>,
    back: Vec<String>,
}

impl<'a> Pipeline<'a> {
    /// Of these layers, in the project of this name.
    pub fn of(layers: &[&'a Layer], needs: &[Need<'a>], project: &Name) -> Pipeline<'a> {
        let trials: Vec<Trial<'a>> = needs.iter().map(trial).collect();
        let image = layers.iter().any(|layer| layer.files.contains_key(IMAGE));
        let keys = layers.iter().flat_map(|layer| &layer.spec.env).filter(|it| it.secret);
        let keys: Vec<&str> = keys.map(|key| key.name.as_str()).collect();
        let ways = layers.iter().filter_map(|layer| {
            let deploy = layer.spec.deploy.as_ref()?;
            Some(way(layer, deploy, project, &keys))
        });
        let ways: Vec<Way<'a>> = ways.collect();
        let others = layers.iter().filter(|layer| layer.spec.deploy.is_none() && is_host(layer));
        let others = others.map(|it| Other { name: it.name(), title: &it.spec.title });
        let names: Vec<&str> = ways.iter().map(|way| way.name).collect();
        let released = image || !ways.is_empty();
        Pipeline {
            trials: once(!trials.is_empty(), trials),
            images: once(image, ()),
            releases: once(released, ()),
            unreleased: once(!released, ()),
            reached: once(!ways.is_empty(), ()),
            hosts: names.join(" "),
            ways,
            others: others.collect(),
        }
    }
}

/// It is a place to run, with a page of its own.
fn is_host(layer: &Layer) -> bool {
    layer.files.keys().any(|path| *path == format!("deploy/{}/README.md.tera", layer.name()))
        && layer.id.starts_with("hosting/")
}

fn trial<'a>(need: &Need<'a>) -> Trial<'a> {
    let service = need.service;
    let env: Vec<Pair<'a>> = service
        .env
        .iter()
        .map(|(name, value)| Pair { name, value: format!("{value:?}") })
        .collect();
    Trial {
        name: &service.name,
        image: &service.image,
        ports: service.ports.iter().map(|port| port.trim_start_matches("127.0.0.1:")).collect(),
        env: once(!env.is_empty(), env),
        health: service.healthcheck.iter().skip(1).cloned().collect::<Vec<_>>().join(" "),
        variable: &service.variable,
        url: need.default,
        url_by_name: need.default.replace("127.0.0.1", &service.name),
    }
}

fn way<'a>(layer: &'a Layer, deploy: &'a Deploy, project: &Name, keys: &[&str]) -> Way<'a> {
    let (name, host) = (project.as_str(), slots::host(project));
    let words = |line: &String| match line.as_str() {
        "{keys}" => keys.iter().map(|key| format!("export {key}=\"$({MADE_UP})\"")).collect(),
        line => vec![line.replace("{name}", name).replace("{host}", &host)],
    };
    let filled = |lines: &[String]| -> Vec<String> { lines.iter().flat_map(words).collect() };
    Way {
        name: layer.name(),
        title: &layer.spec.title,
        container: &deploy.container,
        images: once(deploy.image, ()),
        copies: once(!deploy.copy.is_empty(), filled(&deploy.copy)),
        audiences: deploy.audience.iter().map(String::as_str).collect(),
        settings: &deploy.settings,
        secrets: once(!deploy.secrets.is_empty(), &deploy.secrets[..]),
        setups: once(!deploy.setup.is_empty(), filled(&deploy.setup)),
        run: filled(&deploy.run),
        back: filled(&deploy.back),
    }
}

/// The file that an image is built from, in the layer that brings it.
const IMAGE: &str = "Dockerfile.tera";
/// Prints 64 digits that nobody knows.
const MADE_UP: &str = "od -An -N32 -tx1 /dev/urandom | tr -d ' \\n'";
