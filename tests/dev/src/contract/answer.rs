//! What came back, and what is expected of it.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// An answer, and what it answers.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    /// Names are in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sent: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value at a JSON pointer; `null` when there is none.
    pub fn at(&self, pointer: &str) -> Value {
        let json: Value = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        json.pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The text at a JSON pointer.
    pub fn word(&self, pointer: &str) -> Result<String> {
        let value = self.at(pointer);
        let word = value.as_str().map(str::to_string);
        word.with_context(|| self.but(&format!("a text at `{pointer}`")))
    }

    /// The three lines of a failure.
    pub fn but(&self, expected: &str) -> String {
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let mut body = self.text();
        if let Some((cut, _)) = body.char_indices().nth(700) {
            body.truncate(cut);
        }
        let got = format!("{} | {} | {body}", self.status, headers.join(" | "));
        format!("sent: {}\nexpected: {expected}\ngot: {got}", self.sent)
    }

    /// The status alone: what is measured beside a backend promises nothing else.
    pub fn status_is(self, status: u16) -> Result<Self> {
        ensure!(self.status == status, "{}", self.but(&format!("status {status}")));
        Ok(self)
    }

    pub fn is(self, status: u16) -> Result<Self> {
        let answer = self.status_is(status)?;
        ensure!(answer.header("x-request-id").is_some(), "{}", answer.but("an `X-Request-Id`"));
        Ok(answer)
    }

    pub fn has(self, pointer: &str, value: impl Into<Value>) -> Result<Self> {
        let value = value.into();
        ensure!(self.at(pointer) == value, "{}", self.but(&format!("{value} at `{pointer}`")));
        Ok(self)
    }

    pub fn says(self, header: &str, value: &str) -> Result<Self> {
        let right = self.header(header) == Some(value);
        ensure!(right, "{}", self.but(&format!("`{header}: {value}`")));
        Ok(self)
    }

    pub fn tells(self, header: &str) -> Result<Self> {
        ensure!(self.header(header).is_some(), "{}", self.but(&format!("the header `{header}`")));
        Ok(self)
    }

    pub fn lacks(self, header: &str) -> Result<Self> {
        ensure!(self.header(header).is_none(), "{}", self.but(&format!("no header `{header}`")));
        Ok(self)
    }

    /// RFC 9457 with our code, and nothing that the contract does not name.
    pub fn problem(self, status: u16, code: &str) -> Result<Self> {
        let answer = self.is(status)?.says("content-type", "application/problem+json")?;
        let answer =
            answer.has("/type", "about:blank")?.has("/status", status)?.has("/code", code)?;
        let title = answer.word("/title")?;
        // RFC 9110 and the crate that everybody uses differ about 413
        let named = title == reason(status) || (status == 413 && title == "Content Too Large");
        ensure!(named, "{}", answer.but("the reason phrase as the title"));
        let id = answer.header("x-request-id").unwrap_or_default().to_string();
        let answer = answer.has("/request_id", id)?;
        let known = ["type", "title", "status", "code", "detail", "request_id", "errors"];
        let keys = answer.at("").as_object().cloned().unwrap_or_default();
        let all = keys.keys().all(|key| known.contains(&key.as_str()));
        ensure!(all, "{}", answer.but("no member that the contract does not name"));
        let wait =
            answer.header("retry-after").map(|text| text.parse::<u32>().is_ok_and(|secs| secs > 0));
        let must = matches!(status, 429 | 503);
        ensure!(
            wait == must.then_some(true),
            "{}",
            answer.but("`Retry-After` exactly with 429 and 503")
        );
        Ok(answer)
    }

    /// 422 `validation` with exactly these fields and codes, in any order.
    pub fn refuses(self, fields: &[(&str, &str)]) -> Result<Self> {
        let answer = self.problem(422, "validation")?;
        let at = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_string();
        let errors = answer.at("/errors").as_array().cloned().unwrap_or_default();
        let mut got: Vec<_> =
            errors.iter().map(|error| (at(error, "pointer"), at(error, "code"))).collect();
        let mut wanted: Vec<_> =
            fields.iter().map(|(pointer, code)| (pointer.to_string(), code.to_string())).collect();
        got.sort();
        wanted.sort();
        ensure!(got == wanted, "{}", answer.but(&format!("the errors {fields:?}")));
        Ok(answer)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}
