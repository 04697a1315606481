//! A server that a backend calls: it answers as it was told, and keeps what came to it.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::io::proxy::Gate;
use crate::io::proxy::message::Request;

/// It listens until the value goes away.
pub struct Sink {
    gate: Gate,
    book: Arc<Mutex<Book>>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// So long after the request.
    pub delay: Duration,
    /// The connection ends when so many bytes of the answer were sent.
    pub cut_after: Option<usize>,
}

/// A request that came.
pub struct Call {
    pub method: String,
    pub path: String,
    /// With their names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub at: Instant,
}

#[derive(Default)]
struct Book {
    /// In turn; the last of them for all that comes later.
    told: Vec<Told>,
    came: Vec<Call>,
}

impl Sink {
    /// On any free port. It answers 204 until it is told something.
    pub fn open() -> Result<Sink> {
        let book = Arc::new(Mutex::new(Book::default()));
        let own = book.clone();
        Ok(Sink { gate: Gate::open(move |stream| serve(&own, stream))?, book })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.gate.port())
    }

    /// From now on it answers this, in turn, and then the last again and again. What came before is
    /// forgotten.
    pub fn tell(&self, told: Vec<Told>) {
        *locked(&self.book) = Book { told, came: vec![] };
    }

    /// What came since it was told something, as `of` sees it.
    pub fn came<T>(&self, of: impl Fn(&[Call]) -> T) -> T {
        of(&locked(&self.book).came)
    }
}

impl Default for Told {
    fn default() -> Self {
        let (headers, body) = (vec![], String::new());
        Told { status: 204, headers, body, delay: Duration::ZERO, cut_after: None }
    }
}

fn locked(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(book: &Mutex<Book>, mut stream: TcpStream) {
    let Ok(Request { method, path, headers, body, .. }) = Request::read(&mut stream) else {
        return;
    };
    let told = {
        let mut book = locked(book);
        let told = book.told.get(book.came.len()).or(book.told.last()).cloned();
        book.came.push(Call { method, path, headers, body, at: Instant::now() });
        told.unwrap_or_default()
    };
    thread::sleep(told.delay);
    let bytes = told.bytes();
    let end = told.cut_after.unwrap_or(bytes.len()).min(bytes.len());
    // A backend that has given up needs no answer.
    let _ = stream.write_all(&bytes[..end]);
}

impl Told {
    fn bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        let length = match self.status {
            204 | 304 => String::new(),
            _ => format!("Content-Length: {}\r\n", self.body.len()),
        };
        let head = format!("HTTP/1.1 {} Told\r\n{headers}{length}", self.status);
        format!("{head}Connection: close\r\n\r\n{}", self.body).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn ask(sink: &Sink) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", sink.gate.port())).unwrap();
        write!(stream, "POST /pay HTTP/1.1\r\nX-Key: k\r\nContent-Length: 2\r\n\r\n{{}}").unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn it_answers_in_turn_and_keeps_what_came() {
        let sink = Sink::open().unwrap();
        assert!(ask(&sink).starts_with("HTTP/1.1 204 ") && sink.came(<[Call]>::len) == 1);
        let slow = Duration::from_millis(80);
        let busy = Told {
            status: 429,
            headers: vec![("Retry-After".into(), "1".into())],
            ..Told::default()
        };
        let cut = Told { status: 200, body: "whole".into(), cut_after: Some(9), ..Told::default() };
        let late = Told { status: 200, body: "whole".into(), delay: slow, ..Told::default() };
        sink.tell(vec![busy, cut, late]);
        assert!(ask(&sink).contains("\r\nRetry-After: 1\r\n"));
        assert_eq!(ask(&sink), "HTTP/1.1 ");
        for _ in 0..2 {
            let began = Instant::now();
            assert!(ask(&sink).ends_with("Content-Length: 5\r\nConnection: close\r\n\r\nwhole"));
            assert!(began.elapsed() >= slow);
        }
        sink.came(|calls| {
            assert_eq!(calls.len(), 4);
            let Call { method, path, headers, body, .. } = &calls[0];
            assert_eq!(
                (method.as_str(), path.as_str(), body.as_slice()),
                ("POST", "/pay", b"{}".as_slice())
            );
            assert!(headers.contains(&("x-key".into(), "k".into())));
        });
    }
}
