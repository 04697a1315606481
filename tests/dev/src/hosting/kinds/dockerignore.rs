//! `.dockerignore`: everything is left out, but for what the image is built from.

use anyhow::ensure;

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};

pub const KIND: Kind = Kind {
    name: ".dockerignore",
    is: |path| path == ".dockerignore",
    read: |text| {
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        ensure!(lines.next() == Some("*"), "it does not begin with `*`");
        let mut facts = Facts::default();
        for line in lines {
            ensure!(line.starts_with('!'), "`{line}` adds nothing to `*`");
            facts.files.push(line[1..].to_string());
        }
        let needed = ["Cargo.toml", "Cargo.lock", "build.rs", "migrations", "src"];
        ensure!(facts.files == needed, "the image is built from {needed:?}");
        Ok(facts)
    },
    tools: &[],
    broken: &[Break::model("*\n", ""), Break::model("!src", "!source"), Break::model("!src\n", "")],
};
