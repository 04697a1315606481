//! The address of the client, also behind proxies that are trusted; lies of others are ignored.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::Request;
use axum::http::HeaderMap;
use ipnet::IpNet;

use super::Settings;

/// Who is to be counted: the other end of the connection, or the one that a trusted proxy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The other end of a TCP connection.
    pub fn of(peer: IpAddr) -> Self {
        Self(peer.to_canonical())
    }

    /// One household has a whole /64 of IPv6 addresses: they count as one.
    pub fn network(&self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        }
    }
}

/// Resolves the address once, for everybody who asks later.
pub fn resolve(request: &mut Request, settings: &Settings) {
    let Some(ClientIp(peer)) = request.extensions().get().copied() else { return };
    let client = client(peer, &settings.trusted_proxies, request.headers());
    if client != peer {
        request.extensions_mut().insert(ClientIp(client));
    }
}

/// The right-most address that is not one of ours: what stands left of it anybody can write.
fn client(peer: IpAddr, trusted: &[IpNet], headers: &HeaderMap) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut client = peer;
    for address in forwarded(headers).into_iter().rev() {
        let Some(address) = address else { break };
        client = address;
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// The addresses of `X-Forwarded-For`, else of `Forwarded`; `None` for what is no address.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let texts = |name| headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let simple: Vec<_> =
        texts("x-forwarded-for").flat_map(|text| text.split(',')).map(address).collect();
    if !simple.is_empty() {
        return simple;
    }
    let named = |element: &str| {
        let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
        address(pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?.1)
    };
    texts("forwarded").flat_map(|text| text.split(',')).map(named).collect()
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `"[2001:db8::1]:80"`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
    let parsed =
        bare.parse().ok().or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()));
    parsed.map(|address: IpAddr| address.to_canonical())
}
