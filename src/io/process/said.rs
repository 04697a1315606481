//! What a backend of a lesson says: where it listens, how it begins, and its last lines.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex};
use std::thread;

/// What it says: where it listens, the beginning, and the last lines.
#[derive(Default)]
pub struct Said {
    pub url: Option<String>,
    pub begin: String,
    pub last: VecDeque<String>,
    pub bytes: usize,
}

/// Reads all of it, so that the program never waits for us, and keeps what a person can read.
pub fn listen(mut stream: Box<dyn Read + Send>, said: Arc<Mutex<Said>>) {
    thread::spawn(move || {
        let (mut buffer, mut line) = (vec![0; 16 * 1024], Vec::new());
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            let Ok(mut said) = said.lock() else { return };
            said.bytes += read;
            if said.bytes > FLOOD * 2 {
                continue;
            }
            for byte in &buffer[..read] {
                match byte {
                    b'\n' => said.take(&std::mem::take(&mut line)),
                    _ if line.len() < LONGEST => line.push(*byte),
                    _ => {}
                }
            }
        }
        if let (false, Ok(mut said)) = (line.is_empty(), said.lock()) {
            said.take(&line);
        }
    });
}

impl Said {
    fn take(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line).trim_end().to_string();
        if self.url.is_none() {
            self.url = address(&line);
        }
        if self.begin.len() < KEPT_BYTES {
            self.begin.push_str(&line);
            self.begin.push('\n');
        }
        if self.last.len() == KEPT_LINES {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

/// Where a line says that it listens.
fn address(line: &str) -> Option<String> {
    let (_, url) = line.split_once("listening on ").or_else(|| line.split_once("\"url\":\""))?;
    let url = url.split([' ', '"']).next()?.trim_end_matches('/');
    url.starts_with("http://").then(|| url.to_string())
}

/// More than any start says.
pub const FLOOD: usize = 4 << 20;
const LONGEST: usize = 4_000;
const KEPT_LINES: usize = 12;
const KEPT_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_listens_is_found_in_a_line() {
        let found = |line| address(line);
        assert_eq!(found("listening on http://0.0.0.0:80/"), Some("http://0.0.0.0:80".into()));
        assert_eq!(
            found("INFO listening on http://127.0.0.1:9 x"),
            Some("http://127.0.0.1:9".into())
        );
        let json = "{\"level\":\"INFO\",\"url\":\"http://127.0.0.1:9\"}";
        assert_eq!(found(json), Some("http://127.0.0.1:9".into()));
        assert_eq!(found("listening on port 80"), None);
    }
}
