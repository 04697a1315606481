//! An empty folder to run the program in, and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder that goes away with the test.
pub struct Sandbox {
    dir: TempDir,
}

/// A run of the program, over.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox { dir: TempDir::new().expect("a folder for the test") }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Puts a file there, with the folders around it.
    pub fn file(self, path: &str, text: &str) -> Sandbox {
        self.write(path, text);
        self
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn folder(self, path: &str) -> Sandbox {
        fs::create_dir_all(self.path().join(path)).unwrap();
        self
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn has(&self, path: &str) -> bool {
        fs::symlink_metadata(self.path().join(path)).is_ok()
    }

    /// Runs `backend-gen` with these words.
    #[track_caller]
    pub fn run(&self, words: &str) -> Run {
        self.run_in(".", &words.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs it in a folder below, with words that may hold anything.
    #[track_caller]
    pub fn run_in(&self, folder: &str, words: &[&str]) -> Run {
        let mut command = command();
        command.current_dir(self.path().join(folder)).args(words);
        Run::of(command.output().expect("the program starts"))
    }

    /// Runs a script of the shell, in which `"$0"` is the program.
    #[cfg(unix)]
    #[track_caller]
    pub fn shell(&self, script: &str) -> Run {
        let mut shell = Command::new("sh");
        shell.env_remove("NO_COLOR").env_remove("CARGO").write_stdin("");
        let program = env!("CARGO_BIN_EXE_backend-gen");
        shell.current_dir(self.path()).args(["-c", script, program]);
        Run::of(shell.output().expect("there is a shell"))
    }

    /// Every file and what it says, to compare before and after.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.path(), self.path(), &mut files);
        files
    }
}

/// The program, without what the terminal of a developer may say.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
    command.env_remove("NO_COLOR").env_remove("CARGO").write_stdin("");
    command
}

impl Run {
    pub fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It did what was asked.
    #[track_caller]
    pub fn success(self) -> Run {
        self.ends_with(0)
    }

    /// It ended with this code.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// It says this on stdout.
    #[track_caller]
    pub fn says(self, text: &str) -> Run {
        assert!(self.stdout.contains(text), "no `{text}` in:\n{}", self.stdout);
        self
    }

    /// It complains with these words.
    #[track_caller]
    pub fn complains(self, text: &str) -> Run {
        assert!(self.stderr.contains(text), "no `{text}` in:\n{}", self.stderr);
        self
    }
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_path_buf();
        if path.is_symlink() {
            files.insert(name, b"link".to_vec());
        } else if path.is_dir() {
            files.insert(name, b"folder".to_vec());
            collect(root, &path, files);
        } else if path.is_file() {
            files.insert(name, fs::read(&path).unwrap_or_default());
        } else {
            files.insert(name, b"pipe".to_vec());
        }
    }
}
