//! A way to a server that takes its time: every message to it waits before it goes on.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// The same URL by the slow way, which stays open as long as this process.
pub fn way_to(url: &str, delay: Duration) -> Result<String> {
    let start = url.find("://").context("no URL")? + 3;
    let start = url[start..].find('@').map_or(start, |at| start + at + 1);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let host = url[start..end].to_string();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(&host) else { continue };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            pass(&client, &server, delay);
            pass(&server, &client, Duration::ZERO);
        }
    });
    Ok(format!("{}127.0.0.1:{port}{}", &url[..start], &url[end..]))
}

fn pass(from: &TcpStream, to: &TcpStream, delay: Duration) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    thread::spawn(move || {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            thread::sleep(delay);
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = (to.shutdown(Shutdown::Write), from.shutdown(Shutdown::Read));
    });
}
