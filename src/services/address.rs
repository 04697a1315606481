//! Where a server is, taken out of a URL. Nothing secret stays in it.

use std::fmt;

/// The host and the port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
}

impl Address {
    /// Out of `scheme://user:password@host:port/path?query`. The port must be said.
    pub fn parse(url: &str) -> Option<Address> {
        let (_, rest) = url.trim().split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let authority = authority.rsplit('@').next()?;
        let (host, port) = authority.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (!host.is_empty()).then_some(Address { host: host.to_string(), port: port.parse().ok()? })
    }

    /// The same with the port that the protocol usually has, when the URL says none.
    pub fn parse_with(url: &str, port: u16) -> Option<Address> {
        Address::parse(url).or_else(|| {
            let (scheme, rest) = url.trim().split_once("://")?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            Address::parse(&format!("{scheme}://{}:{port}{}", &rest[..end], &rest[end..]))
        })
    }

    /// It is this machine, so that a server here can take its place.
    pub fn is_here(&self) -> bool {
        let host = self.host.to_lowercase();
        host == "localhost" || host == "::1" || host == "0.0.0.0" || host.starts_with("127.")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// The parts of a URL with which somebody logs in, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
    pub database: String,
    /// The URL without the password.
    pub address: String,
}

impl Credentials {
    /// Out of `scheme://user:password@host:port/database?query`.
    pub fn parse(url: &str) -> Option<Credentials> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let database = tail.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
        let at = if user.is_empty() { "" } else { "@" };
        Some(Credentials {
            user: decoded(user),
            password: decoded(password),
            database: decoded(database),
            address: format!("{scheme}://{user}{at}{place}{tail}"),
        })
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_somewhere() {
        let shown = |url| Address::parse(url).map(|address| address.to_string());
        assert_eq!(shown("postgres://u:p@127.0.0.1:5432/x?a=@").unwrap(), "127.0.0.1:5432");
        assert_eq!(shown("redis://:p%40w@localhost:6379").unwrap(), "localhost:6379");
        assert_eq!(shown("mysql://root@[::1]:3306/test").unwrap(), "[::1]:3306");
        for bad in
            ["", "sqlite:data/app.db", "postgres://host/x", "postgres://:5432", "x://h:99999"]
        {
            assert_eq!(shown(bad), None, "{bad}");
        }
        let usual = Address::parse_with("postgres://u:p@host/x", 5432).unwrap();
        assert_eq!(usual.to_string(), "host:5432");
    }

    #[test]
    fn a_login_is_taken_apart() {
        let login = Credentials::parse("postgres://me:p%40w:d@h:1/shop?sslmode=require").unwrap();
        assert_eq!((login.user.as_str(), login.password.as_str()), ("me", "p@w:d"));
        assert_eq!(
            (login.database.as_str(), login.address.as_str()),
            ("shop", "postgres://me@h:1/shop?sslmode=require")
        );
        let login = Credentials::parse("redis://:secret@h:1").unwrap();
        assert_eq!((login.user.as_str(), login.address.as_str()), ("", "redis://h:1"));
    }

    #[test]
    fn this_machine_has_several_names() {
        let here = |url| Address::parse(url).unwrap().is_here();
        assert!(here("a://localhost:1") && here("a://127.0.0.1:1") && here("a://[::1]:1"));
        assert!(!here("a://db.example.com:1") && !here("a://10.0.0.1:1"));
    }
}
