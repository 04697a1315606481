//! What stands between a client and a backend, or a backend and its database: a port of our own,
//! and what becomes of a connection.

pub mod balancer;
mod message;
pub mod orders;
pub mod passage;
mod pool;
pub mod sink;
mod statements;
pub mod target;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};

/// A port on this machine, open until the value goes away.
pub struct Gate {
    port: u16,
    shut: Arc<AtomicBool>,
    accepts: Option<JoinHandle<()>>,
}

impl Gate {
    /// On any free port. `serve` gets each connection, on a thread of its own, with deadlines set.
    pub fn open(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Result<Gate> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
        listener.set_nonblocking(true).context("cannot listen")?;
        let port = listener.local_addr().context("the port has no number")?.port();
        let shut = Arc::new(AtomicBool::new(false));
        let closes = shut.clone();
        let accepts = thread::spawn(move || accept(&listener, &closes, Arc::new(serve)));
        Ok(Gate { port, shut, accepts: Some(accepts) })
    }

    /// Its number.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Gate {
    /// A connection that is still served ends by its own deadlines.
    fn drop(&mut self) {
        self.shut.store(true, Ordering::Relaxed);
        if let Some(accepts) = self.accepts.take() {
            let _ = accepts.join();
        }
    }
}

fn accept<S: Fn(TcpStream) + Send + Sync + 'static>(
    listener: &TcpListener,
    shut: &AtomicBool,
    serve: Arc<S>,
) {
    let busy = Arc::new(AtomicUsize::new(0));
    while !shut.load(Ordering::Relaxed) {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(TICK);
                continue;
            }
            // A client that gave up before it was heard.
            Err(_) => continue,
        };
        if bounded(&stream).is_err() || busy.load(Ordering::Relaxed) >= MOST {
            continue;
        }
        busy.fetch_add(1, Ordering::Relaxed);
        let (serve, busy) = (serve.clone(), busy.clone());
        thread::spawn(move || {
            serve(stream);
            busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Nobody waits for the other side without end.
fn bounded(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))
}

const TICK: Duration = Duration::from_millis(2);
/// As long as a client of ours waits for its answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at once.
const MOST: usize = 256;
