//! The clock of a connection, started by the first byte of a request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// From the first byte of a request to the end of its headers.
const HEADERS: Duration = Duration::from_secs(10);

/// When the first byte of the headers came, in milliseconds after `start`.
pub struct Clock {
    start: Instant,
    since: AtomicU64,
    two_lengths: AtomicBool,
}

impl Default for Clock {
    fn default() -> Self {
        // a fresh connection owes us headers from its first moment on
        Self { start: Instant::now(), since: AtomicU64::new(0), two_lengths: AtomicBool::default() }
    }
}

impl Clock {
    /// A request is being answered.
    pub const BUSY: u64 = u64::MAX;
    /// The next request has not begun.
    pub const IDLE: u64 = u64::MAX - 1;

    pub fn set(&self, state: u64) {
        self.since.store(state, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(Self::IDLE - 1)
    }

    /// These bytes begin a request, or go on with one.
    fn bytes_came(&self, bytes: &[u8]) {
        let (idle, now) = (Self::IDLE, self.now());
        let begun = self.since.compare_exchange(idle, now, Ordering::Relaxed, Ordering::Relaxed);
        if (begun.is_ok() || self.since.load(Ordering::Relaxed) == 0) && has_two_lengths(bytes) {
            self.two_lengths.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a request declared its length twice, in two ways.
    pub fn saw_two_lengths(&self) -> bool {
        self.two_lengths.load(Ordering::Relaxed)
    }

    pub fn headers_are_late(&self) -> bool {
        let since = self.since.load(Ordering::Relaxed);
        since < Self::IDLE && u128::from(self.now() - since.min(self.now())) > HEADERS.as_millis()
    }
}

/// A stream that tells the clock when bytes come.
pub struct Watched {
    pub stream: TcpStream,
    pub clock: Arc<Clock>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.clock.bytes_came(&buf.filled()[before..]);
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// `Content-Length` beside `Transfer-Encoding` is how requests are smuggled past a proxy
/// (RFC 9112, 6.1). The HTTP library drops the one, so it is looked for here.
fn has_two_lengths(bytes: &[u8]) -> bool {
    let (mut length, mut encoding) = (false, false);
    for line in bytes.trim_ascii_start().split(|byte| *byte == b'\n') {
        match line.first() {
            Some(b'c' | b'C') => length |= begins(line, b"content-length:"),
            Some(b't' | b'T') => encoding |= begins(line, b"transfer-encoding:"),
            // an empty line ends the headers
            None | Some(b'\r') => break,
            _ => {}
        }
    }
    length && encoding
}

fn begins(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}
