//! What a trial stands on: what is tried, its database, and how a start went, in words.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::catalog::Catalog;
use crate::commands::learn::inspector::DATABASE;
use crate::io::disk::Scratch;
use crate::io::process::inspect::Inspector;
use crate::io::process::leash::Held;
use crate::io::process::served::Start;
use crate::io::{place, probe, random};
use crate::judge::Known;
use crate::judge::report::Broken;
use crate::lesson::make::Seed;
use crate::lesson::probe::Probes;
use crate::lesson::queries::Query;
use crate::lesson::spec::Variables;
use crate::stack::Stack;

/// What is tried.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Our build of a lesson.
    Built(PathBuf),
    /// Any program that speaks the lesson's HTTP.
    Foreign { program: PathBuf, words: Vec<OsString>, folder: PathBuf },
}

/// What every trial of a lesson has in common.
pub struct Ground<'a> {
    pub catalog: &'a Catalog,
    pub stack: &'a Stack,
    pub subject: &'a Subject,
    pub seed: Seed,
    /// The program that reads the database, and what it can be asked.
    pub inspector: Option<&'a Path>,
    pub queries: &'a BTreeMap<String, Query>,
    /// Where the servers of the stack are, by variable.
    pub servers: &'a Variables,
    /// The learner's project, when there is one.
    pub project: Option<&'a Path>,
    /// Something happens to the connection between a backend and its database.
    pub faults: bool,
}

impl Ground<'_> {
    /// Where the files are that are tried: the project, or where a program of somebody's own is.
    pub fn folder(&self) -> &Path {
        match (self.project, self.subject) {
            (Some(project), _) => project,
            (None, Subject::Foreign { folder, .. }) => folder,
            (None, Subject::Built(program)) => program.parent().unwrap_or(program),
        }
    }

    /// It is our build of a lesson.
    pub fn is_ours(&self) -> bool {
        matches!(self.subject, Subject::Built(_))
    }

    /// The random values, which the variables of a backend may name too.
    pub fn known(&self, probes: &Probes) -> Result<Known> {
        let mut known = Known::default();
        for (name, how) in &probes.make {
            let value = match how.as_str() {
                "port" => probe::free_port()?.into(),
                how => self.seed.make(name, how).map_err(|what| anyhow::anyhow!(what))?,
            };
            known.learn(name.clone(), value);
        }
        Ok(known)
    }
}

/// The program that reads the database, and a database of our own where there is a server.
pub fn database(
    ground: &Ground<'_>,
    env: &mut BTreeMap<String, String>,
    scratch: &Path,
) -> Result<(Option<Inspector>, Option<String>)> {
    let (Some(program), Some(url)) = (ground.inspector, env.get(DATABASE).cloned()) else {
        return Ok((None, None));
    };
    let mut inspector = Inspector::start(program, scratch, &url)?;
    if !ground.servers.contains_key(DATABASE) {
        return Ok((Some(inspector), None));
    }
    let name = format!("learn_{}_{}", now(), random::tail()?);
    inspector.make(&name).context("cannot make a database for the check")?;
    env.insert(DATABASE.to_string(), named(&url, &name));
    Ok((Some(inspector), Some(name)))
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The URL of another database on the same server.
fn named(url: &str, name: &str) -> String {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url[host..].find('/').map_or(url.len(), |at| host + at);
    let query = url[path..].find('?').map_or("", |at| &url[path + at..]);
    format!("{}/{name}{query}", &url[..path])
}

/// Our build is copied, so that the next build can write over it.
pub fn held(ground: &Ground<'_>, scratch: &Scratch) -> Result<Held> {
    Ok(match ground.subject {
        Subject::Built(program) => {
            let copy = scratch.path().join(program.file_name().context("a program has a name")?);
            place::copy(program, &copy)?;
            Held { program: copy, limited: true, ..Held::default() }
        }
        Subject::Foreign { program, words, .. } => {
            Held { program: program.clone(), words: words.clone(), ..Held::default() }
        }
    })
}

/// A start that is no start, in words.
pub fn told(start: &Start, wanted: &str) -> Broken {
    let log = "its last words are above; `cargo run` in the lesson's folder shows all of them";
    match start {
        Start::Listens(_) | Start::Stopped => Broken::new("stopped", "it was stopped", log),
        Start::Elsewhere(url) => Broken::new(
            "elsewhere",
            format!("the backend listens on {url}, and was told {wanted} (`HOST`, `PORT`)"),
            "read the port from the variable `PORT`",
        ),
        Start::Ended(code) => {
            Broken::new("ends", format!("the backend ends at once, with exit code {code}"), log)
        }
        Start::Floods => Broken::new(
            "floods",
            "the backend prints without end and does not listen",
            "look for a loop that prints",
        ),
        Start::Silent => Broken::new(
            "silent",
            format!("the backend does not listen within {} s", PATIENCE.as_secs()),
            "look for what `main` waits for before it serves",
        ),
    }
}

/// How long a backend may take to listen.
pub const PATIENCE: Duration = Duration::from_secs(20);
