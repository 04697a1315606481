//! Servers that outlive this program: started, looked at, stopped.
#![allow(clippy::disallowed_methods)]

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

pub use system::{Owner, end, owner, words_of};

/// How a program is run for a server.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    pub program: &'a Path,
    pub words: &'a [String],
    /// The folder it runs in.
    pub folder: &'a Path,
    /// What it says is added to this file.
    pub log: &'a Path,
    /// Who runs it, when it is not us.
    pub owner: Option<&'a Owner>,
}

/// A server that was started. It goes on when this value goes away.
pub struct Started {
    child: Child,
}

impl Started {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Run<'_> {
    /// Starts it, and lets it go on.
    pub fn start(&self) -> Result<Started> {
        let log = self.open_log()?;
        let errors = log.try_clone().context("cannot write the log")?;
        let mut command = Command::new(self.program);
        command.args(self.words).current_dir(self.folder);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        // The words of a log that is shown, and the sorting of a database, are those of no country.
        command.env("LC_ALL", "C");
        system::detach(&mut command, self.owner);
        let child = command.spawn();
        let child = child.with_context(|| format!("cannot start `{}`", self.program.display()))?;
        Ok(Started { child })
    }

    /// Runs it to its end, or until it is stopped. True when it did what it was asked for.
    pub fn finish(&self, deadline: Duration, stopped: impl Fn() -> bool) -> Result<bool> {
        let mut started = self.start()?;
        let start = Instant::now();
        loop {
            if let Some(status) = started.ended() {
                return Ok(status.success());
            }
            if stopped() || start.elapsed() > deadline {
                end(started.pid(), true);
                let _ = started.child.wait();
                return Ok(false);
            }
            sleep(POLL);
        }
    }

    fn open_log(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        system::private(&mut options);
        let cannot = || format!("cannot write `{}`", self.log.display());
        options.open(self.log).with_context(cannot)
    }
}

/// Waits until the process is gone. False when it is still there.
pub fn gone(pid: u32, is_it: impl Fn(&str) -> bool, deadline: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < deadline {
        if !words_of(pid).is_some_and(|words| is_it(&words)) {
            return true;
        }
        sleep(POLL);
    }
    false
}

/// A moment between two looks.
pub fn pause() {
    sleep(POLL);
}

/// Makes the folder of a server, which nobody else may enter, with files in it.
pub fn furnish<'a>(
    home: &Path,
    files: impl IntoIterator<Item = (&'a String, &'a String)>,
    owner: Option<&Owner>,
) -> Result<()> {
    let cannot = |path: &Path| format!("cannot write `{}`", path.display());
    system::private_folder(home).with_context(|| cannot(home))?;
    for (name, text) in files {
        let path = home.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        system::private(&mut options);
        let file = options.open(&path).with_context(|| cannot(&path))?;
        std::io::Write::write_all(&mut &file, text.as_bytes()).with_context(|| cannot(&path))?;
        system::give(&path, owner)?;
    }
    system::give(home, owner)
}

/// Makes an empty folder inside, for the server's own use.
pub fn folder(path: &Path, owner: Option<&Owner>) -> Result<()> {
    system::private_folder(path).with_context(|| format!("cannot make `{}`", path.display()))?;
    system::give(path, owner)
}

/// Puts a finished folder in its place.
pub fn place(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("cannot make `{}`", to.display()))
}

/// Takes a folder away, with everything in it. One that is not there is no trouble.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Where the server's folder can be: in the project, or where its owner can get at it.
pub fn home(wanted: PathBuf, name: &str, owner: Option<&Owner>) -> PathBuf {
    match owner {
        Some(owner) if !owner.reaches(&wanted) => Path::new(SHARED).join(name),
        _ => wanted,
    }
}

/// The last lines of a log.
pub fn last_lines(log: &Path, count: usize) -> Vec<String> {
    let text = fs::read(log).map(|it| String::from_utf8_lossy(&it).into_owned());
    let text = text.unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| line.to_string()).collect()
}

/// Empties a log, so that it tells of one start only.
pub fn empty(log: &Path) {
    // It is not there before the first start.
    let _ = fs::remove_file(log);
}

/// A word as an argument.
pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

const POLL: Duration = Duration::from_millis(50);

/// For servers of a root whose projects nobody else can reach.
const SHARED: &str = "/var/lib/backend-gen";
