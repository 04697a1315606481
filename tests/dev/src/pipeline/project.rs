//! A fresh project in a repository of its own, as a pipeline checks it out.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, render};

use crate::pipeline::seeds::Seed;
use crate::{folder, servers, work};

pub struct Project {
    pub dir: PathBuf,
    /// The first commit.
    pub base: String,
    /// Where the servers are here, by variable.
    pub servers: BTreeMap<String, String>,
    /// What `.env` would say, which is in no commit.
    pub private: Vec<u8>,
}

impl Project {
    /// Written anew, and committed.
    pub fn make(catalog: &Catalog, stack: &Stack) -> Result<Project> {
        let mut tree = render(catalog, stack, &work::project(stack)?)?;
        let private = tree.remove(&PathBuf::from(".env")).unwrap_or_default();
        let dir = work::root().join("target").join("pipeline").join(stack.key());
        let git = dir.join(".git");
        if git.exists() {
            fs::remove_dir_all(&git)?;
        }
        folder::write(&dir, &tree)?;
        // ends clippy's search for settings: those of this repository are not a stack's
        fs::write(dir.with_file_name(".clippy.toml"), "")?;
        let servers = servers::of(catalog, stack).into_iter().map(|it| (it.variable, it.url));
        let servers = servers.collect();
        let mut project = Project { dir, base: String::new(), servers, private };
        project.git(&["init", "--quiet", "--initial-branch", "main"])?;
        project.keep("begin")?;
        project.base = project.git(&["rev-parse", "HEAD"])?;
        Ok(project)
    }

    /// A bad commit on top.
    pub fn commit(&self, seed: &Seed) -> Result<()> {
        (seed.sow)(self)?;
        self.keep(seed.what)
    }

    /// Back to the first commit.
    pub fn reset(&self) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard", &self.base])?;
        self.git(&["clean", "--quiet", "--force", "-d"]).map(|_| ())
    }

    pub fn git(&self, words: &[&str]) -> Result<String> {
        let mut git = Command::new("git");
        let name = ["-c", "user.name=dev", "-c", "user.email=dev@example.com"];
        git.current_dir(&self.dir).args(name).args(["-c", "core.hooksPath=/dev/null"]);
        git.args(["-c", "commit.gpgSign=false"]).args(words);
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        let said = work::output(&mut git)?;
        ensure!(said.status.success(), "git {words:?}: {}", work::tail(&said, 3));
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_string())
    }

    fn keep(&self, why: &str) -> Result<()> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--message", why]).map(|_| ())
    }
}
