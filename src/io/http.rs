//! HTTP to a backend on this machine: one request, one answer, never more than a moment.

mod load;

use std::time::Duration;

use anyhow::{Context, Result};
use ureq::Agent;
use ureq::http::Request;

use crate::check::{Answer, Ask};
pub use load::Load;

/// Speaks to one backend. It keeps nothing between requests: no cookie, no credentials.
pub struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    /// To the backend at this URL, past any proxy.
    pub fn new(url: &str) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .allow_non_standard_methods(true)
            .build();
        Client { agent: config.into(), url: url.to_string() }
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&self, ask: &Ask) -> Result<Answer> {
        let uri = format!("{}{}", self.url, ask.path);
        let mut request = Request::builder().method(ask.method.as_str()).uri(&uri);
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let body = ask.body.clone().unwrap_or_default();
        let request = request.body(body).with_context(|| format!("cannot ask `{uri}`"))?;
        let response = self.agent.run(request).context("no answer")?;
        let (head, mut body) = response.into_parts();
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Answer {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.read_to_string().context("the answer breaks off")?,
        })
    }
}

/// Longer than the slowest hash of a password in a debug build.
const PATIENCE: Duration = Duration::from_secs(20);
