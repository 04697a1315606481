//! One HTTP/1.1 message, read whole from a connection that carries no other.

use std::io::{Error, ErrorKind, Read, Result};

/// A request, as it is passed on.
pub struct Request {
    pub method: String,
    pub path: String,
    /// With their names in lower case.
    pub headers: Vec<(String, String)>,
    /// Put together again when it came in chunks.
    pub body: Vec<u8>,
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
        let body = loop {
            if let Some(body) = body(&head, &bytes[end..])? {
                break body;
            }
            more(stream, &mut bytes, &mut piece)?;
        };
        let mut words = head.split(' ').map(str::to_string);
        let lines = head.trim_end().split("\r\n");
        let mut own: Vec<&str> = lines.filter(|line| name(line) != "connection").collect();
        let pair = |line: &&str| Some((name(line), line.split_once(':')?.1.trim().to_string()));
        let headers = own.iter().skip(1).filter_map(pair).collect();
        own.push("Connection: close");
        let bytes = [own.join("\r\n").as_bytes(), b"\r\n\r\n", &bytes[end..]].concat();
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        Ok(Request { method, path, headers, body, bytes })
    }
}

/// The body that these bytes begin with, as soon as all of it is there.
fn body(head: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    if header(head, "transfer-encoding").is_some() {
        return chunks(bytes);
    }
    let length = header(head, "content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    Ok(bytes.get(..length).map(<[u8]>::to_vec))
}

/// The same, of a body without a length.
fn chunks(mut bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    let wrong = || Error::new(ErrorKind::InvalidData, "a chunk without a size");
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") {
        let size = String::from_utf8_lossy(&bytes[..end]);
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok().filter(|it| *it <= LONGEST);
        let (size, begin) = (size.ok_or_else(wrong)?, end + 2);
        let Some(chunk) = bytes.get(begin..begin + size + 2) else { return Ok(None) };
        if size == 0 {
            return Ok(Some(whole));
        }
        whole.extend_from_slice(&chunk[..size]);
        bytes = &bytes[begin + size + 2..];
    }
    Ok(None)
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
        assert_eq!((request.path.as_str(), request.body.as_slice()), ("/x", b"ok".as_slice()));
        assert!(request.headers.contains(&("host".into(), "a".into())));
        assert!(Request::read(&mut &text.as_bytes()[..text.len() - 1]).is_err(), "cut off");
        let head = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let read = |chunks: &str| Request::read(&mut format!("{head}{chunks}").as_bytes());
        assert_eq!(read("1;x=y\r\no\r\n1\r\nk\r\n0\r\n\r\n").unwrap().body, b"ok");
        assert!(read("").is_err() && read("2\r\nok\r\n").is_err(), "without an end");
        assert!(read("no\r\nok\r\n0\r\n\r\n").is_err(), "without a size");
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
