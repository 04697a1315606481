//! The program that reads the database of a lesson: one JSON line in, one JSON line out.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A running inspector. It ends when its input does, so it needs no leash.
pub struct Inspector {
    child: Child,
    answers: Receiver<String>,
}

impl Inspector {
    /// Starts it for the database of this URL. A relative path starts at `folder`.
    pub fn start(program: &Path, folder: &Path, url: &str) -> Result<Inspector> {
        let mut command = Command::new(program);
        command.arg(url).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the inspector")?;
        let stdout = child.stdout.take().context("the inspector has no output")?;
        let (say, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Inspector { child, answers })
    }

    /// The rows of a question; of a statement how many rows it changed. `url` is the database.
    pub fn ask(&mut self, url: &str, sql: &str, args: &[Value]) -> Result<Vec<Value>> {
        self.say(&json!({ "url": url, "sql": sql, "args": args }))
    }

    /// Makes a database of this name on the server.
    pub fn make(&mut self, name: &str) -> Result<()> {
        self.say(&json!({ "make": name })).map(|_| ())
    }

    /// Takes it away, with everything in it.
    pub fn drop(&mut self, name: &str) -> Result<()> {
        self.say(&json!({ "drop": name })).map(|_| ())
    }

    fn say(&mut self, line: &Value) -> Result<Vec<Value>> {
        let stdin = self.child.stdin.as_mut().context("the inspector has no input")?;
        writeln!(stdin, "{line}").context("the inspector has ended")?;
        let answer =
            self.answers.recv_timeout(PATIENCE).context("the inspector does not answer")?;
        let mut answer: Value =
            serde_json::from_str(&answer).context("the inspector is no help")?;
        if let Some(error) = answer["error"].as_str() {
            bail!("the database says: {error}");
        }
        Ok(match answer["rows"].take() {
            Value::Array(rows) => rows,
            _ => vec![answer],
        })
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PATIENCE: Duration = Duration::from_secs(15);
