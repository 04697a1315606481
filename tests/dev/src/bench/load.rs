//! The load: many connections of one thread, each with one request on its way.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// The core it runs on.
pub const CORE: &str = "1";

const CONNECTIONS: usize = 64;

/// Where to, what, for how long, and how many a second.
#[derive(clap::Args)]
pub struct Load {
    address: String,
    /// A JSON list of whole requests.
    requests: PathBuf,
    seconds: f64,
    rate: Option<f64>,
}

/// How the requests were answered.
pub struct Done {
    pub answers: f64,
    pub per_second: f64,
    /// Milliseconds.
    pub median: f64,
    pub p99: f64,
}

impl Done {
    pub fn read(said: &Value) -> Result<Self> {
        let number = |name: &str| said[name].as_f64().with_context(|| format!("no `{name}`"));
        Ok(Self {
            answers: number("answers")?,
            per_second: number("per_second")?,
            median: number("median")?,
            p99: number("p99")?,
        })
    }
}

/// A connection, and since when its request is on its way.
struct Line {
    stream: TcpStream,
    since: Option<Instant>,
    got: Vec<u8>,
}

pub fn run(load: &Load) -> Result<bool> {
    let requests: Vec<String> = serde_json::from_slice(&std::fs::read(&load.requests)?)?;
    ensure!(!requests.is_empty(), "there is nothing to send");
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(&load.address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        lines.push(Line { stream, since: None, got: Vec::new() });
    }
    let mut took = drive(&mut lines, &requests, load)?;
    ensure!(!took.is_empty(), "nothing was answered");
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    #[allow(clippy::cast_precision_loss)]
    let per_second = took.len() as f64 / load.seconds;
    let (answers, median, p99) = (took.len(), at(50), at(99));
    let done = json!({"answers": answers, "per_second": per_second, "median": median, "p99": p99});
    println!("{done}");
    Ok(true)
}

/// Sends until the time is over; how long each answer took.
fn drive(lines: &mut [Line], requests: &[String], load: &Load) -> Result<Vec<Duration>> {
    let (poll, mut dice) = (Poll::new(lines)?, 0x9E37_79B9_7F4A_7C15_u64);
    let (start, end) = (Instant::now(), Duration::from_secs_f64(load.seconds));
    let pause = load.rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
    let (mut due, mut took) = (start, Vec::new());
    let mut free: Vec<usize> = (0..lines.len()).collect();
    while start.elapsed() < end {
        // a request that is late counts from when it was due
        while let Some(&next) = free.last() {
            let now = Instant::now();
            if pause.is_some() && due > now {
                break;
            }
            let since = if let Some(pause) = pause {
                due += pause;
                due - pause
            } else {
                now
            };
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            #[allow(clippy::cast_possible_truncation)]
            let request = &requests[dice as usize % requests.len()];
            lines[next].send(request, since)?;
            free.pop();
        }
        let wait = if free.is_empty() {
            None
        } else {
            Some(due.saturating_duration_since(Instant::now()))
        };
        for ready in poll.wait(wait)? {
            if let Some(since) = lines[ready].receive()? {
                took.push(since.elapsed());
                free.push(ready);
            }
        }
    }
    Ok(took)
}

impl Line {
    fn send(&mut self, request: &str, since: Instant) -> Result<()> {
        self.stream.write_all(request.as_bytes())?;
        self.since = Some(since);
        Ok(())
    }

    /// Since when the request was on its way, once its answer is complete.
    fn receive(&mut self) -> Result<Option<Instant>> {
        let mut piece = [0; 4096];
        match self.stream.read(&mut piece) {
            Ok(0) => bail!("the server has closed a connection"),
            Ok(count) => self.got.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if !is_complete(&self.got)? {
            return Ok(None);
        }
        self.got.clear();
        Ok(self.since.take())
    }
}

/// Whether these bytes are a whole answer; one that is no success ends the measurement.
fn is_complete(bytes: &[u8]) -> Result<bool> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(&bytes[..end])?;
    ensure!(head.starts_with("HTTP/1.1 20"), "answered with {}", head.lines().next().unwrap_or(""));
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.context("an answer without a length")?;
    Ok(bytes.len() >= end + 4 + length)
}

#[cfg(target_os = "linux")]
struct Poll {
    poll: std::os::fd::OwnedFd,
}

#[cfg(target_os = "linux")]
impl Poll {
    fn new(lines: &[Line]) -> Result<Self> {
        use rustix::event::epoll::{CreateFlags, EventData, EventFlags, add, create};
        let poll = create(CreateFlags::CLOEXEC)?;
        for (index, line) in lines.iter().enumerate() {
            add(&poll, &line.stream, EventData::new_u64(index as u64), EventFlags::IN)?;
        }
        Ok(Self { poll })
    }

    /// The lines that can be read, after `longest` at most.
    fn wait(&self, longest: Option<Duration>) -> Result<Vec<usize>> {
        use rustix::event::{Timespec, epoll};
        let longest = longest.map(|longest| Timespec {
            tv_sec: longest.as_secs().cast_signed(),
            tv_nsec: i64::from(longest.subsec_nanos()),
        });
        let mut events = Vec::with_capacity(CONNECTIONS);
        epoll::wait(&self.poll, rustix::buffer::spare_capacity(&mut events), longest.as_ref())?;
        let index = |event: &epoll::Event| usize::try_from(event.data.u64()).unwrap_or(0);
        Ok(events.iter().map(index).collect())
    }
}

#[cfg(not(target_os = "linux"))]
struct Poll;

#[cfg(not(target_os = "linux"))]
impl Poll {
    fn new(_: &[Line]) -> Result<Self> {
        bail!("the load needs Linux")
    }

    fn wait(&self, _: Option<Duration>) -> Result<Vec<usize>> {
        Ok(Vec::new())
    }
}
