//! Who listens on a port, and what it says.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use crate::services::address::Address;
use crate::services::greeting::{Answer, Greeting};

/// What a server answers.
pub fn answer(address: &Address, greeting: &Greeting) -> Answer {
    let Some(mut stream) = connect(address) else { return Answer::Nobody };
    // Whatever goes wrong from here on, somebody was there.
    hold(&mut stream, greeting).unwrap_or(Answer::Stranger)
}

fn hold(stream: &mut TcpStream, greeting: &Greeting) -> std::io::Result<Answer> {
    let start = Instant::now();
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&greeting.send)?;
    let (mut heard, mut buffer) = (Vec::new(), [0; 256]);
    while start.elapsed() < PATIENCE {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(error) if is_slow(error.kind()) => {}
            Err(_) => break,
        }
        if let Some(answer) = greeting.read(&heard, true) {
            return Ok(answer);
        }
    }
    Ok(greeting.read(&heard, false).unwrap_or(Answer::Stranger))
}

/// Somebody listens there.
pub fn connects(address: &Address) -> bool {
    connect(address).is_some()
}

/// A server can take this port.
pub fn is_free(port: u16) -> bool {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // where a listener on all addresses does not stop one on a single address
    let answers = TcpStream::connect_timeout(&here, Duration::from_millis(300)).is_ok();
    !answers && TcpListener::bind(here).is_ok()
}

/// A port that is free now.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn connect(address: &Address) -> Option<TcpStream> {
    let (host, port) = (address.host.clone(), address.port);
    // Looking up a name has no deadline of its own.
    let (say, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        let _ = say.send(found.into_iter().flatten().collect::<Vec<_>>());
    });
    let addresses = hear.recv_timeout(PATIENCE).ok()?;
    addresses.iter().find_map(|it| TcpStream::connect_timeout(it, CONNECT).ok())
}

fn is_slow(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// How long a server gets to say its first word.
const PATIENCE: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(1);
