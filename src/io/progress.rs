//! A bar that moves, where somebody can see it.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Work in steps, of which the number may become known later.
pub struct Progress {
    bar: ProgressBar,
    quiet: bool,
}

impl Progress {
    /// Something begins.
    pub fn start(what: &str) -> Progress {
        let quiet = !stderr().is_terminal();
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.enable_steady_tick(Duration::from_millis(120));
        let progress = Progress { bar, quiet };
        progress.say(what);
        progress
    }

    /// Something else begins.
    pub fn say(&self, what: &str) {
        if self.quiet {
            let _ = writeln!(stderr(), "{what}");
        }
        self.bar.set_message(what.to_string());
    }

    /// It has so many steps.
    pub fn of(&self, steps: u64) {
        let style = ProgressStyle::with_template("{msg} {bar:24} {pos} of {len}, about {eta}");
        if let Ok(style) = style {
            self.bar.set_style(style);
        }
        self.bar.set_length(steps);
    }

    /// So many are done.
    pub fn at(&self, step: u64) {
        self.bar.set_length(self.bar.length().unwrap_or(step).max(step));
        self.bar.set_position(step);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
