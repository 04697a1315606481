//! A job now and then, for as long as the service lives.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::lifecycle::Lifecycle;

/// A job that fails or panics is logged, and tried again half a minute later.
pub fn every_half_minute<F, E>(lifecycle: Lifecycle, job: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    tokio::spawn(async move {
        let mut ticks = interval(Duration::from_secs(30));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = lifecycle.draining() => return,
            }
            match tokio::spawn(job()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(event = "housekeeping_failed", %error),
                Err(panic) => tracing::error!(event = "housekeeping_failed", %panic),
            }
        }
    });
}
