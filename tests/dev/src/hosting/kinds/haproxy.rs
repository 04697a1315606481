//! HAProxy: what HAProxy itself says, and whom it sends requests to.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{Bench, From, Tool};

pub const KIND: Kind = Kind {
    name: "haproxy.cfg",
    is: |path| path.ends_with("/haproxy.cfg"),
    read,
    tools: &[Tool {
        name: "haproxy",
        program: "haproxy",
        from: From::Debian("haproxy"),
        command: |program, bench| {
            let mut command = Command::new(program);
            command.args(["-c", "-q", "-dW", "-f"]).arg(with_certificate(bench)?);
            Ok(command)
        },
    }],
    broken: &[
        Break::model("127.0.0.1:3000", "127.0.0.1:8000"),
        Break::model("uri /readyz", "uri /healthz"),
        Break::model("set-header X-Forwarded-For", "add-header X-Forwarded-For"),
        Break::model("retries ", "# retries "),
        Break::model("unless { method GET HEAD }", "unless { always_true }"),
        Break::tool("haproxy", "default_backend app", "default_backend apps"),
        Break::tool("haproxy", "balance leastconn", "balance least"),
        Break::tool("haproxy", "timeout connect 2s", "timeout connects 2s"),
    ],
};

/// The file with a certificate where it looks for one.
fn with_certificate(bench: &Bench) -> Result<std::path::PathBuf> {
    let folder = bench.root().join("certs");
    std::fs::create_dir_all(&folder)?;
    let (key, certificate) = (folder.join("key"), folder.join("certificate"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt"]);
    openssl.args(["ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost", "-keyout"]);
    let made = openssl.arg(&key).arg("-out").arg(&certificate).output();
    let made = made.context("cannot run openssl")?;
    ensure!(made.status.success(), "openssl makes no certificate");
    let both = std::fs::read_to_string(&certificate)? + &std::fs::read_to_string(&key)?;
    let whole = bench.beside("whole.pem", &both)?;
    let text = bench.text()?.replace("/etc/haproxy/certs/", &whole.to_string_lossy());
    bench.beside("haproxy-here.cfg", &text)
}

fn read(text: &str) -> Result<Facts> {
    let code = words::code(text);
    let wanted = ["http-request set-header X-Forwarded-For %[src]", "retries "];
    for wanted in wanted {
        ensure!(code.contains(wanted), "there is no `{wanted}`");
    }
    let again = code.contains("retry-on ");
    let safe = !again || code.contains("http-request disable-l7-retry unless { method GET HEAD }");
    ensure!(safe, "it may do a thing twice");
    let ports = words::ports(&code);
    ensure!(!ports.is_empty(), "it sends requests nowhere");
    Ok(Facts { instances: ports.len(), ports, health: words::health(&code), ..Facts::default() })
}
