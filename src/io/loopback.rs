//! A server for one book: on this machine alone, out of memory, for whoever asks it by its name.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::render::Tree;
use crate::trouble::Trouble;

/// A bound port.
pub struct Server {
    listener: TcpListener,
    port: u16,
}

impl Server {
    /// On this port, or on any that is free.
    pub fn bind(port: Option<u16>) -> Result<Server> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).map_err(|error| {
                let what = match error.kind() {
                    ErrorKind::AddrInUse => "is in use",
                    _ => "cannot be used",
                };
                let what = format!("port {} {what}", port.unwrap_or(0));
                Trouble::failure(what)
                    .hint("leave it out for any free one: `backend-gen book --serve`")
            })?;
        let port = listener.local_addr().context("the port has no number")?.port();
        listener.set_nonblocking(true).context("cannot listen")?;
        Ok(Server { listener, port })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers until it is stopped.
    pub fn serve(&self, book: Tree, stopped: impl Fn() -> bool) -> Result<()> {
        let (book, port) = (Arc::new(book), self.port);
        let busy = Arc::new(AtomicUsize::new(0));
        while !stopped() {
            let stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(TICK);
                    continue;
                }
                // A reader that gave up before it was heard.
                Err(_) => continue,
            };
            if busy.fetch_add(1, Ordering::Relaxed) >= MOST {
                busy.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let (book, busy) = (book.clone(), busy.clone());
            thread::spawn(move || {
                // Nobody is there to be told.
                let _ = answer(stream, &book, port);
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(())
    }
}

fn answer(mut stream: TcpStream, book: &Tree, port: u16) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut piece)?;
        if read == 0 || head.len() > LONGEST {
            return Ok(());
        }
        head.extend_from_slice(&piece[..read]);
    }
    let head = String::from_utf8_lossy(&head);
    let (status, kind, body) = reply(&head, book, port);
    let length = body.len();
    let says = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{HEADERS}\r\n"
    );
    stream.write_all(says.as_bytes())?;
    if !head.starts_with("HEAD ") {
        stream.write_all(body)?;
    }
    stream.flush()
}

/// The status, the kind and the body for this request.
fn reply<'b>(head: &str, book: &'b Tree, port: u16) -> (&'static str, &'static str, &'b [u8]) {
    const TEXT: &str = "text/plain; charset=utf-8";
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let hosts = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let hosts: Vec<&str> = hosts.collect();
    // a foreign page may have given its own name this address
    let known = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    if !matches!(hosts.as_slice(), [one] if known.iter().any(|it| it == one)) {
        return ("421 Misdirected Request", TEXT, b"this book is at 127.0.0.1\n");
    }
    if !["GET", "HEAD"].contains(&method) {
        return ("405 Method Not Allowed", TEXT, b"a book is only read\n");
    }
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match book.get(Path::new(path)) {
        Some(body) => ("200 OK", kind(path), body),
        None => ("404 Not Found", TEXT, b"there is no such page\n"),
    }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

const HEADERS: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
    X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
    Cache-Control: no-cache\r\nConnection: close\r\n";
const TICK: Duration = Duration::from_millis(15);
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST: usize = 16 * 1024;
/// Readers at once.
const MOST: usize = 64;
