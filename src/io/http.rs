//! HTTP to a backend on this machine: one request, one answer, never more than a moment.

mod load;
mod steady;

use std::io::Read;
use std::sync::Barrier;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use ureq::http::Request;
use ureq::{Agent, SendBody};

use crate::check::{Answer, Ask};
pub use load::Load;
pub use steady::Steady;

/// Speaks to one backend. It keeps nothing between requests: no cookie, no credentials.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    /// To the backend at this URL, past any proxy.
    pub fn new(url: &str) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .allow_non_standard_methods(true)
            .build();
        Client { agent: config.into(), url: url.to_string() }
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&self, ask: &Ask) -> Result<Answer> {
        self.exchange(ask, None)
    }

    /// The same, with the last byte of the body held back for a while.
    pub fn send_slowly(&self, ask: &Ask, pause: Duration) -> Result<Answer> {
        self.exchange(ask, Some((pause, mpsc::channel().0)))
    }

    /// All of these at once, each on a connection of its own, to these URLs in turn. How long each took
    /// is told with it.
    pub fn send_together(urls: &[String], asks: &[Ask]) -> Vec<(Result<Answer>, Duration)> {
        let gate = Barrier::new(asks.len().max(1));
        thread::scope(|scope| {
            let one = |(ask, url): (_, &String)| {
                let (gate, own) = (&gate, Client::new(url));
                scope.spawn(move || {
                    gate.wait();
                    timed(|| own.send(ask))
                })
            };
            let running: Vec<_> = asks.iter().zip(urls.iter().cycle()).map(one).collect();
            let done = running.into_iter().map(|it| it.join());
            done.map(|it| it.unwrap_or((Err(anyhow!("no answer")), Duration::ZERO))).collect()
        })
    }

    /// Begins a request, and does not wait for its answer. With a pause everything but the last byte of
    /// the body has been sent when this returns.
    pub fn begin(&self, ask: Ask, pause: Option<Duration>) -> Begun {
        let own = self.apart();
        let (say, hear) = mpsc::channel();
        let running = thread::spawn(move || {
            timed(|| match pause {
                Some(pause) => own.exchange(&ask, Some((pause, say))),
                None => own.send(&ask),
            })
        });
        let under_way = if pause.is_some() { PATIENCE } else { MOMENT };
        let _ = hear.recv_timeout(under_way);
        thread::sleep(MOMENT);
        Begun(running)
    }

    /// Another client of the same backend, without its connections.
    fn apart(&self) -> Client {
        Client::new(&self.url)
    }

    fn exchange(&self, ask: &Ask, pause: Option<(Duration, Sender<()>)>) -> Result<Answer> {
        let uri = format!("{}{}", self.url, ask.path);
        let mut request = Request::builder().method(ask.method.as_str()).uri(&uri);
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let cannot = || format!("cannot ask `{uri}`");
        let body = ask.body.clone().unwrap_or_default();
        let response = match pause {
            None => self.agent.run(request.body(body).with_context(cannot)?),
            Some((pause, say)) => {
                let request = request.header("Content-Length", body.len());
                let slow = Slow { bytes: body.into_bytes(), at: 0, pause, say };
                let slow = SendBody::from_owned_reader(slow);
                self.agent.run(request.body(slow).with_context(cannot)?)
            }
        };
        let (head, mut body) = response.context("no answer")?.into_parts();
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Answer {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.read_to_string().context("the answer breaks off")?,
        })
    }
}

/// A request that is under way.
pub struct Begun(JoinHandle<(Result<Answer>, Duration)>);

impl Begun {
    /// Its answer is there, or there will be none.
    pub fn is_over(&self) -> bool {
        self.0.is_finished()
    }

    /// Its answer, waited for.
    pub fn answer(self) -> (Result<Answer>, Duration) {
        self.0.join().unwrap_or((Err(anyhow!("no answer")), Duration::ZERO))
    }
}

/// A body that pauses before its last byte.
struct Slow {
    bytes: Vec<u8>,
    at: usize,
    pause: Duration,
    /// Told when only the last byte is missing.
    say: Sender<()>,
}

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let left = self.bytes.len() - self.at;
        if left == 1 {
            let _ = self.say.send(());
            thread::sleep(self.pause);
        }
        let count = if left > 1 { left - 1 } else { left }.min(into.len());
        into[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// What it gives, and how long it took.
pub fn timed(send: impl FnOnce() -> Result<Answer>) -> (Result<Answer>, Duration) {
    let began = Instant::now();
    (send(), began.elapsed())
}

/// Longer than the slowest hash of a password in a debug build.
const PATIENCE: Duration = Duration::from_secs(20);
/// What has been sent is there after it.
const MOMENT: Duration = Duration::from_millis(50);
