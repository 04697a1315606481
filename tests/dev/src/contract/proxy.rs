//! A wire to a database that can be cut.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, Result};

/// Passes everything on until it is cut.
pub struct Proxy {
    port: u16,
    whole: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// `to` is `host:port`.
    pub fn start(to: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let proxy = Self {
            port: listener.local_addr()?.port(),
            whole: Arc::new(AtomicBool::new(true)),
            streams: Arc::default(),
        };
        let (to, whole, streams) = (to.to_string(), proxy.whole.clone(), proxy.streams.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if whole.load(Ordering::SeqCst) {
                    let _ = pass(client, &to, &streams);
                }
            }
        });
        Ok(proxy)
    }

    /// The URL through this wire.
    pub fn url(&self, url: &str) -> Result<String> {
        let server = server(url)?;
        Ok(url.replacen(&server, &format!("127.0.0.1:{}", self.port), 1))
    }

    pub fn cut(&self) {
        self.whole.store(false, Ordering::SeqCst);
        if let Ok(mut streams) = self.streams.lock() {
            for stream in streams.drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    pub fn mend(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }
}

/// `host:port` of a URL that names both.
pub fn server(url: &str) -> Result<String> {
    let (_, rest) = url.split_once("://").context("no URL")?;
    let host = rest.rsplit('@').next().unwrap_or(rest);
    Ok(host.split(['/', '?']).next().unwrap_or(host).to_string())
}

fn pass(client: TcpStream, to: &str, streams: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    let server = TcpStream::connect(to)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        if let Ok(mut streams) = streams.lock() {
            streams.push(stream.try_clone()?);
        }
    }
    let (mut from, mut into) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut into);
        let _ = into.shutdown(Shutdown::Both);
    });
    let (mut from, mut into) = (server, client);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut into);
        let _ = into.shutdown(Shutdown::Both);
    });
    Ok(())
}
