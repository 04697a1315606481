//! One HTTP/1.1 message, read whole from a connection that carries no other.

use std::io::{Error, ErrorKind, Read, Result};

/// A request, as it is passed on.
pub struct Request {
    pub method: String,
    pub bytes: Vec<u8>,
}

impl Request {
    /// The request on this stream. Its answer is to be the last on its connection.
    pub fn read(stream: &mut impl Read) -> Result<Request> {
        let mut bytes = Vec::new();
        let mut piece = [0; 16 * 1024];
        let end = loop {
            if let Some(end) = head_end(&bytes) {
                break end;
            }
            more(stream, &mut bytes, &mut piece)?;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        if header(&head, "transfer-encoding").is_some() {
            return Err(Error::new(ErrorKind::InvalidData, "a body without a length"));
        }
        let length = header(&head, "content-length").and_then(|it| it.parse::<usize>().ok());
        while bytes.len() < end + length.unwrap_or(0) {
            more(stream, &mut bytes, &mut piece)?;
        }
        let lines = head.trim_end().split("\r\n");
        let mut own: Vec<&str> = lines.filter(|line| name(line) != "connection").collect();
        own.push("Connection: close");
        let method = head.split(' ').next().unwrap_or_default().to_string();
        let bytes = [own.join("\r\n").as_bytes(), b"\r\n\r\n", &bytes[end..]].concat();
        Ok(Request { method, bytes })
    }
}

/// The answer on this stream, which ends with it; an error when it breaks off.
pub fn answer(stream: &mut impl Read, to: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let ended = stream.take(LONGEST as u64).read_to_end(&mut bytes);
    let broken = || Error::new(ErrorKind::UnexpectedEof, "the answer breaks off");
    let end = head_end(&bytes).ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = header(&head, "content-length").and_then(|it| it.parse::<usize>().ok());
    let whole = match length {
        _ if to == "HEAD" => true,
        Some(length) => bytes.len() == end + length,
        None if header(&head, "transfer-encoding").is_some() => bytes.ends_with(b"0\r\n\r\n"),
        None => ended.is_ok(),
    };
    if whole { Ok(bytes) } else { Err(ended.err().unwrap_or_else(broken)) }
}

fn more(stream: &mut impl Read, bytes: &mut Vec<u8>, piece: &mut [u8]) -> Result<()> {
    match stream.read(piece)? {
        0 => Err(Error::new(ErrorKind::UnexpectedEof, "the request breaks off")),
        _ if bytes.len() > LONGEST => Err(Error::new(ErrorKind::InvalidData, "too long")),
        read => {
            bytes.extend_from_slice(&piece[..read]);
            Ok(())
        }
    }
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4)
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let line = head.split("\r\n").find(|line| name(line) == wanted)?;
    line.split_once(':').map(|(_, value)| value.trim())
}

/// The name of a header line, in lower case.
fn name(line: &str) -> String {
    line.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// More than any message of a lesson has.
const LONGEST: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_passed_on_as_the_last_of_its_connection() {
        let text =
            "POST /x HTTP/1.1\r\nHost: a\r\nconnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
        let request = Request::read(&mut text.as_bytes()).unwrap();
        let sent =
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        assert_eq!((request.method.as_str(), request.bytes.as_slice()), ("POST", sent.as_bytes()));
        assert!(Request::read(&mut &text.as_bytes()[..text.len() - 1]).is_err(), "cut off");
        let endless = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(Request::read(&mut endless.as_bytes()).is_err());
    }

    #[test]
    fn an_answer_that_breaks_off_is_none() {
        let whole = |text: &str, to: &str| answer(&mut text.as_bytes(), to).is_ok();
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        assert!(whole(&format!("{head}ok"), "GET") && whole(head, "HEAD"));
        assert!(!whole(&format!("{head}o"), "GET") && !whole("HTTP/1.1 200 OK\r\n", "GET"));
        let pieces = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
        assert!(!whole(pieces, "GET") && whole(&format!("{pieces}0\r\n\r\n"), "GET"));
    }
}
