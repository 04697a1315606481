//! Every kind of file around the code. To add one: a module here, and a line in both lists.

mod appspec;
mod caddy;
mod cloudrun;
mod compose;
mod dependabot;
mod dockerfile;
mod dockerignore;
mod env;
mod fly;
mod formation;
mod gitlab;
mod haproxy;
mod kubernetes;
mod kustomization;
mod nginx;
mod page;
mod pod;
mod railway;
mod render;
mod script;
mod settings;
mod thin;
mod trust;
mod unit;
mod words;
mod workflow;

use crate::hosting::kind::Kind;

/// A file is of the first kind that knows it.
pub const ALL: &[Kind] = &[
    dockerfile::KIND,
    dockerignore::KIND,
    compose::KIND,
    workflow::KIND,
    dependabot::KIND,
    gitlab::KIND,
    caddy::KIND,
    nginx::KIND,
    haproxy::KIND,
    unit::KIND,
    kustomization::KIND,
    kubernetes::KIND,
    fly::KIND,
    render::KIND,
    settings::HEROKU,
    settings::VERCEL,
    thin::KIND,
    formation::KIND,
    trust::KIND,
    cloudrun::KIND,
    railway::KIND,
    appspec::KIND,
    script::KIND,
    env::KIND,
    page::KIND,
];

/// The kind of a file.
pub fn of(path: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| (kind.is)(path))
}
