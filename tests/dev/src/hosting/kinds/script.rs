//! Shell scripts: what shellcheck says, and that they stop at the first mistake.

use anyhow::{Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "script",
    is: |path| path.ends_with(".sh"),
    read,
    tools: &[Tool {
        name: "shellcheck",
        program: "shellcheck",
        from: From::Debian("shellcheck"),
        command: |program, bench| plain(program, &["--severity=style"], bench),
    }],
    broken: &[
        Break::model("set -eu", "set -u"),
        Break::model("/readyz", "/ready"),
        Break::tool("shellcheck", "[ -x \"$1\" ]", "[ -x $1 ]"),
        Break::tool("shellcheck", "done\n", "don\n"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    ensure!(text.starts_with("#!/bin/sh\n"), "it needs more than `sh`");
    ensure!(text.contains("\nset -eu\n"), "it goes on after a mistake");
    let health = words::all(r"127\.0\.0\.1:\$\w+(/\w+)", text);
    ensure!(!health.is_empty(), "it does not wait until the program is ready");
    Ok(Facts { health, ..Facts::default() })
}
