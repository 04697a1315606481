//! A client that is logged in.

use super::{App, Client, json};

pub const PASSWORD: &str = "correct horse battery";

/// What this authentication needs to start in a test: nothing.
pub fn settings() -> Vec<(String, String)> {
    Vec::new()
}

/// Registers the address where it is new, and logs in.
#[track_caller]
pub fn login(app: &App, email: &str) -> Client {
    let client = app.client();
    let who = json!({"email": email, "password": PASSWORD});
    let made = client.post("/auth/register", who.clone());
    assert!([201, 409].contains(&made.status), "{}", made.text);
    assert_eq!(client.post("/auth/login", who).status, 200);
    client
}
