//! Every setting, read and checked once at the start; each module knows its own.

use crate::platform::env::{AppEnv, ConfigErrors, Env};
use crate::{auth, cache, db, platform};

#[derive(Clone)]
pub struct Config {
    pub app_env: AppEnv,
    pub server: platform::Settings,
    pub db: db::Settings,
    pub auth: auth::Settings,
    pub cache: cache::Settings,
}

impl Config {
    /// Reads everything before it complains, so that one start names every mistake.
    pub fn read(mut env: Env) -> Result<Self, ConfigErrors> {
        let server = platform::Settings::read(&mut env);
        let db = db::Settings::read(&mut env);
        let auth = auth::Settings::read(&mut env);
        let cache = cache::Settings::read(&mut env, &db);
        let config = Self { app_env: env.app_env(), server, db, auth, cache };
        env.finish()?;
        Ok(config)
    }
}
