//! No cache: every read asks the database, and every process counts for itself.

use std::time::Duration;

use uuid::Uuid;

use crate::db;
use crate::error::Result;
use crate::platform::env::Env;
use crate::platform::rate_limit::{Caller, Count};

#[derive(Clone)]
pub struct Settings;

impl Settings {
    pub fn read(_: &mut Env, _: &db::Settings) -> Self {
        Self
    }
}

#[derive(Clone)]
pub struct Cache;

impl Cache {
    pub async fn connect(_: &Settings) -> Self {
        Self
    }

    /// What `load` gives, asked anew each time.
    pub async fn read_through<T, F>(&self, _: Uuid, _: &'static str, load: F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        load.await
    }

    /// Nothing is kept, so nothing can be out of date.
    pub async fn raise(&self, _: Uuid) {}

    /// No counter is shared between processes.
    pub async fn count(&self, _: Caller, _: Duration) -> Option<Count> {
        None
    }

    pub async fn status(&self) -> Option<&'static str> {
        None
    }
}
