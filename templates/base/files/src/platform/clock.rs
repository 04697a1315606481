//! How long a connection may stand still, counted in glances at it: reading a clock for every
//! request would cost more than the counting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// From the first byte of a request to the end of its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// Between two requests: longer than balancers keep a connection, so that they close it and not we.
const IDLE: Duration = Duration::from_secs(75);

/// What a connection is doing.
#[derive(Clone, Copy)]
pub enum Phase {
    /// Headers are owed. A fresh connection owes them from its first moment on.
    Headers,
    /// A request is being answered.
    Busy,
    /// The answer is on its way, or the next request has not begun.
    Idle,
}

/// The phase, and a number that is another one after every move.
#[derive(Default)]
pub struct Clock {
    moves: AtomicU64,
    two_lengths: AtomicBool,
}

impl Clock {
    const PHASES: u64 = 3;

    /// Only the task of the connection writes, so nothing comes between the two.
    pub fn enter(&self, phase: Phase) {
        let turn = self.moves.load(Ordering::Relaxed) / Self::PHASES + 1;
        self.moves.store(turn * Self::PHASES + phase as u64, Ordering::Relaxed);
    }

    fn is(&self, phase: Phase) -> bool {
        self.moves.load(Ordering::Relaxed) % Self::PHASES == phase as u64
    }

    /// These bytes begin a request, or go on with one.
    pub fn bytes_came(&self, bytes: &[u8]) {
        if self.is(Phase::Idle) {
            self.enter(Phase::Headers);
        }
        if self.is(Phase::Headers) && has_two_lengths(bytes) {
            self.two_lengths.store(true, Ordering::Relaxed);
        }
    }

    /// A client that still reads its answer is not idle.
    pub fn bytes_went(&self) {
        if self.is(Phase::Idle) {
            self.enter(Phase::Idle);
        }
    }

    /// Whether a request declared its length twice, in two ways.
    pub fn saw_two_lengths(&self) -> bool {
        self.two_lengths.load(Ordering::Relaxed)
    }
}

/// Looks at a clock now and then.
pub struct Watch {
    clock: Arc<Clock>,
    seen: u64,
    unmoved: u32,
}

impl Watch {
    /// From one glance to the next.
    pub const EVERY: Duration = Duration::from_secs(2);

    pub fn new(clock: Arc<Clock>) -> Self {
        Self { clock, seen: u64::MAX, unmoved: 0 }
    }

    /// Whether the connection has stood still for too long.
    pub fn is_late(&mut self) -> bool {
        let moves = self.clock.moves.load(Ordering::Relaxed);
        self.unmoved = if moves == self.seen { self.unmoved + 1 } else { 0 };
        self.seen = moves;
        let still = Self::EVERY * self.unmoved;
        let is = |phase| self.clock.is(phase);
        (is(Phase::Headers) && still >= HEADERS) || (is(Phase::Idle) && still >= IDLE)
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
