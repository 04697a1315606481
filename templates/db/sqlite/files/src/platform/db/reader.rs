//! A connection that reads, and ends what takes too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::open::{Settings, open};
use crate::error::Result;

/// No statement of this service may read for longer.
const LONGEST_READ: Duration = Duration::from_secs(5);

pub(super) struct Reader {
    pub conn: Connection,
    /// Milliseconds after the connection was opened; zero until somebody looks at the clock.
    started: Arc<AtomicU64>,
}

impl Reader {
    pub fn open(settings: &Settings) -> Result<Self> {
        let (mut conn, opened, started) = (open(settings, false)?, Instant::now(), Arc::default());
        let since: Arc<AtomicU64> = Arc::clone(&started);
        let is_late = move || {
            let now = millis(opened.elapsed());
            let begun = since.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
            begun.is_err_and(|begun| now > begun + millis(LONGEST_READ))
        };
        conn.progress_handler(10_000, Some(is_late))?;
        Ok(Self { conn, started })
    }

    /// A read that ends before ten thousand steps never asks what time it is.
    pub fn start_clock(&self) {
        self.started.store(0, Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
