//! A backend that is tried: started, listened to, and ended in time.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A running backend. It is killed when it is dropped before its end.
pub struct Backend {
    child: Child,
    said: Arc<Mutex<Said>>,
}

/// What it says: where it listens, and its last lines.
#[derive(Default)]
struct Said {
    url: Option<String>,
    lines: VecDeque<String>,
}

impl Backend {
    /// This system can ask a program to end.
    pub const IS_ASKED: bool = cfg!(unix);

    /// Starts a program with these variables on top of the environment.
    pub fn start(program: &Path, folder: &Path, env: &[(String, String)]) -> Result<Backend> {
        let mut command = Command::new(program);
        command.current_dir(folder).envs(env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child =
            command.spawn().with_context(|| format!("cannot start `{}`", program.display()))?;
        let said = Arc::new(Mutex::new(Said::default()));
        for stream in [
            child.stdout.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
            child.stderr.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
        ] {
            listen(stream.context("the program has no output")?, said.clone());
        }
        Ok(Backend { child, said })
    }

    /// Waits until it says where it listens; `None` when it ended or took too long instead.
    pub fn url(&mut self, stopped: impl Fn() -> bool) -> Result<Option<String>> {
        let start = Instant::now();
        while start.elapsed() < START && !stopped() {
            // Asked first: what it says before it ends must not be missed.
            let over = self.child.try_wait().context("cannot wait for the backend")?.is_some();
            let url = self.said().url.clone();
            if url.is_some() || over {
                return Ok(url);
            }
            thread::sleep(TICK);
        }
        Ok(None)
    }

    /// Asks it to end, and waits as long as it may take. `None` when that was not enough.
    pub fn stop(&mut self) -> Result<Option<ExitStatus>> {
        super::end_group(self.child.id(), false);
        let start = Instant::now();
        while start.elapsed() < STOP {
            if let Some(status) = self.child.try_wait().context("cannot wait for the backend")? {
                return Ok(Some(status));
            }
            thread::sleep(TICK);
        }
        Ok(None)
    }

    /// The last lines it said.
    pub fn last_lines(&self) -> Vec<String> {
        // Its end may be quicker than those who listen.
        thread::sleep(TICK);
        self.said().lines.iter().cloned().collect()
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Only when it has not ended yet, with whatever it started itself.
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            super::end_group(self.child.id(), true);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads every line, so that the program never waits for us.
fn listen(stream: Box<dyn Read + Send>, said: Arc<Mutex<Said>>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_string();
            bytes.clear();
            let Ok(mut said) = said.lock() else { return };
            if let Some(url) = line.strip_prefix("listening on ") {
                said.url = Some(url.to_string());
            }
            if said.lines.len() == KEPT {
                said.lines.pop_front();
            }
            said.lines.push_back(line);
        }
    });
}

/// A first start migrates, and a laptop may be busy.
const START: Duration = Duration::from_secs(90);
/// More than the grace that the backend is started with.
const STOP: Duration = Duration::from_secs(15);
const TICK: Duration = Duration::from_millis(10);
const KEPT: usize = 12;
