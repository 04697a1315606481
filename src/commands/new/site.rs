//! Where a project goes: a new folder, an empty or a cloned one, beside or inside a workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::commands::new;
use crate::io::disk::{Edit, PRIVATE};
use crate::io::place::{self, Found, Workspace};
use crate::project::Home;
use crate::render::Tree;
use crate::trouble::Trouble;
use crate::words;
use crate::workspace::{Membership, membership, with_member};

/// The place, looked at before anything is written.
pub struct Site {
    pub target: PathBuf,
    /// Nothing is there yet.
    pub is_new: bool,
    /// It holds what a fresh clone holds: those files stay as they are.
    cloned: bool,
    /// Files of ours that are there already, the same or theirs to keep.
    pub there: Vec<PathBuf>,
    /// Files that stay although ours would say something else.
    pub kept: Vec<PathBuf>,
    /// Files outside the tree that get another text.
    pub changes: Vec<Edit>,
    /// The workspace around it, and how it gets along with it.
    pub workspace: Option<(PathBuf, Home)>,
}

impl Site {
    /// Looks at the place. A folder with files of somebody else is refused without `force`.
    pub fn find(target: &Path, force: bool, wanted: Option<new::Workspace>) -> Result<Site> {
        let (is_new, cloned) = match place::look(target)? {
            Found::Nothing => (true, false),
            Found::Folder(names) if names.iter().all(|name| is_of_a_clone(name)) => (false, true),
            Found::Folder(_) if force => (false, false),
            Found::Folder(_) => bail!(
                Trouble::failure(format!("`{}` is not empty", target.display()))
                    .hint("choose another name, or add only what is missing with `--force`")
            ),
            Found::Other(what) => bail!(
                Trouble::failure(format!("`{}` is {what}", target.display()))
                    .hint("choose another name")
            ),
        };
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent.filter(|parent| is_new && !place::is_folder(parent)) {
            let what = format!("there is no folder `{}`", parent.display());
            let make = if cfg!(windows) { "mkdir" } else { "mkdir -p" };
            bail!(Trouble::failure(what).hint(format!("`{make} {}`", words::shell(parent))));
        }
        let mut site = Site {
            target: target.to_path_buf(),
            is_new,
            cloned,
            there: vec![],
            kept: vec![],
            changes: vec![],
            workspace: None,
        };
        match place::workspace_above(target)? {
            Some(workspace) => site.settle(workspace, wanted)?,
            None => ensure!(
                wanted != Some(new::Workspace::Join),
                Trouble::usage("there is no Cargo workspace to join above this folder")
            ),
        }
        Ok(site)
    }

    /// Joins the workspace when it is asked to, or when the workspace counts it in anyway.
    fn settle(&mut self, workspace: Workspace, wanted: Option<new::Workspace>) -> Result<()> {
        let root = workspace.manifest.parent().context("a manifest is in no folder")?;
        let target = place::absolute(&self.target)?;
        let path = target.strip_prefix(root).context("the workspace is not above the project")?;
        let path = path.to_str().context("the path is no text")?.replace('\\', "/");
        let path = path.as_str();
        let known = membership(&workspace.text, path)
            .with_context(|| format!("cannot read `{}`", workspace.manifest.display()))?;
        let home = match (known, wanted) {
            (Membership::Member, Some(new::Workspace::Isolate)) => bail!(
                Trouble::failure("the workspace above lists this folder among its members")
                    .hint("choose a folder elsewhere, or `--workspace join`")
            ),
            (Membership::Member, _) => Home::Member,
            (Membership::Stranger, Some(new::Workspace::Join)) => {
                let after = with_member(&workspace.text, path)?;
                let before = workspace.text.clone().into_bytes();
                self.changes.push(Edit { path: workspace.manifest.clone(), before, after });
                Home::Member
            }
            (Membership::Excluded, Some(new::Workspace::Join)) => {
                bail!(Trouble::failure("the workspace above excludes this folder").hint(format!(
                    "take it out of `exclude` in `{}`",
                    workspace.manifest.display()
                )))
            }
            (Membership::Stranger | Membership::Excluded, _) => Home::Isolated,
        };
        self.workspace = Some((workspace.manifest, home));
        Ok(())
    }

    /// How the project lives with the workspace around it.
    pub fn home(&self) -> Home {
        self.workspace.as_ref().map_or(Home::Alone, |(_, home)| *home)
    }

    /// Compares what is there with what is to be written. A file that would change is refused.
    pub fn fit(&mut self, tree: &Tree) -> Result<()> {
        if self.is_new {
            return Ok(());
        }
        let mut clashes = Vec::new();
        for (path, ours) in tree {
            if let Some(link) = place::link_below(&self.target, path) {
                let what = format!("`{}` is a symbolic link", link.display());
                bail!(Trouble::failure(what).hint("move it away, or choose another folder"));
            }
            let Some(theirs) = place::content(&self.target.join(path))? else { continue };
            let name = path.to_string_lossy();
            if self.cloned && !is_of_a_clone(&name) {
                // it was not there when the place was looked at: another run is at work
                let what = format!("`{name}` was made by somebody else meanwhile");
                bail!(Trouble::failure(what).hint("choose another name"));
            }
            self.there.push(path.clone());
            if theirs == *ours {
                continue;
            }
            if self.cloned || name == PRIVATE {
                self.kept.push(path.clone());
            } else {
                clashes.push(name.to_string());
            }
            if name == IGNORED && self.cloned {
                self.complete(path, &theirs, ours);
            }
        }
        if !clashes.is_empty() {
            let what = format!("{} would change", words::and_list(&clashes));
            bail!(Trouble::failure(what).hint("move them away, or choose another folder"));
        }
        Ok(())
    }

    /// A `.gitignore` that was there gets the lines it lacks: secrets must stay out of git.
    fn complete(&mut self, path: &Path, theirs: &[u8], ours: &[u8]) {
        let before = theirs.to_vec();
        let (theirs, ours) = (String::from_utf8_lossy(theirs), String::from_utf8_lossy(ours));
        let lacks = |line: &&str| !theirs.lines().any(|their| their.trim() == *line);
        let lines: Vec<&str> = ours.lines().filter(lacks).collect();
        if !lines.is_empty() {
            let after = format!("{}\n\n{}\n", theirs.trim_end(), lines.join("\n"));
            self.changes.push(Edit { path: self.target.join(path), before, after });
        }
    }

    /// The part of the tree that is to be written.
    pub fn missing(&self, mut tree: Tree) -> Tree {
        tree.retain(|path, _| !self.there.contains(path));
        tree
    }
}

/// What the web site of a git host puts into a new repository.
fn is_of_a_clone(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_uppercase();
    [".git", IGNORED, ".gitattributes"].contains(&name)
        || ["README", "LICENSE", "LICENCE", "COPYING"].contains(&stem.as_str())
}

const IGNORED: &str = ".gitignore";
