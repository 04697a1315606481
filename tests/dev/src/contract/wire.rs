//! Answers as they come over the wire.

use std::io::Read;
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};

use super::answer::Answer;

/// Reads one answer from a connection.
pub fn read(stream: &mut TcpStream, without_body: bool) -> Result<Answer> {
    let mut seen = Vec::new();
    let end = loop {
        if let Some(at) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        ensure!(more(stream, &mut seen)? > 0, "the connection was closed");
    };
    let head = String::from_utf8_lossy(&seen[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?;
    let status = status.parse()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_string()))
        .collect();
    let mut answer = Answer { status, headers, body: Vec::new(), sent: String::new() };
    let mut rest = seen.split_off(end + 4);
    if (100..200).contains(&status) {
        bail!("an interim answer {status}");
    }
    if without_body || status == 204 || status == 304 {
        return Ok(answer);
    }
    if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        answer.body = chunks(stream, rest)?;
        return Ok(answer);
    }
    let length: Option<usize> = answer.header("content-length").and_then(|text| text.parse().ok());
    while length.is_none_or(|length| rest.len() < length) {
        if more(stream, &mut rest)? == 0 {
            break;
        }
    }
    answer.body = rest;
    Ok(answer)
}

fn more(stream: &mut TcpStream, into: &mut Vec<u8>) -> Result<usize> {
    let mut buffer = [0; 16 * 1024];
    let count = stream.read(&mut buffer)?;
    into.extend(&buffer[..count]);
    Ok(count)
}

fn chunks(stream: &mut TcpStream, mut raw: Vec<u8>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = loop {
            if let Some(at) = raw.windows(2).position(|two| two == b"\r\n") {
                break at;
            }
            ensure!(more(stream, &mut raw)? > 0, "closed inside a chunk");
        };
        let size = usize::from_str_radix(String::from_utf8_lossy(&raw[..line]).trim(), 16)?;
        while raw.len() < line + 2 + size + 2 {
            ensure!(more(stream, &mut raw)? > 0, "closed inside a chunk");
        }
        body.extend(&raw[line + 2..line + 2 + size]);
        raw.drain(..line + 2 + size + 2);
        if size == 0 {
            return Ok(body);
        }
    }
}
