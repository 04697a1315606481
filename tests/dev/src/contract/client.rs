//! A small HTTP/1.1 client: one connection a request, nothing is followed, nothing is repaired.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::answer::Answer;
use super::compare::Record;
use super::wire;

/// What the answers of a case are written into, to compare them with another database's.
pub type Tape = Arc<Mutex<Vec<Record>>>;

/// Somebody who asks: a user, a browser, or nobody in particular.
#[derive(Clone)]
pub struct Client {
    /// `host:port`
    pub address: String,
    /// `name=value`
    pub cookie: Option<String>,
    /// The access token.
    pub bearer: Option<String>,
    /// Sent with every request.
    pub headers: Vec<(String, String)>,
    pub tape: Option<Tape>,
}

/// One request.
pub struct Ask {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Ask {
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_string(), path: path.to_string(), headers: Vec::new(), body: None }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// A JSON body and its type.
    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// A body that says it is JSON, whatever it is.
    pub fn text(self, body: &str) -> Self {
        self.header("Content-Type", "application/json").bytes(body.as_bytes())
    }

    /// A body without a type.
    pub fn bytes(mut self, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self
    }
}

impl Client {
    pub fn new(address: &str) -> Self {
        let address = address.to_string();
        Self { address, cookie: None, bearer: None, headers: Vec::new(), tape: None }
    }

    /// The same person at another door: other requests, the same credentials.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_string(), ..self.clone() }
    }

    /// The same place without credentials.
    pub fn nobody(&self) -> Self {
        Self { cookie: None, bearer: None, ..self.clone() }
    }

    /// What it is answered is not compared: the order of answers is open.
    pub fn unrecorded(&self) -> Self {
        Self { tape: None, ..self.clone() }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_string(), value.to_string()));
        other
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send(Ask::new("GET", path))
    }

    pub fn delete(&self, path: &str) -> Result<Answer> {
        self.send(Ask::new("DELETE", path))
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Ask::new("POST", path).json(body))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Ask::new("PATCH", path).json(body))
    }

    pub fn send(&self, ask: Ask) -> Result<Answer> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\n", ask.method, ask.path, self.address);
        let cookie = self.cookie.as_ref().map(|cookie| ("Cookie".to_string(), cookie.clone()));
        let bearer =
            self.bearer.as_ref().map(|it| ("Authorization".to_string(), format!("Bearer {it}")));
        for (name, value) in self.headers.iter().chain(&ask.headers).chain(&cookie).chain(&bearer) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &ask.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = format!("{head}Connection: close\r\n\r\n").into_bytes();
        bytes.extend(ask.body.iter().flatten());
        let answer = self.raw(&bytes)?;
        if let Some(tape) = &self.tape {
            let title = format!("{} {}", ask.method, ask.path);
            tape.lock().ok().context("the tape is torn")?.push(Record::of(&title, &answer));
        }
        Ok(answer)
    }

    /// Sends these bytes as they are and reads one answer.
    pub fn raw(&self, bytes: &[u8]) -> Result<Answer> {
        let mut stream = self.connect()?;
        // a server may answer and close before it has read everything
        let _ = stream.write_all(bytes);
        let head = bytes.starts_with(b"HEAD ");
        wire::read(&mut stream, head)
            .map(|answer| Answer { sent: shown(bytes), ..answer })
            .with_context(|| format!("sent: {}\nexpected: an answer\ngot: none", shown(bytes)))
    }

    /// A connection to write to by hand.
    pub fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_write_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// The beginning of a request, for people.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(900)]);
    let lines = text.split("\r\n").filter(|line| !line.is_empty() && *line != "Connection: close");
    lines.collect::<Vec<_>>().join(" | ")
}
