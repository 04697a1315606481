//! Programs without crates that answer every request alike, or none: no lesson lets them pass.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::home;
use crate::work;

/// A program without crates that answers every request alike, or none.
pub fn program(name: &str, body: &str) -> Result<PathBuf> {
    let folder = home().join("idle");
    let (source, program) = (folder.join(format!("{name}.rs")), folder.join(name));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(&source, MAIN.replace("ANSWER", body))?;
    let mut rustc = std::process::Command::new("rustc");
    rustc.args(["--edition", "2024", "-o"]).arg(&program).arg(&source);
    let output = work::output(&mut rustc)?;
    ensure!(output.status.success(), "{name}: {}", work::tail(&output, 20));
    Ok(program)
}

/// Its name, and what it answers.
pub const ANSWERS: [(&str, &str); 2] = [
    ("does-nothing", ""),
    (
        "always-200",
        "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
    ),
];

const MAIN: &str = r#"
use std::io::{Read, Write};
fn main() {
    let port = std::env::var("PORT").unwrap();
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        std::thread::spawn(move || {
            let _ = stream.read(&mut [0; 65536]);
            let _ = stream.write_all(b"ANSWER");
        });
    }
}
"#;
