//! The backend that a transcript speaks to: started, listened to, and interrupted.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// A running backend, and what it has said since it was last asked.
pub struct Backend {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    /// Starts it, and answers with what it says up to the line that it listens; without a backend
    /// when it has ended instead.
    pub fn start(mut command: Command) -> Result<(Option<Backend>, String)> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start the backend")?;
        let said = Arc::new(Mutex::new(Vec::new()));
        follow(child.stdout.take(), said.clone());
        follow(child.stderr.take(), said.clone());
        let mut backend = Backend { child, said };
        let start = Instant::now();
        loop {
            let listens = backend.said().iter().position(|line| line.contains("listening on"));
            if let Some(at) = listens {
                // what it says later is another command's
                let first: Vec<String> = backend.said().drain(..=at).collect();
                return Ok((Some(backend), first.join("\n")));
            }
            if backend.child.try_wait()?.is_some() {
                thread::sleep(TICK * 3);
                return Ok((None, backend.take()));
            }
            ensure!(start.elapsed() < PATIENCE, "it does not start: {}", backend.take());
            thread::sleep(TICK);
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said since it was last asked.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut *self.said()).join("\n")
    }

    /// Ends it as Ctrl-C does, when it has not ended yet.
    pub fn interrupt(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_none() {
            let kill = Command::new("kill").args(["-INT", &self.id().to_string()]).status()?;
            ensure!(kill.success(), "cannot interrupt the backend");
        }
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(start.elapsed() < PATIENCE, "the backend does not end");
            thread::sleep(TICK);
        }
        // whoever follows it reads on to the end
        thread::sleep(TICK * 3);
        Ok(())
    }

    fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn follow(stream: Option<impl Read + Send + 'static>, said: Arc<Mutex<Vec<String>>>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Ok(mut said) = said.lock() {
                said.push(line);
            }
        }
    });
}

const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(20);
