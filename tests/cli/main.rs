//! Every test of the command line, in one program, and the laws that hold over all stacks.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

mod alone;
mod arriving;
mod atomic;
mod bad_input;
mod book;
mod check;
mod compare;
mod completions;
mod doctor;
mod every_stack;
mod explain;
mod force;
mod from;
mod guide;
mod hosting;
mod house;
mod injection;
mod laws;
mod learn;
mod lists;
mod names;
mod new;
mod pipeline;
mod places;
#[cfg(unix)]
mod prompts;
#[cfg(target_os = "linux")]
mod release;
mod sandbox;
mod scale;
mod secrets;
mod services;
mod shop;
mod streams;
mod traces;
#[cfg(target_os = "linux")]
mod ways;
mod workspace;
