//! Servers as entries of a `compose.yaml`: on a developer's machine, and in production.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::spec::Service;
use crate::render::seams::once;

/// What a developer's machine runs.
#[derive(Serialize)]
pub struct Composition<'a> {
    services: Vec<Container<'a>>,
    /// Once when there are volumes.
    volumes: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Container<'a> {
    name: &'a str,
    image: &'a str,
    /// The rest of its entry in `compose.yaml`.
    lines: Vec<String>,
}

/// Once when there are services.
pub fn of(services: Vec<&Service>) -> Vec<Composition<'_>> {
    let volumes: Vec<&str> = services.iter().filter_map(|service| volume(service)).collect();
    let composition = Composition {
        services: services.iter().map(|service| container(service)).collect(),
        volumes: once(!volumes.is_empty(), volumes),
    };
    once(!services.is_empty(), composition)
}

/// The name of a service's volume, when it has one.
pub fn volume(service: &Service) -> Option<&str> {
    service.volume.as_deref()?.split(':').next()
}

fn container(service: &Service) -> Container<'_> {
    let health = [("interval", "1s"), ("retries", "60")];
    let lines = lines(service, &service.command, &service.ports, &service.env, &health);
    Container { name: &service.name, image: &service.image, lines }
}

/// A service as it runs beside the backend in production: no port is open to the outside.
pub fn in_production(service: &Service) -> Vec<String> {
    let health = [("interval", "5s"), ("timeout", "3s"), ("retries", "24")];
    let production = service.production.as_ref();
    let none = BTreeMap::new();
    let env = production.map_or(&none, |production| &production.env);
    let command = production.map_or(&[][..], |production| &production.command);
    lines(service, command, &[], env, &health)
}

fn lines(
    service: &Service,
    command: &[String],
    ports: &[String],
    env: &BTreeMap<String, String>,
    health: &[(&str, &str)],
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |key: &str, items: &[String]| {
        if !items.is_empty() {
            lines.push(format!("{key}: {items:?}"));
        }
    };
    list("command", command);
    list("ports", ports);
    list("volumes", service.volume.as_slice());
    if !env.is_empty() {
        lines.push("environment:".to_string());
        lines.extend(env.iter().map(|(name, value)| format!("  {name}: {value:?}")));
    }
    if !service.healthcheck.is_empty() {
        lines.push("healthcheck:".to_string());
        lines.push(format!("  test: {:?}", service.healthcheck));
        lines.extend(health.iter().map(|(key, value)| format!("  {key}: {value}")));
    }
    lines
}
