//! Files of variables: each is read by the program, none has a secret in it.

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};

pub const KIND: Kind = Kind {
    name: "variables",
    is: |path| path.starts_with("deploy/") && path.ends_with("env.example"),
    read,
    tools: &[],
    broken: &[
        Break::model("BASE_URL=", "BASE_URI="),
        Break::model("JWT_SECRET=", "JWT_SECRET=5f4dcc3b5aa765d61d8327deb882cf99"),
        Break::model("BASE_URL=https", "BASE_URL = https"),
        Break::model("# INSTANCES=3", "# INSTANCES=2"),
        Break::model("# SHUTDOWN_DELAY_MS=", "# SHUTDOWN_DELAYS_MS="),
    ],
};

fn read(text: &str) -> Result<Facts> {
    let mut facts = Facts::default();
    for (name, value) in text.lines().filter_map(|line| line.strip_prefix("# ")?.split_once('=')) {
        // the image is the composition's business
        if name != "IMAGE" && name.bytes().all(|it| it == b'_' || it.is_ascii_uppercase()) {
            facts.offers.insert(name.to_string(), value.to_string());
        }
    }
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (name, value) = line.split_once('=').with_context(|| format!("`{line}`"))?;
        ensure!(name.trim() == name && value.trim() == value, "`{line}` has blanks around `=`");
        let secret = name.ends_with("_SECRET") || name.ends_with("_PASSWORD");
        ensure!(!secret || value.is_empty(), "{name} has a value that everybody knows");
        // a composition puts its passwords into the addresses itself
        if !name.ends_with("_PASSWORD") {
            facts.variables.push(name.to_string());
        }
    }
    Ok(facts)
}
