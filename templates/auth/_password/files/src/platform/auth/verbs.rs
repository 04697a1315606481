//! `user …`: accounts from the command line, where the person at the machine is trusted.

use std::io::{IsTerminal, stdin};

use secrecy::{ExposeSecret, SecretString};

use super::login::Credentials;
use super::policy;
use crate::auth::{Auth, sign_up};
use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};
use crate::platform::lifecycle::Lifecycle;
use crate::platform::say::say;
use crate::platform::secret::random_token;
use crate::platform::time::Timestamp;
use crate::state::AppState;
use crate::users::store;

pub const USAGE: &str = "
       user create EMAIL         make an account; the password is read from stdin
       user password EMAIL       set a new password and end all sessions
       user disable EMAIL        refuse logins and end all sessions
       user list                 everybody";

/// `None` when the words are no verb of ours.
pub async fn verb(config: &Config, words: &[&str]) -> Option<Result<()>> {
    Some(match words {
        ["user", "create", email] => create(config, email).await,
        ["user", "password", email] => password(config, email).await,
        ["user", "disable", email] => disable(config, email).await,
        ["user", "list"] => list(config).await,
        _ => return None,
    })
}

async fn create(config: &Config, email: &str) -> Result<()> {
    let state = AppState::build(config.clone(), Lifecycle::default()).await?;
    let body = Credentials { email: email.to_string(), password: read_password()? };
    let user = sign_up(&state, body).await?;
    say(format_args!("{} {}", user.id, user.email))
}

async fn password(config: &Config, email: &str) -> Result<()> {
    let db = db::connect(&config.db).await?;
    let auth = Auth::new(&config.auth)?;
    let email = email.to_lowercase();
    let login = store::find_login(&db, &email).await?.ok_or_else(|| nobody(&email))?;
    let password = read_password()?;
    let allowed = policy::check(&password, auth.passwords.shortest, &email);
    allowed.map_err(|broken| Error::field("password", broken.0, broken.1))?;
    let hash = auth.passwords.hash(password).await?;
    store::set_password(&db, login.user.id, &hash, None).await
}

async fn disable(config: &Config, email: &str) -> Result<()> {
    let db = db::connect(&config.db).await?;
    let found = store::disable(&db, &email.to_lowercase(), Timestamp::now()).await?;
    if found { Ok(()) } else { Err(nobody(email)) }
}

async fn list(config: &Config) -> Result<()> {
    let db = db::connect(&config.db).await?;
    for (user, disabled) in store::list(&db).await? {
        let note = if disabled { " disabled" } else { "" };
        say(format_args!("{} {} {}{note}", user.id, user.created_at, user.email))?;
    }
    Ok(())
}

fn nobody(email: &str) -> Error {
    Error::Unavailable(format!("there is no user `{email}`; `user list` shows them all"))
}

/// One line; at a terminal without showing it, and twice.
fn read_password() -> Result<SecretString> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).into());
    }
    let first = SecretString::from(rpassword::prompt_password("password: ")?);
    let again = SecretString::from(rpassword::prompt_password("again: ")?);
    if first.expose_secret() == again.expose_secret() {
        Ok(first)
    } else {
        Err(Error::field("password", "invalid", "the two are not the same"))
    }
}

/// The owner of the demo data, with a password that is shown once.
pub async fn demo_user(state: &AppState) -> Result<uuid::Uuid> {
    let email = "demo@example.com";
    if let Some(login) = store::find_login(&state.db, email).await? {
        return Ok(login.user.id);
    }
    let password = random_token();
    say(format_args!("{email} {password}"))?;
    let body = Credentials { email: email.to_string(), password: password.into() };
    Ok(sign_up(state, body).await?.id)
}
