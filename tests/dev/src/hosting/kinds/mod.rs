//! Every kind of file around the code. To add one: a module here, and a line in both lists.

mod caddy;
mod compose;
mod dependabot;
mod dockerfile;
mod dockerignore;
mod env;
mod gitlab;
mod haproxy;
mod nginx;
mod page;
mod script;
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
    script::KIND,
    env::KIND,
    page::KIND,
];

/// The kind of a file.
pub fn of(path: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| (kind.is)(path))
}
