//! A program that is run to its end: with a deadline, on a leash, and all that it says is kept.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::io::process::leash::Held;

/// How a program ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// Nothing when it was ended: it took too long, or the user stopped us.
    pub code: Option<i32>,
    /// What it said on both streams, up to a bound.
    pub said: String,
}

/// How a program differs from what is run here otherwise.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Variables that it has, on top of ours.
    pub env: BTreeMap<String, String>,
    /// Variables of ours that it has not.
    pub unset: Vec<String>,
    pub limit: Duration,
}

/// It is ended with all that it started when this goes away.
struct Alive {
    child: Child,
    _leash: Option<ChildStdin>,
}

/// Runs cargo with these words in a folder. `stopped` is asked again and again.
pub fn cargo(
    folder: &Path,
    words: &[String],
    around: &Around,
    stopped: impl Fn() -> bool,
) -> Result<Finished> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = words.iter().map(Into::into).collect();
    let held = Held { program: cargo.into(), words, ..Held::default() };
    let mut command = held.command()?;
    command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("CARGO_MANIFEST_DIR");
    for name in &around.unset {
        command.env_remove(name);
    }
    // or the last line of what rustfmt says is how to end a colour
    command.env("CARGO_TERM_COLOR", "never").env("TERM", "dumb").envs(&around.env);
    let mut child = command.spawn().context("cannot start `cargo`")?;
    let said = Arc::new(Mutex::new(Vec::new()));
    let streams = [
        child.stdout.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
        child.stderr.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
    ];
    let readers = streams.into_iter().flatten().map(|stream| listen(stream, said.clone()));
    let readers: Vec<JoinHandle<()>> = readers.collect();
    let leash = child.stdin.take();
    let mut alive = Alive { child, _leash: leash };
    let began = Instant::now();
    let mut code = None;
    while code.is_none() && began.elapsed() < around.limit && !stopped() {
        let status = alive.child.try_wait().context("cannot wait for `cargo`")?;
        code = status.map(|status| status.code().unwrap_or(1));
        thread::sleep(TICK);
    }
    drop(alive);
    // whatever it left behind is gone, so the streams have an end
    for reader in readers {
        let _ = reader.join();
    }
    let said = said.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Finished { code, said: String::from_utf8_lossy(&said).into_owned() })
}

fn listen(mut stream: Box<dyn Read + Send>, said: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() < MOST {
                said.extend(&buffer[..read]);
            }
        }
    })
}

impl Drop for Alive {
    fn drop(&mut self) {
        super::end_group(self.child.id(), true);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// More than any build says.
const MOST: usize = 8 << 20;
const TICK: Duration = Duration::from_millis(20);
