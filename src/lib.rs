//! backend-gen: a real backend, and the understanding of it.
//!
//! The house: `commands` on top, one verb each; the doors under `io` are the only modules that
//! touch the world; the rooms (`catalog` to `render`) are values in, values out.

pub mod answer;
pub mod book;
pub mod catalog;
pub mod check;
pub mod choice;
pub mod cli;
pub mod commands;
pub mod difference;
pub mod doctor;
#[cfg(test)]
mod fixture;
pub mod flags;
pub mod ground;
pub mod io;
pub mod judge;
pub mod lesson;
pub mod listing;
pub mod lock;
pub mod manifest;
pub mod name;
pub mod opening;
pub mod origin;
pub mod packages;
pub mod patch;
pub mod pipeline;
pub mod plan;
pub mod project;
pub mod render;
pub mod scale;
pub mod services;
pub mod ship;
pub mod stack;
pub mod tested;
pub mod trouble;
pub mod words;
pub mod workspace;

pub use project::Project;
pub use render::{Tree, render};
pub use stack::Stack;

/// The version of this program, and of the templates in it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
