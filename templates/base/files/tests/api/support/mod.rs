//! The real server on a free port, with a database of its own; gone when the test ends.

mod client;
pub mod db;
mod login;

pub use client::{Answer, Client};
pub use login::*;
pub use serde_json::json;

use std::sync::OnceLock;

use app::config::Config;
use app::platform::env::Env;
use app::platform::lifecycle::Lifecycle;
use app::platform::server;
use app::state::AppState;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// A running service. Each test starts one and needs no other.
pub struct App {
    pub url: String,
    serving: JoinHandle<()>,
    // dropped last: the server lets go of the database first
    _db: db::TestDb,
}

impl App {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts with other settings than the tests' usual ones.
    #[track_caller]
    pub fn start_with(variables: &[(&str, &str)]) -> Self {
        let db = db::fresh();
        let mut pairs = vec![
            ("APP_ENV".to_string(), "test".to_string()),
            ("PORT".to_string(), "0".to_string()),
            ("RATE_LIMIT_PER_MINUTE".to_string(), "0".to_string()),
            ("DATABASE_URL".to_string(), db.url.clone()),
        ];
        pairs.extend(login::settings());
        pairs.extend(variables.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        let config = Config::read(Env::from_pairs(pairs)).expect("the tests' settings are usable");
        let (url, serving) = runtime().block_on(serve(config));
        Self { url, serving, _db: db }
    }

    /// Somebody who has not logged in.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.serving.abort();
        while !self.serving.is_finished() {
            std::thread::yield_now();
        }
    }
}

async fn serve(config: Config) -> (String, JoinHandle<()>) {
    let settings = config.server.clone();
    let listener = server::bind(&settings).await.expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    let lifecycle = Lifecycle::default();
    let state = AppState::build(config, lifecycle.clone()).await.expect("the service starts");
    let routes = app::app::router(state);
    let serving = tokio::spawn(async move {
        let start = async { Ok::<_, app::error::Error>(routes) };
        server::serve(listener, start, &settings, lifecycle).await.expect("the server runs");
    });
    (format!("http://{address}"), serving)
}

/// One runtime for all the tests: they themselves are plain blocking code.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime starts"))
}
