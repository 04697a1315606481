//! A server in a container of the project's `compose.yaml`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::doctor::facts::Said;
use crate::io::interrupt::Guard;
use crate::io::{place, probe, screen, server};
use crate::services::Need;
use crate::services::kept::FOLDER;
use crate::trouble::Trouble;

/// Starts it, where an engine runs and the port is free. Says where it then is.
pub fn raise(root: &Path, need: &Need, guard: &Guard) -> Result<Option<String>> {
    let Some(docker) = engine(root) else { return Ok(None) };
    if place::content(&root.join("compose.yaml"))?.is_none() {
        return Ok(None);
    }
    let usual = need.usual().map(|usual| usual.port).unwrap_or_default();
    if !probe::is_free(usual) {
        screen::note(&format!("port {usual} is taken, so no container is started"));
        return Ok(None);
    }
    screen::note(&format!("starting {} with docker; its image may be fetched first", need.title));
    let log = log(root, need);
    server::empty(&log);
    let up = ["compose", "up", "--detach", "--wait", need.name()];
    let done = compose(&docker, root, &log, &up, || guard.stopped());
    if !matches!(done, Ok(true)) {
        // Whatever has begun is stopped again.
        let _ = compose(&docker, root, &log, &["compose", "stop", need.name()], || false);
    }
    if !done? {
        let lines = server::last_lines(&log, 5).join("\n  ");
        let what = format!("docker cannot start {}:\n  {lines}", need.title);
        bail!(Trouble::failure(what).hint("`docker compose up` shows all of it"));
    }
    Ok(Some(need.default.to_string()))
}

/// Stops it; with `--volumes` its data goes too.
pub fn lower(root: &Path, need: &Need, more: &[&str]) -> Result<()> {
    let log = log(root, need);
    server::empty(&log);
    let Some(docker) = engine(root) else {
        bail!(Trouble::failure("docker does not answer").hint("start it, then once more"));
    };
    let down: Vec<&str> = ["compose", "down"].into_iter().chain(more.iter().copied()).collect();
    match compose(&docker, root, &log, &down, || false)? {
        true => Ok(()),
        false => {
            let lines = server::last_lines(&log, 5).join("\n  ");
            bail!(Trouble::failure(format!("docker cannot stop {}:\n  {lines}", need.title)))
        }
    }
}

/// The program, when its engine answers.
fn engine(root: &Path) -> Option<PathBuf> {
    let docker = probe::find("docker")?;
    match probe::ask(&docker, &probe::DOCKER_VERSION, root, probe::SHORT) {
        Said::Yes(_) => Some(docker),
        _ => None,
    }
}

fn compose(
    docker: &Path,
    root: &Path,
    log: &Path,
    words: &[&str],
    stopped: impl Fn() -> bool,
) -> Result<bool> {
    let words = server::words(words);
    let run = server::Run { program: docker, words: &words, folder: root, log, owner: None };
    run.finish(PATIENCE, stopped)
}

fn log(root: &Path, need: &Need) -> PathBuf {
    root.join(FOLDER).join(format!("{}.docker.log", need.name()))
}

/// An image may come over a slow line.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
