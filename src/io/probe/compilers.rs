//! Whether a small program can be built and run, in Rust and in C.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::SHORT;
use super::programs::said;
use crate::doctor::facts::Said;

/// Builds and runs a Rust program, which takes a linker.
pub fn rust(folder: &Path) -> Said {
    hello("hello.rs", RUST, folder, |source, program| {
        let mut rustc = Command::new("rustc");
        rustc.arg("--edition=2024").arg(source).arg("-o").arg(program);
        rustc
    })
}

/// Builds and runs a C program, with the first compiler that is there. Says which.
pub fn c(folder: &Path) -> Said {
    for compiler in compilers() {
        let name = compiler.get_program().to_string_lossy().into_owned();
        let made = hello("hello.c", C, folder, |source, program| {
            let mut command = Command::new(compiler.get_program());
            command.args(compiler.get_args()).arg(source);
            for (name, value) in compiler.get_envs() {
                command.env(name, value.unwrap_or_default());
            }
            let out = program.display();
            match cfg!(target_env = "msvc") {
                // its other products go beside the program
                true => {
                    command.arg("/nologo").arg(format!("/Fe{out}")).arg(format!("/Fo{out}.obj"))
                }
                false => command.arg("-o").arg(program),
            };
            command
        });
        match made {
            Said::Absent => continue,
            Said::Yes(_) => return Said::Yes(name),
            other => return other,
        }
    }
    Said::Absent
}

/// What would compile C here, in the order in which builds look for it.
fn compilers() -> Vec<Command> {
    let named = std::env::var("CC").ok().filter(|it| !it.trim().is_empty());
    let named = named.map(|it| {
        let mut words = it.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        command
    });
    #[cfg(windows)]
    let found = find_msvc_tools::find(std::env::consts::ARCH, "cl.exe");
    #[cfg(not(windows))]
    let found = None;
    let usual = ["cc", "gcc", "clang"].map(Command::new);
    named.into_iter().chain(found).chain(usual).collect()
}

/// Writes a program, builds it and runs it, in a folder that goes away.
fn hello(name: &str, text: &str, folder: &Path, command: impl Fn(&Path, &Path) -> Command) -> Said {
    let Ok(dir) = TempDir::new() else {
        return Said::No("the temporary folder cannot be written".to_string());
    };
    let source = dir.path().join(name);
    let program: PathBuf = dir.path().join(format!("hello{}", std::env::consts::EXE_SUFFIX));
    if let Err(error) = std::fs::write(&source, text) {
        return Said::No(format!("the temporary folder cannot be written: {error}"));
    }
    let mut build = command(&source, &program);
    build.current_dir(folder);
    match said(build, BUILD) {
        Said::Yes(_) => match said(Command::new(&program), SHORT) {
            Said::Absent => Said::No("what was built is not there".to_string()),
            other => other,
        },
        other => other,
    }
}

/// A loaded machine takes its time.
const BUILD: Duration = Duration::from_secs(8);

const RUST: &str = "fn main() { println!(\"hello\") }\n";
const C: &str = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
