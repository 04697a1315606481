//! nginx: what nginx itself says of the file in its usual place, and whom it sends requests to.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{Bench, From, Tool};

pub const KIND: Kind = Kind {
    name: "nginx.conf",
    is: |path| path.ends_with("/nginx.conf"),
    read,
    tools: &[Tool {
        name: "nginx",
        program: "nginx",
        from: From::Debian("nginx-light"),
        command: |program, bench| {
            let around = bench.beside("around.conf", &around(bench)?)?;
            let mut command = Command::new(program);
            command.args(["-t", "-q", "-p"]).arg(bench.root()).arg("-c").arg(around);
            Ok(command)
        },
    }],
    broken: &[
        Break::model("127.0.0.1:3000", "127.0.0.1:8000"),
        Break::model("X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for"),
        Break::model("proxy_set_header Host $host;", ""),
        Break::model("    server 127.0.0.1:3003 max_fails=1 fail_timeout=2s;\n", ""),
        Break::model("if ($http_idempotency_key)", "if ($request_method)"),
        Break::model("error timeout;", "error timeout non_idempotent;"),
        Break::tool("nginx", "keepalive 32;", "keepalive 32"),
        Break::tool("nginx", "proxy_connect_timeout", "proxy_conect_timeout"),
        Break::tool("nginx", "proxy_next_upstream error timeout", "proxy_next_upstream errors"),
    ],
};

/// The file as `conf.d` would include it, on a port that anybody may open.
fn around(bench: &Bench) -> Result<String> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let text = bench.text()?.replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    let file = bench.beside("included.conf", &text)?;
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = paths.map(|name| format!("{name}_temp_path {name};")).join(" ");
    let root = bench.root().display();
    Ok(format!(
        "pid nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{ access_log off; {paths} \
         include {}; }}\n# in {root}\n",
        file.display()
    ))
}

fn read(text: &str) -> Result<Facts> {
    let code = words::code(text);
    for header in ["Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"] {
        let told = code.contains(&format!("proxy_set_header {header};"));
        ensure!(told, "the program is not told `{header}`");
    }
    let twice = code.matches("non_idempotent").count();
    let keyed = code.split_once("location @with_key {").is_some_and(|(before, after)| {
        let asked = "if ($http_idempotency_key) {\n            return 418;";
        before.contains(asked) && after.matches("non_idempotent").count() == twice
    });
    ensure!(twice == 0 || keyed, "it may do a thing twice");
    let ports = words::ports(&code);
    ensure!(!ports.is_empty(), "it sends requests nowhere");
    Ok(Facts { instances: ports.len(), ports, ..Facts::default() })
}
