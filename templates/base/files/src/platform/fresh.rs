//! A value that may be a second old: asked for often, made rarely.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// Whoever asks while it is being made waits for the same one.
#[derive(Default)]
pub struct Fresh<T>(Mutex<Option<(Instant, T)>>);

impl<T: Clone> Fresh<T> {
    pub async fn get(&self, oldest: Duration, make: impl Future<Output = T>) -> T {
        let mut kept = self.0.lock().await;
        if let Some((made, value)) = &*kept
            && made.elapsed() < oldest
        {
            return value.clone();
        }
        let value = make.await;
        *kept = Some((Instant::now(), value.clone()));
        value
    }
}
