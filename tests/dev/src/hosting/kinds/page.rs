//! Pages: the files they name are there, and so are the ports and paths in their commands.

use anyhow::{Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;

pub const KIND: Kind = Kind {
    name: "page",
    is: |path| path.starts_with("deploy/") && path.ends_with(".md"),
    read,
    tools: &[],
    broken: &[
        Break::model("deploy/docker/compose.yaml", "deploy/docker/compose.yml"),
        Break::model("127.0.0.1:3000/readyz", "127.0.0.1:8080/readyz"),
        Break::model("/readyz", "/healthz"),
        Break::model("# demo", "demo"),
        Break::model("setup/one/Caddyfile", "setup/Caddyfile"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    ensure!(text.starts_with("# "), "it has no title");
    let fences = text.lines().filter(|line| line.trim_start().starts_with("```")).count();
    ensure!(fences % 2 == 0, "a block of commands has no end");
    let mut files = words::all(r"\b(deploy/[\w./@-]*[\w])", text);
    // git ignores it: it is made from the one with `.example`
    files.retain(|file| !file.ends_with("/.env"));
    // the folder of a server of one's own, as it is copied there
    let copied = words::all(r"/setup/([\w./@-]*[\w])", text);
    files.extend(copied.iter().map(|file| format!("deploy/vps/{file}")));
    let ports = words::all(r"http://127\.0\.0\.1:(\d+)", text);
    let ports = ports.iter().filter_map(|port| port.parse::<u16>().ok()).collect();
    Ok(Facts { files, ports, health: words::health(text), ..Facts::default() })
}
