//! Programs of this machine, asked with a deadline.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::doctor::facts::Said;
use crate::services::recipe::Knock;

/// Runs a program to its end, and keeps what it says.
pub fn ask(program: impl AsRef<OsStr>, words: &[&str], folder: &Path, deadline: Duration) -> Said {
    let mut command = Command::new(program);
    command.args(words).current_dir(folder);
    said(command, deadline)
}

/// The same for a command that is ready to run.
pub fn said(mut command: Command, deadline: Duration) -> Said {
    // A file, not a pipe: a grandchild that lives on must not keep us waiting.
    let Ok(mut file) = tempfile::tempfile() else {
        return Said::No("the temporary folder cannot be written".to_string());
    };
    let (Ok(out), Ok(err)) = (file.try_clone(), file.try_clone()) else { return Said::Nothing };
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    // What is not there must not be fetched while somebody waits.
    command.env("RUSTUP_AUTO_INSTALL", "0").env("LC_ALL", "C");
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Said::Absent,
        Err(error) => return Said::No(error.to_string()),
    };
    match ended(&mut child, deadline) {
        None => {
            end(&mut child);
            Said::Nothing
        }
        Some(status) if status.success() => Said::Yes(text(&mut file)),
        Some(_) => Said::No(text(&mut file)),
    }
}

/// Logs in with the first program that is there, and says why that failed.
pub fn refusal(knocks: &[Knock], folder: &Path) -> Option<String> {
    knocks.iter().find_map(|knock| {
        let beside = || knock.folders.iter().flat_map(|it| folders(it));
        let beside = || beside().find_map(|it| in_folder(&it, &knock.program));
        let mut command = Command::new(find(&knock.program).or_else(beside)?);
        command.args(&knock.words).envs(&knock.env).current_dir(folder);
        match said(command, super::SHORT) {
            Said::No(text) => Some(Some(last_line(&text))),
            Said::Yes(_) => Some(None),
            // Without a program that logs in, the greeting has to do.
            Said::Absent | Said::Nothing => None,
        }
    })?
}

fn last_line(text: &str) -> String {
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no reason").to_string()
}

/// Where a program is: in `PATH`, or where programs usually are.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = USUAL.iter().map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).find_map(|folder| in_folder(&folder, name))
}

/// A program in this folder.
pub fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    let mut files = endings.iter().map(|ending| folder.join(format!("{name}{ending}")));
    files.find(|file| folder.is_absolute() && is_program(file))
}

/// Every folder that a pattern means; `*` stands for anything within one name.
pub fn folders(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in Path::new(pattern).components() {
        let part = part.as_os_str().to_string_lossy();
        found = match part.split_once('*') {
            None => found.iter().map(|folder| folder.join(&*part)).collect(),
            Some((start, end)) => found.iter().flat_map(|it| matching(it, start, end)).collect(),
        };
    }
    found.retain(|folder| folder.is_dir());
    found
}

fn matching(folder: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let alike = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    });
    alike.map(|entry| entry.path()).collect()
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

fn ended(child: &mut Child, deadline: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < deadline {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        sleep(Duration::from_millis(10));
    }
    None
}

/// Ends it, and on Unix everything that it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        use nix::sys::signal::{Signal, killpg};
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = file.rewind().and_then(|()| file.take(LIMIT).read_to_end(&mut bytes));
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

/// More than this is not read.
const LIMIT: u64 = 64 * 1024;

#[cfg(not(windows))]
const USUAL: [&str; 5] =
    ["/usr/bin", "/bin", "/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin"];
#[cfg(windows)]
const USUAL: [&str; 0] = [];
