//! A chapter's session: a fresh project, a shell in it, and the backend that the text speaks to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::Stack;
use backend_gen::book::transcript::INTERRUPT;
use tempfile::TempDir;

use super::backend::Backend;
use super::matching::{Ids, Matcher};
use super::shell::Shell;

/// What is built once for all sessions.
pub struct Programs {
    pub backend_gen: PathBuf,
    /// The program of the session's stack.
    pub backend: PathBuf,
}

/// A chapter's session in one stack.
pub struct Session {
    programs: Programs,
    shell: Shell,
    backend: Option<Backend>,
    /// A port of the book, and the one that stands for it.
    ports: BTreeMap<u16, u16>,
    pub ids: Ids,
    /// What the program is called here, where the build folder is shared by all stacks.
    key: String,
    _scratch: TempDir,
}

impl Session {
    pub fn start(programs: Programs, stack: &Stack) -> Result<Session> {
        let scratch = TempDir::new()?;
        let (bin, work) = (scratch.path().join("bin"), scratch.path().join("work"));
        std::fs::create_dir(&bin)?;
        std::fs::create_dir(&work)?;
        let cargo = bin.join("cargo");
        let script = format!(
            "#!/bin/sh\n[ \"$1 $2\" = \"run --\" ] || {{ echo \"cargo $*: not in the book\"; exit 1; }}\n\
             shift 2; exec {} \"$@\"\n",
            programs.backend.display()
        );
        std::fs::write(&cargo, script)?;
        runnable(&cargo)?;
        let own = programs.backend_gen.parent().context("a folder of programs")?;
        let ports = BTreeMap::from([(3000, free_port()?)]);
        let mut shell = Shell::start(&work, &[&bin, own], scratch.path())?;
        shell.run(&format!("export PORT={}", ports[&3000]))?;
        let made =
            shell.run(&format!("backend-gen new shop -y --no-git {}; cd shop", stack.flags()))?;
        ensure!(shell.folder()?.ends_with("/shop"), "no project: {made}");
        let key = stack.key();
        Ok(Session {
            programs,
            shell,
            backend: None,
            ports,
            ids: Ids::new(),
            key,
            _scratch: scratch,
        })
    }

    /// Does what stands behind `$ `, and answers with what it prints, in the book's words.
    pub fn run(&mut self, matcher: &Matcher, command: &str) -> Result<String> {
        let said = if command == INTERRUPT {
            self.interrupt()?
        } else if let Some(variables) = is_start(command) {
            self.serve(&variables)?
        } else {
            let names_it = self.ports.keys().any(|port| command.contains(&format!(":{port}")));
            if self.backend.is_none() && names_it {
                self.serve(&[])?;
            }
            let command = matcher.translated(&self.to_real(command), &self.ids);
            self.shell.run(&command)?
        };
        Ok(self.to_book(&said))
    }

    fn serve(&mut self, variables: &[(String, String)]) -> Result<String> {
        // the one that was started without a word
        self.stop()?;
        let folder = self.shell.folder()?;
        let mut command = Command::new(&self.programs.backend);
        let mut book = 3000;
        for (name, value) in variables {
            match name.as_str() {
                "PORT" => book = value.parse().context("a port")?,
                _ => drop(command.env(name, value)),
            }
        }
        if let Entry::Vacant(place) = self.ports.entry(book) {
            place.insert(free_port()?);
        }
        command.current_dir(&folder).env("PORT", self.ports[&book].to_string());
        let (backend, said) = Backend::start(command)?;
        let Some(backend) = backend else { return Ok(said) };
        let id = backend.id();
        self.shell.run(&format!("BACKEND={id}"))?;
        self.backend = Some(backend);
        Ok(said)
    }

    fn interrupt(&mut self) -> Result<String> {
        let Some(mut backend) = self.backend.take() else {
            bail!("nothing runs that `^C` could end")
        };
        backend.take();
        backend.interrupt()?;
        Ok(backend.take())
    }

    fn stop(&mut self) -> Result<()> {
        if let Some(mut backend) = self.backend.take() {
            backend.interrupt()?;
        }
        Ok(())
    }

    fn to_real(&self, text: &str) -> String {
        let replaced = |text: String, (book, real): (&u16, &u16)| {
            text.replace(&format!(":{book}"), &format!(":{real}"))
        };
        self.ports.iter().fold(text.to_string(), replaced)
    }

    fn to_book(&self, text: &str) -> String {
        let replaced = |text: String, (book, real): (&u16, &u16)| {
            text.replace(&format!(":{real}"), &format!(":{book}"))
        };
        let text = self.ports.iter().fold(text.to_string(), replaced);
        let scratch = self._scratch.path().join("work");
        text.replace(&*scratch.to_string_lossy(), "/home/ada").replace(&self.key, "shop")
    }
}

/// The variables of `A=b cargo run`.
fn is_start(command: &str) -> Option<Vec<(String, String)>> {
    let before = command.strip_suffix("cargo run")?;
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_string(), value.to_string()))
    };
    before.split_whitespace().map(pair).collect()
}

/// A script is run by its name, which Unix allows by a bit.
#[cfg(unix)]
fn runnable(script: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755))?)
}

#[cfg(windows)]
fn runnable(_script: &Path) -> Result<()> {
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The path of a program that must be there.
pub fn built(path: &Path) -> Result<PathBuf> {
    ensure!(path.is_file(), "`{}` was not built", path.display());
    Ok(path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::is_start;

    #[test]
    fn only_a_start_is_a_start() {
        assert_eq!(is_start("cargo run"), Some(vec![]));
        assert_eq!(is_start("A=b cargo run").unwrap().len(), 1);
        assert_eq!(is_start("cargo run -- migrate"), None);
        assert_eq!(is_start("cd x && cargo run"), None);
    }
}
