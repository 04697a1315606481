//! The instances behind a balancer: which of them are ready, and whose turn it is.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::io::proxy::bounded;
use crate::io::proxy::message::{self, Request};

/// All of them, ready or not.
pub struct Pool {
    instances: Mutex<Vec<Instance>>,
    /// The path that says whether an instance takes requests.
    ready: String,
    turn: AtomicUsize,
}

#[derive(Clone, Copy)]
struct Instance {
    port: u16,
    ready: bool,
}

impl Pool {
    /// Those on these ports; nobody has asked them yet.
    pub fn new(ports: &[u16], ready: &str) -> Pool {
        let instances = ports.iter().map(|port| Instance { port: *port, ready: false }).collect();
        let (instances, ready) = (Mutex::new(instances), ready.to_string());
        Pool { instances, ready, turn: AtomicUsize::new(0) }
    }

    /// An instance, counted from 1, was started again on another port.
    pub fn moved(&self, number: usize, port: u16) {
        if let Some(instance) = self.instances().get_mut(number.wrapping_sub(1)) {
            *instance = Instance { port, ready: false };
        }
    }

    /// Asks each instance whether it is ready.
    pub fn look(&self) {
        let known = self.instances().clone();
        for instance in known {
            let ready = is_ready(instance.port, &self.ready);
            self.mark(instance.port, ready);
        }
    }

    fn mark(&self, port: u16, ready: bool) {
        let mut instances = self.instances();
        instances.iter_mut().filter(|it| it.port == port).for_each(|it| it.ready = ready);
    }

    /// Those that are ready, the one whose turn it is first.
    fn in_turn(&self) -> Vec<u16> {
        let mut ready: Vec<u16> =
            self.instances().iter().filter(|it| it.ready).map(|it| it.port).collect();
        if !ready.is_empty() {
            let first = self.turn.fetch_add(1, Ordering::Relaxed) % ready.len();
            ready.rotate_left(first);
        }
        ready
    }

    /// The answer to a request. An instance that cannot be reached has got nothing, so another is asked. What was sent is sent
    /// again only when that changes nothing.
    pub fn exchange(&self, request: &Request) -> Vec<u8> {
        let harmless = ["GET", "HEAD"].contains(&request.method.as_str());
        let mut last = NOBODY;
        for port in self.in_turn() {
            let Ok(mut stream) = TcpStream::connect_timeout(&local(port), MOMENT) else {
                self.mark(port, false);
                continue;
            };
            let sent = bounded(&stream).and_then(|()| stream.write_all(&request.bytes));
            match sent.and_then(|()| message::answer(&mut stream, &request.method)) {
                Ok(answer) => return answer,
                Err(_) if harmless => last = BROKEN,
                Err(_) => return BROKEN.to_vec(),
            }
        }
        last.to_vec()
    }

    fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_ready(port: u16, path: &str) -> bool {
    let asks = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&local(port), MOMENT)?;
        stream.set_read_timeout(Some(MOMENT))?;
        stream.set_write_timeout(Some(MOMENT))?;
        let host = format!("127.0.0.1:{port}");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut line = [0; 12];
        stream.read_exact(&mut line)?;
        Ok(line.ends_with(b" 200"))
    };
    asks().unwrap_or(false)
}

/// A port on this machine.
pub fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Longer than an instance on this machine needs to be reached, or to say that it is ready.
const MOMENT: Duration = Duration::from_millis(1000);
const NOBODY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
    Connection: close\r\n\r\n";
const BROKEN: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
