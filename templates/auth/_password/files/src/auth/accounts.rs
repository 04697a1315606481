//! An account from registration to deletion. How one logs in is in `mod.rs`.

use axum::Json as Answer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Error, Result};
use crate::identity::CurrentUser;
use crate::platform::auth::login::{Credentials, verified};
use crate::platform::auth::{devices, policy};
use crate::platform::checks::Checks;
use crate::platform::client::ClientIp;
use crate::platform::json::Json;
use crate::platform::query::NoQuery;
use crate::state::AppState;
use crate::users::{Email, User, store};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(me))
        .routes(routes!(change_password))
        .routes(routes!(delete))
        .merge(devices::router())
}

/// Make an account.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = Credentials, responses(
    (status = 201, body = User), (status = 409, description = "The address has an account")))]
async fn register(
    State(state): State<AppState>,
    body: Json<Credentials>,
) -> Result<(StatusCode, Answer<User>)> {
    let user = sign_up(&state, body.value).await?;
    Ok((StatusCode::CREATED, Answer(user)))
}

/// What `register` and the verb `user create` share.
pub async fn sign_up(state: &AppState, body: Credentials) -> Result<User> {
    let mut checks = Checks::default();
    let email = checks.field("/email", Email::parse(&body.email));
    let folded = body.email.to_lowercase();
    checks
        .field("/password", policy::check(&body.password, state.auth.passwords.shortest, &folded));
    checks.finish()?;
    let user = User::new(email.ok_or_else(|| Error::internal("a broken rule was not reported"))?);
    let hash = state.auth.passwords.hash(body.password).await?;
    store::insert(&state.db, &user, &hash).await?;
    tracing::info!(event = "registered", user = %user.id);
    Ok(user)
}

/// Who am I?
#[utoipa::path(get, path = "/auth/me", tag = "auth", security(("user" = [])),
    responses((status = 200, body = User)))]
async fn me(user: CurrentUser, _: NoQuery) -> Answer<User> {
    Answer(User { id: user.id, email: user.email, created_at: user.created_at })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(value_type = String, max_length = 128, pattern = r"^[^\x00]*$")]
    current_password: SecretString,
    #[schema(value_type = String, min_length = 8, max_length = 128, pattern = r"^[^\x00]*$")]
    new_password: SecretString,
}

/// Change the password; every other session ends.
#[utoipa::path(post, path = "/auth/password", tag = "auth", security(("user" = [])),
    request_body = PasswordChange, responses((status = 204, description = "It is changed")))]
async fn change_password(
    State(state): State<AppState>,
    Extension(client): Extension<ClientIp>,
    user: CurrentUser,
    body: Json<PasswordChange>,
) -> Result<StatusCode> {
    let PasswordChange { current_password, new_password } = body.value;
    let mut checks = Checks::default();
    checks.field("/current_password", policy::fits(&current_password));
    checks.field(
        "/new_password",
        policy::check(&new_password, state.auth.passwords.shortest, &user.email),
    );
    checks.finish()?;
    confirm(&state, client, &user, "/current_password", current_password).await?;
    let hash = state.auth.passwords.hash(new_password).await?;
    store::set_password(&state.db, user.id, &hash, Some(user.session_id)).await?;
    tracing::info!(event = "password_changed", user = %user.id);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Deletion {
    #[schema(value_type = String, max_length = 128, pattern = r"^[^\x00]*$")]
    password: SecretString,
}

/// Delete the account and everything that belongs to it.
#[utoipa::path(post, path = "/auth/delete", tag = "auth", security(("user" = [])),
    request_body = Deletion, responses((status = 204, description = "It is gone")))]
async fn delete(
    State(state): State<AppState>,
    Extension(client): Extension<ClientIp>,
    user: CurrentUser,
    body: Json<Deletion>,
) -> Result<StatusCode> {
    let mut checks = Checks::default();
    checks.field("/password", policy::fits(&body.value.password));
    checks.finish()?;
    confirm(&state, client, &user, "/password", body.value.password).await?;
    store::delete(&state.db, user.id).await?;
    tracing::info!(event = "user_deleted", user = %user.id);
    Ok(StatusCode::NO_CONTENT)
}

/// The user must know their password; guesses count as those of a login do.
async fn confirm(
    state: &AppState,
    client: ClientIp,
    user: &CurrentUser,
    pointer: &str,
    password: SecretString,
) -> Result<()> {
    match verified(state, client, &user.email, password).await? {
        Some(_) => Ok(()),
        None => Err(Error::field(pointer, "wrong_password", "is not your password")),
    }
}
