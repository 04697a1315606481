//! Asks the running server whether it is ready: for images that have no curl.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Settings;

/// `Ok` when `/readyz` answers 200 within two seconds.
pub async fn ready(settings: &Settings) -> io::Result<()> {
    let host = match settings.host {
        host if host.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        host => host,
    };
    let address = SocketAddr::new(host, settings.port);
    let status = tokio::time::timeout(Duration::from_secs(2), status(address)).await;
    match status.map_err(|_| io::Error::other(format!("{address} does not answer")))? {
        Ok(200) => Ok(()),
        Ok(status) => Err(io::Error::other(format!("{address} is not ready: {status}"))),
        Err(error) => Err(io::Error::other(format!("{address}: {error}"))),
    }
}

async fn status(address: SocketAddr) -> io::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    let digits = std::str::from_utf8(&head[9..]).unwrap_or_default();
    digits.parse().map_err(|_| io::Error::other("not an answer in HTTP"))
}
