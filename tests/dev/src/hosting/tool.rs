//! The programs that validate files, where they come from, and what they say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::hosting::kinds;
use crate::hosting::sites::Site;
use crate::work;

/// A program that validates.
pub struct Tool {
    pub name: &'static str,
    pub program: &'static str,
    pub from: From,
    /// The command for one file; it ends with success when the file is valid.
    pub command: fn(&Path, &Bench) -> Result<Command>,
}

/// Where a program comes from.
pub enum From {
    /// A Python package at exactly this version, put into a folder of this command's own.
    Python(&'static str),
    /// Packages of npm at exactly these versions, put into a folder of this command's own; the
    /// program is in one of them.
    Node(&'static [&'static str]),
    /// A package of Debian, which `.ci/run` installs.
    Debian(&'static str),
    /// A package of npm at exactly this version, in a folder of this command's own; `MODULE` names
    /// it to the program, which is `node`.
    Module(&'static str),
}

/// What came of it.
pub enum Verdict {
    Good,
    Bad(String),
    /// The program is not there.
    Missing(String),
}

/// The files of a project around the code in a folder of their own, and the one that is looked at.
pub struct Bench {
    dir: TempDir,
    /// Its path in the project.
    pub path: String,
}

impl Bench {
    pub fn of(site: &Site, path: &str, text: &str) -> Result<Bench> {
        let dir = TempDir::new()?;
        for (other, bytes) in &site.files {
            let to = dir.path().join(other);
            fs::create_dir_all(to.parent().unwrap_or(dir.path()))?;
            fs::write(&to, if other == path { text } else { bytes })?;
        }
        Ok(Bench { dir, path: path.to_string() })
    }

    /// The folder of the project.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// The file that is looked at.
    pub fn file(&self) -> PathBuf {
        self.dir.path().join(&self.path)
    }

    pub fn text(&self) -> Result<String> {
        Ok(fs::read_to_string(self.file())?)
    }

    /// Another text beside it, for what a program wants to be around or instead.
    pub fn beside(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.dir.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }
}

/// All programs; those of Python and of npm are installed when the first is asked for.
pub struct Tools {
    python: OnceLock<Result<PathBuf, String>>,
    node: OnceLock<Result<PathBuf, String>>,
    module: OnceLock<Result<PathBuf, String>>,
}

impl Tools {
    pub fn new() -> Tools {
        Tools { python: OnceLock::new(), node: OnceLock::new(), module: OnceLock::new() }
    }

    /// What a program says of a file.
    pub fn ask(&self, tool: &Tool, bench: &Bench) -> Result<Verdict> {
        let program = match &tool.from {
            From::Python(package) => match self.python.get_or_init(install) {
                Ok(folder) => on_path(std::slice::from_ref(folder), tool.program).ok_or(*package),
                Err(why) => return Ok(Verdict::Missing(format!("`{}`: {why}", tool.name))),
            },
            From::Node(packages) => match self.node.get_or_init(|| install_node(packages)) {
                Ok(folder) => on_path(std::slice::from_ref(folder), tool.program).ok_or("npm"),
                Err(why) => return Ok(Verdict::Missing(format!("`{}`: {why}", tool.name))),
            },
            From::Debian(package) => on_path(&folders(), tool.program).ok_or(*package),
            From::Module(package) => match self.module.get_or_init(|| module(package)) {
                Ok(_) => on_path(&folders(), tool.program).ok_or("nodejs"),
                Err(why) => return Ok(Verdict::Missing(format!("`{}`: {why}", tool.name))),
            },
        };
        let program = match program {
            Ok(program) => program,
            Err(package) => {
                return Ok(Verdict::Missing(format!("`{}` of the package {package}", tool.name)));
            }
        };
        let mut command = (tool.command)(&program, bench)?;
        if let Some(Ok(module)) = self.module.get() {
            command.env("MODULE", module);
        }
        let said = work::output(command.current_dir(bench.root()).stdin(Stdio::null()))?;
        match said.status.success() {
            true => Ok(Verdict::Good),
            false => Ok(Verdict::Bad(work::tail(&said, 8))),
        }
    }
}

/// The Python packages of all kinds, in `target/hosting/python`.
fn install() -> Result<PathBuf, String> {
    let kinds = kinds::ALL.iter().flat_map(|kind| kind.tools);
    let packages: BTreeSet<&str> = kinds
        .filter_map(|tool| match tool.from {
            From::Python(package) => Some(package),
            From::Debian(_) | From::Node(_) | From::Module(_) => None,
        })
        .collect();
    let folder = work::root().join("target").join("hosting").join("python");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let (list, mark) = (packages.into_iter().collect::<Vec<_>>(), folder.join("installed"));
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == list.join("\n")) {
        return Ok(programs);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(Command::new(programs.join("python")).args(words).args(&list))?;
    fs::write(&mark, list.join("\n")).map_err(|error| error.to_string())?;
    Ok(programs)
}

/// A package of npm in `target/hosting/module`: the file that a program imports.
fn module(package: &str) -> Result<PathBuf, String> {
    let folder = work::root().join("target").join("hosting").join("module");
    let name = package.split('@').next().unwrap_or(package);
    let module = folder.join("node_modules").join(name);
    if !module.is_dir() {
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
        run(npm.arg("--prefix").arg(&folder).arg(package))?;
    }
    Ok(module.join("node.mjs"))
}

/// The packages of npm, in `target/hosting/node`.
fn install_node(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = work::root().join("target").join("hosting").join("node");
    let (programs, mark) = (folder.join("node_modules").join(".bin"), folder.join("installed"));
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == packages.join("\n")) {
        return Ok(programs);
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let words = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
    run(Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(words)
        .arg(&folder)
        .args(packages))?;
    fs::write(&mark, packages.join("\n")).map_err(|error| error.to_string())?;
    Ok(programs)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let said = command.output().map_err(|error| format!("cannot run `{program}`: {error}"))?;
    if said.status.success() { Ok(()) } else { Err(work::tail(&said, 2)) }
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // servers are not on everybody's path
    std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]).collect()
}

fn on_path(folders: &[PathBuf], program: &str) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The one file, as the last word.
pub fn plain(program: &Path, words: &[&str], bench: &Bench) -> Result<Command> {
    let mut command = Command::new(program);
    command.args(words).arg(bench.file().to_str().context("a path is no text")?);
    Ok(command)
}

/// The one file, held against a schema of ours in `tests/dev/schemas/`.
pub fn schema(program: &Path, name: &str, bench: &Bench) -> Result<Command> {
    let schema = work::root().join("tests").join("dev").join("schemas").join(name);
    let schema = schema.to_str().context("a path is no text")?.to_string();
    plain(program, &["--schemafile", &schema], bench)
}
