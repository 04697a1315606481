//! The program: see `lib.rs` for the house, `cli.rs` for what it understands.

use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = backend_gen::cli::run(std::env::args_os());
    ExitCode::from(exit as u8)
}
