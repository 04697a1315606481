//! A client that is logged in.

use super::{App, Client, json};

pub const PASSWORD: &str = "correct horse battery";

/// What this authentication needs to start in a test: a key.
pub fn settings() -> Vec<(String, String)> {
    vec![("JWT_SECRET".to_string(), app::platform::secret::random_token())]
}

/// Registers the address where it is new, and logs in.
#[track_caller]
pub fn login(app: &App, email: &str) -> Client {
    let client = app.client();
    let who = json!({"email": email, "password": PASSWORD});
    let made = client.post("/auth/register", who.clone());
    assert!([201, 409].contains(&made.status), "{}", made.text);
    let tokens = client.post("/auth/login", who).json;
    let token = tokens["access_token"].as_str().expect("a token");
    client.with("authorization", &format!("Bearer {token}"))
}
