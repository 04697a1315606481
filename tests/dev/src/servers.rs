//! The servers that stacks need, and which of them answer here.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use backend_gen::Stack;
use backend_gen::catalog::Catalog;

/// A server by the name of the variable that says where it is.
pub struct Server {
    /// The variable that a backend reads.
    pub variable: String,
    pub url: String,
}

/// The servers of a stack: every variable whose default is a URL of an option that needs one.
pub fn of(catalog: &Catalog, stack: &Stack) -> Vec<Server> {
    let options = stack.options(catalog).into_iter().filter(|(_, option)| option.spec.server);
    let servers = options.filter_map(|(_, option)| {
        let variable = option.spec.env.iter().find(|env| env.name.ends_with("_URL"))?;
        let named = format!("TEST_{}_URL", option.name().to_uppercase());
        let url = std::env::var(named).ok().or_else(|| usual(option.name()));
        Some(Server {
            variable: variable.name.clone(),
            url: url.unwrap_or(variable.default.clone()),
        })
    });
    servers.collect()
}

/// Where a server usually is on a developer's machine, when it asks for no password.
fn usual(option: &str) -> Option<String> {
    let url = match option {
        "postgres" => "postgres://postgres@127.0.0.1:5432/postgres",
        "mysql" => "mysql://root@127.0.0.1:3306/test",
        _ => return None,
    };
    Some(url.to_string())
}

impl Server {
    /// Whether something listens there.
    pub fn answers(&self) -> bool {
        let Some((_, rest)) = self.url.split_once("://") else { return false };
        let host = rest.rsplit('@').next().unwrap_or(rest);
        let host = host.split(['/', '?']).next().unwrap_or(host);
        let addresses = host.to_socket_addrs().into_iter().flatten();
        addresses
            .into_iter()
            .any(|to| TcpStream::connect_timeout(&to, Duration::from_secs(1)).is_ok())
    }
}
