//! One bash that lives as long as a chapter: what it prints comes back command by command.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// A running shell.
pub struct Shell {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Shell {
    /// In this folder, with these programs before all others.
    pub fn start(folder: &Path, programs: &[&Path], home: &Path) -> Result<Shell> {
        let path = std::env::var("PATH").unwrap_or_default();
        let own: Vec<String> = programs.iter().map(|it| format!("{}:", it.display())).collect();
        let path = format!("{}{path}", own.concat());
        let mut bash = Command::new("bash");
        bash.args(["--norc", "--noprofile"]).current_dir(folder);
        bash.env("PATH", path).env("HOME", home).env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8");
        bash.env("XDG_CACHE_HOME", home).env_remove("CARGO").env_remove("CARGO_MANIFEST_DIR");
        bash.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = bash.spawn().context("`bash` is not there")?;
        let input = child.stdin.take().context("no stdin")?;
        let output = child.stdout.take().context("no stdout")?;
        let mut shell = Shell { child, input, output };
        shell.run("exec 2>&1")?;
        Ok(shell)
    }

    /// Runs a command, and answers with all it prints.
    pub fn run(&mut self, command: &str) -> Result<String> {
        // its own stdin, or it would read the commands that follow
        let line = format!("{{ {command}\n}} </dev/null\nprintf '{MARK}'\n");
        self.input.write_all(line.as_bytes()).and_then(|()| self.input.flush())?;
        let mut said = Vec::new();
        let mut byte = [0];
        while !said.ends_with(MARK.as_bytes()) {
            let read = self.output.read(&mut byte)?;
            ensure!(read > 0, "the shell has ended at `{command}`");
            said.push(byte[0]);
        }
        said.truncate(said.len() - MARK.len());
        Ok(String::from_utf8_lossy(&said).replace('\r', ""))
    }

    /// Where it is.
    pub fn folder(&mut self) -> Result<String> {
        Ok(self.run("pwd")?.trim_end().to_string())
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What no command prints.
const MARK: &str = "<<end of what it prints>>";
