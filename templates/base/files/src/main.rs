//! The program, from top to bottom: read the settings, connect, serve. Next: `app.rs`.

use std::process::ExitCode;

use app::config::Config;
use app::error::Result;
use app::platform::env::Env;
use app::platform::lifecycle::Lifecycle;
use app::platform::{server, telemetry};
use app::state::AppState;
use app::{app as routes, verbs};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let config = match Config::read(Env::load()) {
        Ok(config) => config,
        Err(errors) => {
            eprintln!("{errors}");
            return ExitCode::from(78);
        }
    };
    let done = match words.as_slice() {
        [] | ["serve"] => serve(config).await.map(|()| ExitCode::SUCCESS),
        other => verbs::run(config, other).await,
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

async fn serve(config: Config) -> Result<()> {
    telemetry::init(&config.server);
    let settings = config.server.clone();
    let lifecycle = Lifecycle::watch_signals();
    let listener = server::bind(&settings).await?;
    let start = async {
        let state = AppState::build(config, lifecycle.clone()).await?;
        Ok(routes::router(state))
    };
    server::serve(listener, start, &settings, lifecycle.clone()).await
}
