//! The walk in the project's README, block by block, as a reader pastes it into a terminal.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::kind::Kind;
use super::world::World;
use crate::work;

super::cases! {
    Kind::any: the_walk_in_the_readme_works;
}

fn the_walk_in_the_readme_works(w: &World) -> Result<()> {
    let server = w.server(&[])?;
    let readme = work::stacks_dir().join(w.kind.key()).join("README.md");
    let readme = fs::read_to_string(readme)?;
    let (_, walk) = readme.split_once("\n## The walk\n").context("the README has no walk")?;
    let walk = walk.split("\n## ").next().unwrap_or_default();
    let walk = walk.replace("http://127.0.0.1:3000", &format!("http://{}", server.address));
    let blocks: Vec<&str> =
        walk.split("```sh\n").skip(1).filter_map(|block| block.split("\n```").next()).collect();
    ensure!(blocks.len() >= 4, "the walk has {} blocks", blocks.len());

    let script = blocks.join(&format!("\necho; echo {END}\n"));
    let folder = w.database()?;
    let said = Command::new("bash").args(["-euc", &script]).current_dir(&folder.dir).output()?;
    let text = String::from_utf8_lossy(&said.stdout).replace('\r', "");
    let answers: Vec<&str> = text.split(&format!("\n{END}\n")).map(str::trim).collect();
    ensure!(said.status.success() && answers.len() == blocks.len(), "{:?}\n{text}", said.status);
    for (block, answer) in blocks.iter().zip(answers) {
        // either a whole answer is shown, or one value is kept and echoed
        let fine = match block.contains("echo") {
            true => !answer.is_empty() && !answer.contains(['{', ' ', '\n']),
            false => answer.starts_with("HTTP/1.1 2") && !answer.contains("\"errors\""),
        };
        ensure!(fine, "{block}\n{answer}");
    }
    Ok(())
}

const END: &str = "--end-of-block--";
