//! A passage between a backend and its database server: it may delay, stall, or be cut.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read, Result as IoResult, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::io::proxy::orders::{Mode, Orders, Turn};
use crate::io::proxy::statements::{Piece, Reader};
use crate::io::proxy::target::Target;
use crate::io::proxy::{Gate, bounded};

/// It is open until the value goes away, and all connections through it end with it.
pub struct Passage {
    gate: Gate,
    target: Target,
    orders: Arc<Orders>,
}

impl Passage {
    /// Before the server of this target; nobody speaks to it yet.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(target: Target) -> Result<Passage> {
        let orders = Arc::new(Orders::default());
        let (own, to) = (orders.clone(), target.clone());
        // A connection that breaks is what both ends see of it.
        let gate = Gate::open(move |client| drop(serve(client, &to, &own)))?;
        Ok(Passage { gate, target, orders })
    }

    /// The URL of the database by way of it.
    pub fn url(&self) -> String {
        self.target.through(self.gate.port())
    }

    /// What becomes of all that is sent from now on. Statements are counted anew.
    pub fn tell(&self, mode: Mode) {
        self.orders.tell(mode);
    }

    /// After how many statements it has stalled, if it has.
    pub fn stalled(&self) -> Option<u64> {
        self.orders.stalled()
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.orders.end();
    }
}

fn serve(client: TcpStream, target: &Target, orders: &Arc<Orders>) -> IoResult<()> {
    let Some(era) = orders.enter() else { return Ok(()) };
    let server = connect(target)?;
    bounded(&server)?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(TICK))?;
    }
    let (from, to, own) = (server.try_clone()?, client.try_clone()?, orders.clone());
    let answers = thread::spawn(move || forward(&from, &to, &own, era, None));
    forward(&client, &server, orders, era, Some(Reader::new(target.protocol)));
    // It ends when the other way does, and nothing of it is missed.
    let _ = answers.join();
    Ok(())
}

fn connect(target: &Target) -> IoResult<TcpStream> {
    let mut last = Error::from(ErrorKind::NotFound);
    for address in (target.host.as_str(), target.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, MOMENT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// One way, until it ends; then the other way ends too.
fn forward(
    from: &TcpStream,
    to: &TcpStream,
    orders: &Orders,
    era: u64,
    mut reader: Option<Reader>,
) {
    let mut held = VecDeque::new();
    while push(from, to, orders, era, &mut held).is_ok() {
        let kept: usize = held.iter().map(length).sum();
        if kept > MOST {
            thread::sleep(TICK);
            continue;
        }
        let mut bytes = [0; 16 * 1024];
        match (&mut &*from).read(&mut bytes) {
            // what is held back of somebody who is gone never arrives
            Ok(0) => break,
            Ok(count) => match &mut reader {
                Some(reader) => held.extend(reader.feed(&bytes[..count])),
                None => held.push_back(Piece::Other(bytes[..count].to_vec())),
            },
            Err(error) if waits(&error) => {}
            Err(_) => break,
        }
    }
    for stream in [from, to] {
        // It may be closed already.
        let _ = stream.shutdown(Shutdown::Both);
    }
}

/// Sends what may go through, in its order. An error when the connection is to end.
fn push(
    from: &TcpStream,
    to: &TcpStream,
    orders: &Orders,
    era: u64,
    held: &mut VecDeque<Piece>,
) -> IoResult<()> {
    loop {
        let statement = matches!(held.front(), Some(Piece::Statement(_)));
        let delay = match orders.turn(era, statement) {
            Turn::Ends => return Err(Error::from(ErrorKind::ConnectionAborted)),
            Turn::Waits => return Ok(()),
            Turn::Goes(delay) => delay,
        };
        let Some(piece) = held.pop_front() else { return Ok(()) };
        thread::sleep(delay);
        match piece {
            Piece::Statement(bytes) | Piece::Other(bytes) => (&mut &*to).write_all(&bytes)?,
            Piece::AsksTls => (&mut &*from).write_all(b"N")?,
        }
    }
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Statement(bytes) | Piece::Other(bytes) => bytes.len(),
        Piece::AsksTls => 0,
    }
}

fn waits(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// How soon what was told is heard.
const TICK: Duration = Duration::from_millis(20);
/// Longer than a server on this machine needs to be reached.
const MOMENT: Duration = Duration::from_millis(1000);
/// So many bytes are held back; then a sender has to wait.
const MOST: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A server that answers each byte with itself, and a passage before it.
    fn passage() -> (Gate, Passage) {
        let echo = Gate::open(|mut stream| {
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                let _ = stream.write_all(&bytes[..count]);
            }
        });
        let echo = echo.unwrap();
        let url = format!("mysql://root@127.0.0.1:{}/test", echo.port());
        let passage = Passage::before(Target::of(&url).unwrap()).unwrap();
        (echo, passage)
    }

    fn client(passage: &Passage) -> TcpStream {
        let to = Target::of(&passage.url()).unwrap();
        let stream = TcpStream::connect((to.host.as_str(), to.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream
    }

    /// A statement of MySQL, which is answered with itself.
    fn answered(stream: &mut TcpStream) -> bool {
        let statement = b"\x02\0\0\0\x03Q";
        let mut answer = [0; 6];
        let sent = stream.write_all(statement).and_then(|()| stream.read_exact(&mut answer));
        sent.is_ok() && answer == *statement
    }

    /// Nothing more comes, and nothing can come.
    fn is_closed(stream: &mut TcpStream) -> bool {
        match stream.read(&mut [0; 64]) {
            Ok(count) => count == 0,
            Err(error) => !waits(&error),
        }
    }

    #[test]
    fn it_stalls_after_so_many_statements_and_what_it_held_never_arrives() {
        let (_echo, passage) = passage();
        let (mut one, mut two) = (client(&passage), client(&passage));
        assert!(answered(&mut one) && answered(&mut two));
        passage.tell(Mode::StallAfter(2));
        assert!(answered(&mut one) && answered(&mut two));
        assert_eq!(passage.stalled(), None);
        assert!(!answered(&mut one), "the third");
        assert_eq!(passage.stalled(), Some(2));
        assert!(!answered(&mut two) && !is_closed(&mut one), "it stays open");
        passage.tell(Mode::Pass);
        assert!(is_closed(&mut one) && is_closed(&mut two) && answered(&mut client(&passage)));
    }

    #[test]
    fn it_is_cut_until_it_passes_again() {
        let (_echo, passage) = passage();
        let mut one = client(&passage);
        assert!(answered(&mut one));
        passage.tell(Mode::Cut);
        assert!(is_closed(&mut one) && !answered(&mut client(&passage)));
        passage.tell(Mode::Pass);
        assert!(answered(&mut client(&passage)));
        let mut last = client(&passage);
        assert!(answered(&mut last));
        drop(passage);
        assert!(is_closed(&mut last), "it ends with its passage");
    }

    #[test]
    fn it_is_late_both_ways_and_at_once_when_it_stalls() {
        let (_echo, passage) = passage();
        let mut one = client(&passage);
        passage.tell(Mode::Delay(Duration::from_millis(60)));
        let began = Instant::now();
        assert!(answered(&mut one) && began.elapsed() >= Duration::from_millis(120));
        passage.tell(Mode::Stall);
        assert!(!answered(&mut one) && passage.stalled() == Some(0));
    }
}
