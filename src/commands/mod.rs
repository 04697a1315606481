//! The verbs, one file or folder each, and what several of them do: `build`, `here`.

pub mod book;
pub mod build;
pub mod capacity;
pub mod check;
pub mod compare;
pub mod completions;
pub mod doctor;
pub mod explain;
pub mod here;
pub mod learn;
pub mod list;
pub mod man;
pub mod new;
pub mod scale_lab;
pub mod services;
