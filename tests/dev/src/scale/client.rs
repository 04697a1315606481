//! HTTP to an instance or a balancer, as somebody who has logged in.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

/// Keeps connections between requests, and a cookie when it has one.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    cookie: Option<String>,
}

/// What came back; no status when nothing did.
pub struct Answer {
    pub status: Option<u16>,
    pub body: Value,
    pub why: String,
    cookie: Option<String>,
}

impl Client {
    pub fn new(url: &str) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Client { agent: config.into(), url: url.to_string(), cookie: None }
    }

    /// The same person somewhere else.
    pub fn at(&self, url: &str) -> Client {
        Client { cookie: self.cookie.clone(), ..Client::new(url) }
    }

    /// Makes an account and logs in.
    pub fn enter(mut self, name: &str) -> Result<Client> {
        let who =
            json!({ "email": format!("{name}@example.com"), "password": "correct horse battery" });
        let made = self.send("POST", "/auth/register", Some(&who), None);
        ensure!(made.status == Some(201), "no account: {:?} {}", made.status, made.body);
        let entered = self.send("POST", "/auth/login", Some(&who), None);
        self.cookie = Some(entered.cookie.context("no cookie")?);
        Ok(self)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None)
    }

    /// Makes a task; the same key twice makes it once.
    pub fn make(&self, title: &str, key: &str) -> Answer {
        self.send("POST", "/api/v1/tasks", Some(&json!({ "title": title })), Some(key))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>, key: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let headers = [
            ("Cookie", self.cookie.as_deref()),
            ("Idempotency-Key", key),
            ("Content-Type", body.map(|_| "application/json")),
        ];
        for (name, value) in headers.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            request = request.header(*name, value);
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let asked = request.body(text).map_err(|error| error.to_string());
        let answered = asked.and_then(|it| self.agent.run(it).map_err(|error| error.to_string()));
        let read = answered.and_then(|answer| {
            let (head, mut body) = answer.into_parts();
            let text = body.read_to_string().map_err(|error| error.to_string())?;
            let cookie = head.headers.get("set-cookie").and_then(|it| it.to_str().ok());
            let cookie = cookie.and_then(|it| it.split(';').next()).map(str::to_string);
            Ok((head.status.as_u16(), serde_json::from_str(&text).unwrap_or_default(), cookie))
        });
        match read {
            Ok((status, body, cookie)) => {
                Answer { status: Some(status), body, why: status.to_string(), cookie }
            }
            Err(why) => Answer { status: None, body: Value::Null, why, cookie: None },
        }
    }
}
