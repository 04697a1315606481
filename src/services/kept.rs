//! What is remembered of a server that was started: `.backend-gen/services/NAME.json`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The folder, below the project, of everything that belongs to its servers.
pub const FOLDER: &str = ".backend-gen/services";

/// A server that belongs to a project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, tag = "as")]
pub enum Kept {
    /// A container of `compose.yaml`.
    #[serde(rename = "container")]
    Container,
    /// A program on this machine.
    #[serde(rename = "program")]
    Program(Program),
}

/// A program that was started, or that can be started again on the same data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    pub title: String,
    /// The project it was started for: a copy of the project has no part in it.
    pub project: PathBuf,
    /// Where its data, its log and its files are.
    pub home: PathBuf,
    pub program: PathBuf,
    pub port: u16,
    pub password: String,
    /// Its process, unless it was stopped.
    pub pid: Option<u32>,
}

impl Kept {
    /// Reads it. A file that makes no sense is none, and says so.
    pub fn parse(text: &str) -> Result<Kept> {
        serde_json::from_str(text).context("it is not what backend-gen wrote")
    }

    /// As a file.
    pub fn to_text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl Program {
    /// The folder of the data, in the server's own folder.
    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// What it says of itself.
    pub fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    /// A process with these words is this server, and not one that got its number later.
    pub fn is(&self, words: &str) -> bool {
        let name = self.program.file_stem().map(|name| name.to_string_lossy().into_owned());
        let port = self.port.to_string();
        let mut numbers = words.split(|letter: char| !letter.is_ascii_digit());
        // Windows shows the name of the program only.
        let same_port = cfg!(windows) || numbers.any(|number| number == port);
        same_port && name.is_some_and(|name| words.contains(&name))
    }

    /// The same for the project in this folder, when it was moved there or is a copy. A copy takes
    /// the data that came with it, and no part in what runs for the original.
    pub fn at(self, project: &Path, original_is_there: bool) -> Option<Program> {
        if self.project == project {
            return Some(self);
        }
        let home = match self.home.strip_prefix(&self.project) {
            Ok(inside) => project.join(inside),
            // Its data is elsewhere, and the original has it.
            Err(_) if original_is_there => return None,
            Err(_) => self.home.clone(),
        };
        let pid = self.pid.filter(|_| !original_is_there);
        Some(Program { project: project.to_path_buf(), home, pid, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Program {
        Program {
            title: "T".to_string(),
            project: PathBuf::from("/p"),
            home: PathBuf::from("/p/home"),
            program: PathBuf::from("/bin/postgres"),
            port: 4711,
            password: "x".to_string(),
            pid: Some(1),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for kept in [Kept::Container, Kept::Program(program())] {
            assert_eq!(Kept::parse(&kept.to_text().unwrap()).unwrap(), kept);
        }
        assert!(Kept::parse("").is_err() && Kept::parse("{\"as\":\"else\"}").is_err());
    }

    #[test]
    fn a_copy_leaves_the_original_alone() {
        let (there, home) = (Path::new("/copy"), PathBuf::from("/copy/home"));
        let copied = program().at(there, true).unwrap();
        assert_eq!((copied.home.clone(), copied.pid), (home.clone(), None));
        let moved = program().at(there, false).unwrap();
        assert_eq!((moved.home, moved.pid), (home, Some(1)));
        assert_eq!(program().at(Path::new("/p"), true), Some(program()));
        let shared = Program { home: PathBuf::from("/var/x"), ..program() };
        assert_eq!(shared.at(there, true), None);
    }

    #[test]
    fn another_process_with_its_number_is_not_it() {
        assert!(program().is("/usr/bin/postgres -D /p/home/data -p 4711"));
        assert!(!program().is("/usr/bin/postgres -D /p/home/data -p 4712"));
        assert!(!program().is("vim 4711"));
    }
}
