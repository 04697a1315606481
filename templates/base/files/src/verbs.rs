//! The commands of the binary besides `serve`.

use std::process::ExitCode;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::platform::idempotency::Attempt;
use crate::platform::lifecycle::Lifecycle;
use crate::platform::say::say;
use crate::platform::{openapi, probe};
use crate::state::AppState;
use crate::tasks::draft::{Draft, NewTask};
use crate::{api, app, auth, db, tasks};

const USAGE: &str = "\
usage: [serve]                   answer requests (without any word too)
       migrate                   bring the database up to date
       seed                      put demo data into it
       routes | openapi          what is answered, as a table or as OpenAPI
       config check [--offline]  read the settings; ask the database too
       healthcheck               exit 0 when the running server is ready";

pub async fn run(config: Config, words: &[&str]) -> Result<ExitCode> {
    match words {
        ["migrate"] => migrate(&config).await?,
        ["seed"] => seed(config).await?,
        ["routes"] => say(openapi::routes(&app::document()).trim_end())?,
        ["openapi"] => say(app::document().to_pretty_json().map_err(Error::internal)?)?,
        ["config", "check", "--offline"] => say("the configuration is usable")?,
        ["config", "check"] => {
            let room = db::connect(&config.db).await?.room(&config.db).await;
            room.unwrap_or_else(|why| eprintln!("warning: {why}"));
            say("the configuration is usable, the database answers")?;
        }
        ["healthcheck"] => probe::ready(&config.server).await.map_err(Error::internal)?,
        ["help" | "--help" | "-h"] => say(format_args!("{USAGE}{}{}", api::USAGE, auth::USAGE))?,
        ["version" | "--version" | "-V"] => say(env!("CARGO_PKG_VERSION"))?,
        words => return other(&config, words).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// The verbs that the API and the authentication bring along.
async fn other(config: &Config, words: &[&str]) -> Result<ExitCode> {
    let done = match api::verb(words) {
        Some(done) => Some(done),
        None => auth::verb(config, words).await,
    };
    match done {
        Some(done) => done.map(|()| ExitCode::SUCCESS),
        None => {
            eprintln!(
                "error: unknown command `{}`\n{USAGE}{}{}",
                words.join(" "),
                api::USAGE,
                auth::USAGE
            );
            Ok(ExitCode::from(2))
        }
    }
}

async fn migrate(config: &Config) -> Result<()> {
    db::connect(&config.db).await?;
    let applied = db::migrate(&config.db).await?;
    for name in &applied {
        say(format_args!("applied {name}"))?;
    }
    if applied.is_empty() {
        say("the database is up to date")?;
    }
    Ok(())
}

/// Three tasks for a demo user; run again it changes nothing.
async fn seed(config: Config) -> Result<()> {
    if config.server.production {
        return Err(Error::Unavailable("demo data is not for production".to_string()));
    }
    let state = AppState::build(config, Lifecycle::default()).await?;
    let owner = auth::demo_user(&state).await?;
    for title in ["Read src/main.rs", "Log in with curl", "Write a test"] {
        let body = NewTask { title: title.to_string(), description: String::new(), due_at: None };
        let attempt = Attempt::once("seed", title);
        tasks::create(&state, owner, Draft::parse(body)?, Some(attempt)).await?;
    }
    state.db.close().await;
    say("the demo data is there")
}
