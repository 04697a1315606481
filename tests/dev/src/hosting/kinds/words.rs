//! What texts of any form say: ports, paths and verbs, found by how they are written.

use regex::Regex;

/// Every first group of a pattern.
pub fn all(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern.captures_iter(text).map(|found| found[1].to_string()).collect()
}

/// The ports behind these addresses of this machine, or of the service `web`.
pub fn ports(text: &str) -> Vec<u16> {
    let ports = all(r"(?:127\.0\.0\.1|\bweb|localhost):(\d+)", text);
    ports.iter().filter_map(|port| port.parse::<u16>().ok()).collect()
}

/// What looks like a way to ask how the program is.
pub fn health(text: &str) -> Vec<String> {
    all(r"(/[a-z]+z)\b", text)
}

/// The text without its comments.
pub fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}
