//! A way to another server that a case can cut and mend.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Result;

/// Passes everything on, until it is cut.
pub struct Way {
    /// `host:port`
    pub address: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    is_cut: AtomicBool,
    is_over: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Way {
    pub fn to(target: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let (shared, target) = (Arc::<Shared>::default(), target.to_string());
        let way = Self { address, shared: shared.clone() };
        thread::spawn(move || {
            for here in listener.incoming().map_while(|stream| stream.ok()) {
                if shared.is_over.load(Ordering::SeqCst) {
                    return;
                }
                // a cut way refuses: what was accepted is closed at once
                if !shared.is_cut.load(Ordering::SeqCst) {
                    let _ = join(&here, &target, &shared);
                }
            }
        });
        Ok(way)
    }

    pub fn cut(&self) {
        self.shared.is_cut.store(true, Ordering::SeqCst);
        if let Ok(mut streams) = self.shared.streams.lock() {
            streams.drain(..).for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
        }
    }

    pub fn mend(&self) {
        self.shared.is_cut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        self.cut();
        // wakes the one who accepts
        let _ = TcpStream::connect(&self.address);
    }
}

fn join(here: &TcpStream, target: &str, shared: &Shared) -> Result<()> {
    let there = TcpStream::connect(target)?;
    for (from, into) in [(here, &there), (&there, here)] {
        let (mut from, mut into) = (from.try_clone()?, into.try_clone()?);
        thread::spawn(move || {
            let _ = copy(&mut from, &mut into);
            let _ = into.shutdown(Shutdown::Both);
        });
    }
    if let Ok(mut streams) = shared.streams.lock() {
        streams.extend([here.try_clone()?, there]);
    }
    Ok(())
}
