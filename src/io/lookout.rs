//! A look at something, again and again, beside work that takes long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Looks until it is asked what it saw, or dropped.
pub struct Lookout {
    done: Arc<AtomicBool>,
    looks: Option<JoinHandle<bool>>,
}

impl Lookout {
    /// `look` says whether it has seen what it looks for.
    pub fn look(mut look: impl FnMut() -> bool + Send + 'static) -> Lookout {
        let done = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&done);
        let looks = thread::spawn(move || {
            let mut seen = false;
            while !until.load(Ordering::Relaxed) {
                seen |= look();
                thread::sleep(PAUSE);
            }
            seen
        });
        Lookout { done, looks: Some(looks) }
    }

    /// Whether it has seen it, in any of its looks.
    pub fn end(mut self) -> bool {
        self.done.store(true, Ordering::Relaxed);
        self.looks.take().is_some_and(|looks| looks.join().unwrap_or(false))
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

const PAUSE: Duration = Duration::from_millis(200);
