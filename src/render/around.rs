//! What files around the code loop over: the choices, where a backend runs, and what it is told there.

use serde::Serialize;

use crate::catalog::spec::{Disk, Health, Variable};
use crate::catalog::{Catalog, Layer};
use crate::render::compose;
use crate::render::seams::once;
use crate::services::{self, Need};
use crate::stack::Stack;

/// The names that files for a host or a pipeline may use besides.
#[derive(Serialize)]
pub struct Around<'a> {
    choices: Vec<Choice<'a>>,
    answers: Vec<Answer<'a>>,
    /// Once when it can be put somewhere: the pages that say how.
    guides: Vec<Vec<Guide<'a>>>,
    #[serde(flatten)]
    health: Option<&'a Health>,
    port: &'a str,
    /// What production must set and nobody may read: keys, and where the servers are.
    secrets: Vec<Secret<'a>>,
    /// The keys among them.
    keys: Vec<Secret<'a>>,
    servers: Vec<Server<'a>>,
    /// The names of the servers, once when there are some.
    waits: Vec<Vec<&'a str>>,
    /// The passwords of the servers, by variable.
    passwords: Vec<&'a str>,
    /// The names of the servers' volumes and of the disks, once when there are some.
    volumes: Vec<Vec<&'a str>>,
    disks: Vec<Place<'a>>,
    dumps: Vec<Dump<'a>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    axis: &'a str,
    axis_title: &'a str,
    option: &'a str,
    title: &'a str,
    summary: &'a str,
}

/// An axis, and what was chosen on it as TOML.
#[derive(Serialize)]
struct Answer<'a> {
    axis: &'a str,
    value: String,
    says: String,
}

/// A page about one host.
#[derive(Serialize)]
struct Guide<'a> {
    title: &'a str,
    path: &'a str,
}

/// A variable that production must set, and nobody may read.
#[derive(Serialize)]
struct Secret<'a> {
    name: &'a str,
    summary: &'a str,
    example: &'a str,
}

/// A folder that must stay, and the variable that names what is in it: `before`, its path, `after`.
#[derive(Serialize)]
struct Place<'a> {
    name: &'a str,
    path: &'a str,
    variable: &'a str,
    value: String,
    before: &'a str,
    after: &'a str,
}

/// How a server writes down all it has.
#[derive(Serialize)]
struct Dump<'a> {
    server: &'a str,
    command: &'a str,
}

/// A server that must be there.
#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    title: &'a str,
    image: &'a str,
    variable: &'a str,
    example: &'a str,
    /// What the variable says in a composition.
    url: &'a str,
    /// Its unit on a server of one's own.
    unit: &'a str,
    /// The rest of its entry in a composition.
    lines: Vec<String>,
}

impl<'a> Around<'a> {
    /// Of a stack.
    pub fn of(catalog: &'a Catalog, stack: &Stack) -> Around<'a> {
        let layers = stack.layers(catalog);
        let variables: Vec<&Variable> = layers.iter().flat_map(|layer| &layer.spec.env).collect();
        let needs = services::needs(catalog, stack);
        let servers = needs.iter().map(|need| server(need, &variables));
        let keys = variables.iter().filter(|variable| variable.secret);
        let places = variables
            .iter()
            .filter(|variable| needs.iter().any(|need| need.service.variable == variable.name));
        let port = variables.iter().find(|variable| variable.name == "PORT");
        let guides: Vec<Guide<'a>> = layers.iter().flat_map(|layer| guides(layer)).collect();
        let disks: Vec<&Disk> = layers.iter().flat_map(|layer| &layer.spec.disk).collect();
        let productions = needs.iter().filter_map(|need| need.service.production.as_ref());
        let volumes = needs.iter().filter_map(|need| compose::volume(need.service));
        let volumes: Vec<&str> = volumes.chain(disks.iter().map(|it| it.name.as_str())).collect();
        Around {
            choices: choices(catalog, stack),
            answers: answers(catalog, stack),
            guides: once(!guides.is_empty(), guides),
            health: layers.iter().find_map(|layer| layer.spec.health.as_ref()),
            port: port.map_or("", |variable| &variable.default),
            secrets: places.chain(keys.clone()).map(|variable| secret(variable)).collect(),
            keys: keys.map(|variable| secret(variable)).collect(),
            servers: servers.collect(),
            waits: once(!needs.is_empty(), needs.iter().map(Need::name).collect()),
            passwords: productions.filter_map(|it| it.password.as_deref()).collect(),
            volumes: once(!volumes.is_empty(), volumes),
            disks: disks.into_iter().map(place).collect(),
            dumps: needs.iter().filter_map(dump).collect(),
        }
    }
}

fn server<'a>(need: &Need<'a>, variables: &[&'a Variable]) -> Server<'a> {
    let service = need.service;
    let production = service.production.as_ref();
    let variable = variables.iter().find(|variable| variable.name == service.variable);
    Server {
        name: &service.name,
        title: need.title,
        image: &service.image,
        variable: &service.variable,
        example: variable.map_or("", |variable| in_production(variable)),
        url: production.map_or("", |production| &production.url),
        unit: production.map_or("", |production| &production.unit),
        lines: compose::in_production(service),
    }
}

fn place(disk: &Disk) -> Place<'_> {
    let (name, path, variable) = (&disk.name, &disk.path, &disk.variable);
    let (before, after) = disk.value.split_once("{path}").unwrap_or((&disk.value, ""));
    Place { name, path, variable, value: format!("{before}{path}{after}"), before, after }
}

fn dump<'a>(need: &Need<'a>) -> Option<Dump<'a>> {
    let command = need.service.production.as_ref()?.dump.as_deref()?;
    Some(Dump { server: need.name(), command })
}

fn secret(variable: &Variable) -> Secret<'_> {
    let (name, summary) = (&variable.name, &variable.summary);
    Secret { name, summary, example: in_production(variable) }
}

fn in_production(variable: &Variable) -> &str {
    variable.production.as_deref().unwrap_or(&variable.default)
}

/// The pages of a layer: `README.md` in a folder of `deploy/`.
fn guides(layer: &Layer) -> impl Iterator<Item = Guide<'_>> {
    let all = layer.files.keys().chain(layer.with.values().flat_map(|files| files.keys()));
    let pages = all.map(|path| path.trim_end_matches(".tera"));
    let pages = pages.filter(|path| {
        let parts: Vec<&str> = path.split('/').collect();
        matches!(parts.as_slice(), ["deploy", _, "README.md"])
    });
    pages.map(|path| Guide { title: &layer.spec.title, path })
}

fn choices<'a>(catalog: &'a Catalog, stack: &Stack) -> Vec<Choice<'a>> {
    let made = stack.made().filter_map(|(axis, option)| {
        let axis = catalog.axis(axis)?;
        Some((axis, axis.option(option)?))
    });
    let choice = made.map(|(axis, option)| Choice {
        axis: &axis.name,
        axis_title: &axis.title,
        option: option.name(),
        title: &option.spec.title,
        summary: &option.spec.summary,
    });
    choice.collect()
}

fn answers<'a>(catalog: &'a Catalog, stack: &Stack) -> Vec<Answer<'a>> {
    let choices = choices(catalog, stack);
    let axes = catalog.axes.iter().filter_map(|axis| {
        let here: Vec<&Choice<'_>> = choices.iter().filter(|it| it.axis == axis.name).collect();
        let (first, titles) = (here.first()?, here.iter().map(|it| it.title).collect::<Vec<_>>());
        let quoted: Vec<String> = here.iter().map(|it| format!("\"{}\"", it.option)).collect();
        let value = match axis.several {
            true => format!("[{}]", quoted.join(", ")),
            false => quoted.join(""),
        };
        let says = match here.len() {
            1 => first.summary.to_string(),
            _ => titles.join(", "),
        };
        Some(Answer { axis: &axis.name, value, says })
    });
    axes.collect()
}
