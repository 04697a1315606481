//! The walk through a running backend: each `[[request]]` as curl and as a request to click.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::Layer;
use crate::catalog::spec::{Credentials, Request};

/// One request of the walk.
#[derive(Serialize)]
pub struct Step {
    title: String,
    note: String,
    /// As the README shows it.
    curl: String,
    /// As `requests.http` shows it.
    http: String,
}

/// The requests of all layers, in their order: who is asking comes before what is asked.
pub fn steps(layers: &[&Layer]) -> Vec<Step> {
    let credentials = layers.iter().find_map(|layer| layer.spec.credentials.as_ref());
    let mut requests: Vec<&Request> = layers.iter().flat_map(|layer| &layer.spec.request).collect();
    requests.sort_by_key(|request| !request.open);
    let captured: BTreeSet<&str> =
        requests.iter().flat_map(|request| request.capture.keys().map(String::as_str)).collect();
    let step = requests.iter().enumerate().map(|(index, request)| {
        let credentials = credentials.filter(|_| !request.open);
        Step {
            title: request.title.clone(),
            note: request.note.as_ref().map_or(String::new(), |note| format!(": {note}")),
            curl: curl(request, credentials, &captured),
            http: http(request, credentials, &captured, index + 1),
        }
    });
    step.collect()
}

fn curl(request: &Request, credentials: Option<&Credentials>, captured: &BTreeSet<&str>) -> String {
    let mut parts = vec![format!("curl {}", if request.capture.is_empty() { "-i" } else { "-s" })];
    if request.method != "GET" && !(request.method == "POST" && request.body.is_some()) {
        parts[0] += &format!(" -X {}", request.method);
    }
    parts[0] += &format!(" {}", shell(&format!("{BASE}{}", request.path), captured));
    let more = credentials.and_then(|credentials| credentials.curl.as_deref());
    parts.extend([more, request.curl.as_deref()].into_iter().flatten().map(str::to_string));
    for header in headers(request) {
        parts.push(format!("-H {}", shell(&header, captured)));
    }
    if let Some(body) = &request.body {
        parts.push(format!("-d {}", shell(body.trim(), captured)));
    }
    let line = parts.join(" \\\n  ");
    match request.capture.iter().next() {
        None => line,
        Some((name, path)) => {
            let field = path.rsplit('.').next().unwrap_or(path);
            format!(
                "{name}=$({line} \\\n  | sed -E 's/.*\"{field}\": ?\"([^\"]*)\".*/\\1/'); echo \"${name}\""
            )
        }
    }
}

fn http(
    request: &Request,
    credentials: Option<&Credentials>,
    captured: &BTreeSet<&str>,
    number: usize,
) -> String {
    let mut lines = vec![format!("### {}", request.title)];
    if !request.capture.is_empty() {
        lines.push(format!("# @name step{number}"));
    }
    lines.push(format!("{} {{{{base}}}}{}", request.method, braced(&request.path, captured)));
    let proof = credentials.and_then(|credentials| credentials.header.clone());
    for header in headers(request).into_iter().chain(proof) {
        lines.push(braced(&header, captured));
    }
    if let Some(body) = &request.body {
        lines.push(String::new());
        lines.push(braced(body.trim(), captured));
    }
    for (name, path) in &request.capture {
        lines.push(String::new());
        lines.push(format!("@{name} = {{{{step{number}.response.body.{path}}}}}"));
    }
    lines.join("\n")
}

fn headers(request: &Request) -> Vec<String> {
    let mut headers = request.headers.clone();
    let named = |header: &String| header.to_lowercase().starts_with("content-type:");
    if request.body.is_some() && !headers.iter().any(named) {
        headers.push("Content-Type: application/json".to_string());
    }
    headers
}

/// In quotes for a shell, with captured variables open to it.
fn shell(text: &str, captured: &BTreeSet<&str>) -> String {
    let mut text = text.replace('\'', "'\\''");
    for name in captured {
        text = text.replace(&format!("${name}"), &format!("'\"${name}\"'"));
    }
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || ":/.-_".contains(c));
    if plain { text } else { format!("'{text}'") }
}

/// `$NAME` as `{{NAME}}`.
fn braced(text: &str, captured: &BTreeSet<&str>) -> String {
    captured.iter().fold(text.to_string(), |text, name| {
        text.replace(&format!("${name}"), &format!("{{{{{name}}}}}"))
    })
}

const BASE: &str = "http://127.0.0.1:3000";
