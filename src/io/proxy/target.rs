//! The server that a database URL names, and the URL that leads there another way.

use std::fmt;

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Postgres,
    /// MariaDB too.
    Mysql,
}

/// Where a server is, with the rest of its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub protocol: Protocol,
    pub host: String,
    pub port: u16,
    /// The URL up to the host, and what comes after the port.
    around: (String, String),
}

impl Target {
    /// Reads a URL, or says why nobody can stand between it and a client.
    pub fn of(url: &str) -> Result<Target, String> {
        let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
        let (protocol, usual) = match scheme {
            "postgres" | "postgresql" => (Protocol::Postgres, 5432),
            "mysql" | "mariadb" => (Protocol::Mysql, 3306),
            _ => return Err("the database is no server: there is no connection".to_string()),
        };
        if ENCRYPTED.iter().any(|option| rest.contains(option)) {
            let why = "the connection is encrypted: nobody can count its statements";
            return Err(why.to_string());
        }
        let (authority, after) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, server) = match authority.rsplit_once('@') {
            Some((user, server)) => (format!("{user}@"), server),
            None => (String::new(), authority),
        };
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (server, Some(usual)),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let one = !host.is_empty() && !host.contains([',', '%', '/']);
        let port = port.filter(|_| one).ok_or("the URL of the database names no single server")?;
        let around = (format!("{scheme}://{user}"), after.to_string());
        Ok(Target { protocol, host: host.to_string(), port, around })
    }

    /// The same URL, by way of this port of this machine.
    pub fn through(&self, port: u16) -> String {
        format!("{}127.0.0.1:{port}{}", self.around.0, self.around.1)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// What a URL says to have nothing else.
const ENCRYPTED: [&str; 4] =
    ["sslmode=require", "sslmode=verify", "sslrootcert=", "require_ssl=true"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_through_another_port_with_all_else_as_it_was() {
        for (url, at, through) in [
            (
                "postgres://a:p@s@db:6000/x?sslmode=prefer",
                "db:6000",
                "a:p@s@127.0.0.1:9/x?sslmode=prefer",
            ),
            ("postgresql://a@localhost/x", "localhost:5432", "a@127.0.0.1:9/x"),
            ("mysql://127.0.0.1", "127.0.0.1:3306", "127.0.0.1:9"),
            ("mysql://a@[::1]:7/x", "::1:7", "a@127.0.0.1:9/x"),
            ("mysql://a@[::1]/x", "::1:3306", "a@127.0.0.1:9/x"),
        ] {
            let target = Target::of(url).unwrap();
            assert_eq!(target.to_string(), at, "{url}");
            assert!(target.through(9).ends_with(&format!("://{through}")), "{url}");
        }
    }

    #[test]
    fn it_says_why_nobody_can_stand_between() {
        for (url, why) in [
            ("sqlite://data/app.db", "no server"),
            ("data/app.db", "no server"),
            ("postgres://a@db/x?sslmode=require", "encrypted"),
            ("mysql://a@db/x?require_ssl=true", "encrypted"),
            ("postgres://a@db,other/x", "no single server"),
            ("postgres:///x?host=/run/postgresql", "no single server"),
            ("postgres://a@db:port/x", "no single server"),
        ] {
            let said = Target::of(url).unwrap_err();
            assert!(said.contains(why), "{url}: {said}");
        }
    }
}
