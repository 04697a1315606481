//! Caddyfiles: what Caddy itself says, and whom it sends requests to.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{From, Tool};

pub const KIND: Kind = Kind {
    name: "Caddyfile",
    is: |path| path.ends_with("/Caddyfile"),
    read,
    tools: &[Tool {
        name: "caddy",
        program: "caddy",
        from: From::Debian("caddy"),
        command: |program, bench| {
            let mut command = Command::new(program);
            command.args(["validate", "--adapter", "caddyfile", "--config"]).arg(bench.file());
            // it keeps what it makes in the home folder
            command.env("HOME", bench.root()).env("BASE_URL", "https://api.example.com");
            Ok(command)
        },
    }],
    broken: &[
        Break::model("127.0.0.1:3000", "127.0.0.1:80"),
        Break::model("web:3000", "web:80"),
        Break::model("health_uri /readyz", "health_uri /healthz"),
        Break::model("lb_try_duration", "# lb_try_duration"),
        Break::tool("caddy", "lb_try_interval", "lb_try_intervall"),
        Break::tool("caddy", "encode zstd gzip", "encode zst"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    let code = words::code(text);
    ensure!(code.contains("lb_try_duration"), "a request does not wait for a new version");
    let ports = words::ports(&code);
    ensure!(!ports.is_empty(), "it sends requests nowhere");
    Ok(Facts { instances: ports.len(), ports, health: words::health(&code), ..Facts::default() })
}
