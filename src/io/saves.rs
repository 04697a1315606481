//! Looks for saves in a folder while work is done, and ends work that they make useless.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::io::{interrupt, place};

/// Looks until it is asked what it saw, or dropped.
pub struct Saves {
    done: Arc<AtomicBool>,
    look: Option<JoinHandle<bool>>,
}

impl Saves {
    /// `seen` is the stamp of the folder (`place::stamp`) that the work is about.
    pub fn look(folder: &Path, seen: u64) -> Saves {
        let (folder, done) = (folder.to_path_buf(), Arc::new(AtomicBool::new(false)));
        let until = Arc::clone(&done);
        Saves { done, look: Some(thread::spawn(move || saved(&folder, seen, &until))) }
    }

    /// Whether somebody has saved meanwhile.
    pub fn end(mut self) -> bool {
        self.done.store(true, Ordering::Relaxed);
        self.look.take().is_some_and(|look| look.join().unwrap_or(false))
    }
}

impl Drop for Saves {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

fn saved(folder: &Path, seen: u64, done: &AtomicBool) -> bool {
    let mut saved = false;
    while !done.load(Ordering::Relaxed) {
        saved = saved || place::stamp(folder).is_ok_and(|now| now != seen);
        if saved {
            // again and again: between two pieces of work there is nothing to end
            interrupt::recall();
        }
        thread::sleep(LOOK);
    }
    saved
}

const LOOK: Duration = Duration::from_millis(200);
