//! The running binary: a server, or one of its other verbs.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::database::Database;

/// Its environment, by name.
pub type Env = Vec<(String, String)>;

/// How long a start or the end of a verb may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that listens; it is killed when it is dropped.
pub struct Server {
    child: Child,
    /// `host:port`
    pub address: String,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
    /// Lives at least as long as the server.
    pub database: Arc<Database>,
}

/// How a verb ended, and what it said.
pub struct Said {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A call of the binary with nothing of our own environment.
fn command(binary: &Path, dir: &Path, env: &Env) -> Command {
    let mut command = Command::new(binary);
    let kept = ["PATH", "SystemRoot", "TEMP", "TMP"];
    let kept = kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    command.current_dir(dir).env_clear().envs(kept).envs(env.iter().cloned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Collects what is said, line by line.
fn listen(from: impl Read + Send + 'static, into: &Arc<Mutex<String>>) {
    let into = into.clone();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Ok(mut into) = into.lock() {
                into.push_str(&line);
                into.push('\n');
            }
        }
    });
}

impl Server {
    pub fn start(binary: &Path, database: &Arc<Database>, env: &Env) -> Result<Self> {
        let mut child =
            command(binary, &database.dir, env).spawn().context("cannot start the binary")?;
        let (out, err) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(String::new())));
        listen(child.stdout.take().context("no stdout")?, &out);
        listen(child.stderr.take().context("no stderr")?, &err);
        let mut server =
            Self { child, address: String::new(), out, err, database: database.clone() };
        let start = Instant::now();
        loop {
            if let Some(address) = server.out().lines().find_map(url_of) {
                server.address = address;
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}: {}", server.log());
            }
            if start.elapsed() > PATIENCE {
                bail!("the server does not listen: {}", server.log());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it has said on stdout.
    pub fn out(&self) -> String {
        self.out.lock().map(|said| said.clone()).unwrap_or_default()
    }

    /// What it has said on both channels.
    pub fn log(&self) -> String {
        self.out() + &self.err.lock().map(|said| said.clone()).unwrap_or_default()
    }

    pub fn signal(&self, name: &str) -> Result<()> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status()?;
        anyhow::ensure!(sent.success(), "cannot send {name}");
        Ok(())
    }

    /// Waits for its end.
    pub fn ended(&mut self, within: Duration) -> Result<ExitStatus> {
        ended(&mut self.child, within)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended(child: &mut Child, within: Duration) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > within {
            let _ = child.kill();
            bail!("it does not end within {} ms", within.as_millis());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The address in the line that says it.
fn url_of(line: &str) -> Option<String> {
    let plain = line.strip_prefix("listening on ").map(str::to_string);
    let json =
        || serde_json::from_str::<Value>(line).ok()?.get("url")?.as_str().map(str::to_string);
    let url = plain.or_else(json)?;
    url.strip_prefix("http://").map(|address| address.trim_end_matches('/').to_string())
}

/// Runs a verb to its end.
pub fn verb(binary: &Path, dir: &Path, words: &[&str], env: &Env, stdin: &str) -> Result<Said> {
    let mut command = command(binary, dir, env);
    let mut child = command.args(words).stdin(Stdio::piped()).spawn()?;
    let (out, err) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(String::new())));
    let (mut stdout, mut stderr) =
        (child.stdout.take().context("no stdout")?, child.stderr.take().context("no stderr")?);
    let readers = [
        read_all(move |into| stdout.read_to_string(into), &out),
        read_all(move |into| stderr.read_to_string(into), &err),
    ];
    if let Some(mut pipe) = child.stdin.take() {
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let status = ended(&mut child, PATIENCE).with_context(|| format!("`{}`", words.join(" ")))?;
    for reader in readers {
        let _ = reader.join();
    }
    let text = |of: &Arc<Mutex<String>>| of.lock().map(|text| text.clone()).unwrap_or_default();
    Ok(Said { code: status.code(), out: text(&out), err: text(&err) })
}

fn read_all(
    mut read: impl FnMut(&mut String) -> std::io::Result<usize> + Send + 'static,
    into: &Arc<Mutex<String>>,
) -> thread::JoinHandle<()> {
    let into = into.clone();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = read(&mut text);
        if let Ok(mut into) = into.lock() {
            *into = text;
        }
    })
}
