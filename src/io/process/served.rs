//! A backend of a lesson: on a leash, with an environment of its own, never believed, always ended.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::io::process::leash::Held;
use crate::io::process::said::{FLOOD, Said, listen};

/// A running backend. It is ended with all that it started when this value goes away.
pub struct Served {
    child: Child,
    /// While it is open, the leash holds.
    leash: Option<ChildStdin>,
    said: Arc<Mutex<Said>>,
    port: u16,
    code: Option<i32>,
}

/// How a start went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// It listens where it should.
    Listens(String),
    /// It listens somewhere else.
    Elsewhere(String),
    Ended(i32),
    /// It does not listen, and does not end.
    Silent,
    /// It prints without end.
    Floods,
    /// The user stopped us.
    Stopped,
}

impl Served {
    /// Starts it in a folder with this environment and no other.
    pub fn start(
        held: &Held,
        folder: &Path,
        env: &BTreeMap<String, String>,
        port: u16,
    ) -> Result<Served> {
        let mut command = held.command()?;
        command.current_dir(folder).env_clear();
        command.envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(env).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", held.program.display()))?;
        let said = Arc::new(Mutex::new(Said::default()));
        for stream in [
            child.stdout.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
            child.stderr.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
        ] {
            listen(stream.context("the program has no output")?, said.clone());
        }
        let leash = child.stdin.take();
        Ok(Served { child, leash, said, port, code: None })
    }

    /// Waits until it listens, ends, or must be given up. `any` is true for a program that need not say
    /// where it listens.
    pub fn wait(
        &mut self,
        any: bool,
        limit: Duration,
        stopped: impl Fn() -> bool,
    ) -> Result<Start> {
        let start = Instant::now();
        while start.elapsed() < limit {
            if stopped() {
                return Ok(Start::Stopped);
            }
            // Asked first: what it says before it ends must not be missed.
            let over = self.ended()?;
            let (url, bytes) = {
                let said = self.said();
                (said.url.clone(), said.bytes)
            };
            if let Some(url) = url {
                let here = url.ends_with(&format!(":{}", self.port));
                return Ok(if here { Start::Listens(url) } else { Start::Elsewhere(url) });
            }
            match over {
                Some(code) => return Ok(Start::Ended(code)),
                None if bytes > FLOOD => return Ok(Start::Floods),
                None if any && self.answers() => return Ok(Start::Listens(self.base())),
                None => thread::sleep(TICK),
            }
        }
        Ok(Start::Silent)
    }

    /// Where it was told to listen.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port that it was told.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn answers(&self) -> bool {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        TcpStream::connect_timeout(&here, Duration::from_millis(100)).is_ok()
    }

    /// Its exit code, when it has ended.
    pub fn ended(&mut self) -> Result<Option<i32>> {
        if self.code.is_none() {
            let status = self.child.try_wait().context("cannot wait for the backend")?;
            self.code = status.map(|status| status.code().unwrap_or(1));
        }
        Ok(self.code)
    }

    /// Asks it to end, or does not ask; it is not waited for.
    pub fn signal(&mut self, now: bool) {
        super::end_group(self.child.id(), now);
    }

    /// Sends it a signal by its name, such as `SIGINT`; where there are no signals, it is ended.
    pub fn tell(&mut self, name: &str) {
        #[cfg(unix)]
        {
            let group = i32::try_from(self.child.id()).map(nix::unistd::Pid::from_raw);
            let signal = name.parse::<nix::sys::signal::Signal>();
            if let (Ok(group), Ok(signal)) = (group, signal) {
                // It may have ended by itself.
                let _ = nix::sys::signal::killpg(group, signal);
            }
        }
        #[cfg(windows)]
        self.signal(name == "SIGKILL");
    }

    /// Waits for its end, at most so long.
    pub fn end_within(
        &mut self,
        limit: Duration,
        stopped: impl Fn() -> bool,
    ) -> Result<Option<i32>> {
        let start = Instant::now();
        while self.ended()?.is_none() && start.elapsed() < limit && !stopped() {
            thread::sleep(TICK);
        }
        self.ended()
    }

    /// The last lines it said.
    pub fn last_lines(&self) -> Vec<String> {
        // Its end may be quicker than those who listen.
        thread::sleep(TICK * 3);
        self.said().last.iter().cloned().collect()
    }

    /// All that it said, up to a bound.
    pub fn all(&self) -> String {
        thread::sleep(TICK * 3);
        self.said().begin.clone()
    }

    /// It prints without end.
    pub fn floods(&self) -> bool {
        self.said().bytes > FLOOD
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if !matches!(self.ended(), Ok(Some(_))) {
            super::end_group(self.child.id(), false);
            let _ = self.end_within(GRACE, || false);
        }
        // What it started itself may have outlived it.
        super::end_group(self.child.id(), true);
        self.leash = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program needs of the environment to run at all; nothing in it is a secret.
const KEPT: [&str; 8] =
    ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "NIX_LD"];
const TICK: Duration = Duration::from_millis(10);
const GRACE: Duration = Duration::from_secs(2);
