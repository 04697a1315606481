//! The life of the process: serving, draining, closing. Signals, and the second signal.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Stage {
    Serving,
    /// Not ready any more, so that balancers look elsewhere; still answering.
    Draining,
    /// No new connection, and each open one ends with its request.
    Closing,
}

/// Cheap to clone: all clones see the same life.
#[derive(Clone)]
pub struct Lifecycle(watch::Sender<Stage>);

impl Default for Lifecycle {
    fn default() -> Self {
        Self(watch::Sender::new(Stage::Serving))
    }
}

impl Lifecycle {
    /// Drains on SIGTERM or Ctrl-C (on Windows Ctrl-C or Ctrl-Break); a second one ends at once.
    pub fn watch_signals() -> Self {
        let lifecycle = Self::default();
        let own = lifecycle.clone();
        tokio::spawn(async move {
            // the handlers are there before the first await, so no signal is lost
            let Ok(mut signals) = Signals::new() else { return };
            signals.next().await;
            tracing::info!(event = "draining");
            own.drain();
            let code = signals.next().await;
            std::process::exit(code);
        });
        lifecycle
    }

    pub fn drain(&self) {
        self.enter(Stage::Draining);
    }

    pub fn close(&self) {
        self.enter(Stage::Closing);
    }

    pub fn is_draining(&self) -> bool {
        *self.0.borrow() >= Stage::Draining
    }

    /// Waits until the draining begins.
    pub async fn draining(&self) {
        self.reached(Stage::Draining).await;
    }

    /// Waits until connections are to end.
    pub async fn closing(&self) {
        self.reached(Stage::Closing).await;
    }

    fn enter(&self, stage: Stage) {
        self.0.send_if_modified(|now| {
            let later = *now < stage;
            if later {
                *now = stage;
            }
            later
        });
    }

    async fn reached(&self, stage: Stage) {
        // it fails only without a sender, and we are one
        let _ = self.0.subscribe().wait_for(|now| *now >= stage).await;
    }
}

#[cfg(unix)]
struct Signals {
    term: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (term, interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { term, interrupt })
    }

    /// The exit code that stands for the signal: 128 and its number.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.term.recv() => 143,
            _ = self.interrupt.recv() => 130,
        }
    }
}

#[cfg(windows)]
struct Signals {
    ctrl_c: tokio::signal::windows::CtrlC,
    ctrl_break: tokio::signal::windows::CtrlBreak,
}

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self { ctrl_c: ctrl_c()?, ctrl_break: ctrl_break()? })
    }

    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.ctrl_c.recv() => {}
            _ = self.ctrl_break.recv() => {}
        }
        130
    }
}
