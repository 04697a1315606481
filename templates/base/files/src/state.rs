//! What every handler can reach. Cheap to clone: all of it is shared.

use std::ops::Deref;
use std::sync::Arc;

use crate::auth::{self, Auth};
use crate::cache::Cache;
use crate::config::Config;
use crate::db::{self, Db};
use crate::error::Result;
use crate::platform::fresh::Fresh;
use crate::platform::lifecycle::Lifecycle;
use crate::platform::rate_limit::Counters;
use crate::tasks;

/// Every request gets a clone, which is one more owner of the same.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

pub struct Shared {
    pub config: Config,
    pub db: Db,
    pub cache: Cache,
    pub auth: Auth,
    pub counters: Counters,
    pub lifecycle: Lifecycle,
    /// Whether the database is ready, asked once a second at most.
    pub database: Fresh<bool>,
}

impl AppState {
    /// Connects, and brings the database up to date where the settings say so.
    pub async fn build(config: Config, lifecycle: Lifecycle) -> Result<Self> {
        let db = db::connect(&config.db).await?;
        if config.db.migrate_on_start {
            for name in db::migrate(&config.db).await? {
                tracing::info!(event = "migrated", name);
            }
        }
        let shared = Shared {
            db,
            cache: Cache::connect(&config.cache).await,
            auth: Auth::new(&config.auth)?,
            counters: Counters::default(),
            lifecycle,
            database: Fresh::default(),
            config,
        };
        Ok(Self(Arc::new(shared)))
    }

    /// What has expired is deleted now and then; nothing depends on it.
    pub async fn clean_up(&self) -> Result<()> {
        self.db.ready().await?;
        tasks::purge(self).await?;
        auth::purge(self).await
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
