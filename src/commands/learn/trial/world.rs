//! The world of one trial: instances of the backend, their database, and who may speak to them.

mod balanced;
mod faulted;
mod people;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::check::Walk;
use crate::commands::learn::inspector::DATABASE;
use crate::commands::learn::trial::ground::{Ground, PATIENCE, Subject, database, held, told};
use crate::commands::learn::trial::sink::Sinks;
use crate::commands::learn::trial::world::faulted::{Between, between};
use crate::io::disk::Scratch;
use crate::io::http::{Begun, Steady};
use crate::io::interrupt::Guard;
use crate::io::process::inspect::Inspector;
use crate::io::process::keeper::Keeper;
use crate::io::process::leash::Held;
use crate::io::process::served::{Served, Start};
use crate::io::proxy::balancer::Balancer;
use crate::io::{place, probe, random};
use crate::judge::Known;
use crate::judge::report::Broken;
use crate::lesson::spec::Variables;
use crate::lesson::step::{Boot, Instance};

/// Instances of one backend on one fresh database.
pub struct World<'a> {
    pub ground: &'a Ground<'a>,
    scratch: Scratch,
    _keeper: Keeper,
    pub held: Held,
    /// What a backend in it is started with.
    pub env: BTreeMap<String, String>,
    instances: Vec<Option<Served>>,
    pub booted: Option<Served>,
    pub known: Known,
    proofs: BTreeMap<String, String>,
    pub begun: BTreeMap<String, Begun>,
    /// What is sent again and again, and how a learner would send it.
    pub steady: BTreeMap<String, (String, Steady)>,
    balancer: Option<Balancer>,
    /// Servers of ours that the backend calls.
    pub sinks: Sinks,
    /// Only where a lesson breaks the connection to the database.
    passage: Option<Between>,
    inspector: Option<Inspector>,
    /// The name of the database on a server that was made for this world.
    database: Option<String>,
}

impl<'a> World<'a> {
    /// An empty one: a folder, and variables for a backend in it.
    pub fn new(ground: &'a Ground<'a>, more: &Variables) -> Result<World<'a>> {
        let scratch = Scratch::new()?;
        let keeper = Keeper::of(scratch.path())?;
        let folder = scratch.path().to_string_lossy().into_owned();
        let random = random::tail()?;
        let given = [("scratch", folder.as_str()), ("random", random.as_str())];
        let walk = Walk::of(ground.catalog, ground.stack, &given)?;
        let mut env: BTreeMap<String, String> = walk.env.into_iter().collect();
        for variable in ground.stack.layers(ground.catalog).iter().flat_map(|it| &it.spec.env) {
            if variable.secret {
                env.insert(variable.name.clone(), random::secret()?);
            }
        }
        if env.contains_key(TRACE) {
            env.insert(TRACE.to_string(), trace(scratch.path()).to_string_lossy().into_owned());
        }
        env.extend(ground.servers.clone());
        env.extend(more.clone());
        let (inspector, database) = database(ground, &mut env, scratch.path())?;
        let passage = between(ground, &env)?;
        let held = Held { scratch: Some(scratch.path().to_path_buf()), ..held(ground, &scratch)? };
        Ok(World {
            ground,
            scratch,
            _keeper: keeper,
            held,
            env,
            instances: vec![],
            booted: None,
            known: Known::default(),
            proofs: BTreeMap::new(),
            begun: BTreeMap::new(),
            steady: BTreeMap::new(),
            balancer: None,
            sinks: Sinks::new(),
            passage,
            inspector,
            database,
        })
    }

    /// The URL of an instance, which is started when it is not there yet.
    pub fn url(&mut self, on: Instance, guard: &Guard) -> Result<Result<String, Broken>> {
        match on {
            Instance::Booted => Ok(match &self.booted {
                Some(served) => Ok(served.base()),
                None => Err(Broken::new("set-up", "nothing was booted", "`boot` comes first")),
            }),
            Instance::Balancer => self.balanced(guard),
            Instance::Number(number) => {
                while self.instances.len() < number {
                    self.instances.push(None);
                }
                if let Some(served) = &self.instances[number - 1] {
                    return Ok(Ok(served.base()));
                }
                self.start(number, guard)
            }
        }
    }

    /// Starts an instance. A port that somebody took meanwhile is no reason to give up.
    fn start(&mut self, number: usize, guard: &Guard) -> Result<Result<String, Broken>> {
        let mut broken = None;
        for _ in 0..TRIES {
            let (mut served, start) = self.launch(&self.env, None, guard)?;
            if let Start::Listens(_) = start {
                // where it says it listens may be every address at once
                let url = served.base();
                if let Some(balancer) = &self.balancer {
                    balancer.moved(number, served.port());
                }
                self.instances[number - 1] = Some(served);
                return Ok(Ok(url));
            }
            let lines = served.last_lines();
            let taken = lines.iter().any(|line| line.to_lowercase().contains("in use"));
            broken = Some(told(&start, &served.base()).saying(lines));
            let _ = served.ended();
            if !taken {
                break;
            }
        }
        Ok(Err(broken.context("a start has no outcome")?))
    }

    /// One start with these variables, and what became of it.
    fn launch(
        &self,
        env: &BTreeMap<String, String>,
        port: Option<u16>,
        guard: &Guard,
    ) -> Result<(Served, Start)> {
        let port = match port {
            Some(port) => port,
            None => probe::free_port().context("no port is free")?,
        };
        let mut env = self.by_the_passage(env.clone());
        env.insert("PORT".to_string(), port.to_string());
        let folder = match &self.ground.subject {
            Subject::Built(_) => self.scratch.path(),
            Subject::Foreign { folder, .. } => folder,
        };
        let mut served = Served::start(&self.held, folder, &env, port)?;
        let any = matches!(self.ground.subject, Subject::Foreign { .. });
        let start = served.wait(any, PATIENCE, || guard.stopped())?;
        Ok((served, start))
    }

    /// One more start, beside what runs.
    pub fn boot(
        &mut self,
        boot: &Boot,
        guard: &Guard,
    ) -> Result<(Option<String>, Option<i32>, String)> {
        let mut env = self.env.clone();
        for name in &boot.unset {
            env.remove(name);
        }
        env.extend(boot.env.clone());
        let port = boot.env.get("PORT").and_then(|_| env.get("PORT")?.parse().ok());
        self.booted = None;
        let (mut served, start) = self.launch(&env, port, guard)?;
        let url = match start {
            Start::Listens(url) | Start::Elsewhere(url) => Some(url),
            _ => None,
        };
        let outcome = (url, served.ended()?, served.all());
        self.booted = Some(served);
        Ok(outcome)
    }

    /// A running instance.
    pub fn instance(&mut self, on: Instance) -> Option<&mut Served> {
        match on {
            Instance::Booted => self.booted.as_mut(),
            Instance::Balancer => None,
            Instance::Number(number) => self.instances.get_mut(number - 1)?.as_mut(),
        }
    }

    /// It is gone: the next that is asked of it starts it again.
    pub fn forget(&mut self, on: Instance) {
        if let Instance::Number(number) = on
            && let Some(slot) = self.instances.get_mut(number - 1)
        {
            *slot = None;
        }
    }

    /// What the database itself says to a question, or why it cannot be asked.
    pub fn ask(&mut self, sql: &str, args: &[Value]) -> Result<Result<Vec<Value>, String>> {
        let url = self.env.get(DATABASE).cloned().unwrap_or_default();
        match &mut self.inspector {
            Some(inspector) => Ok(Ok(inspector.ask(&url, sql, args)?)),
            None => Ok(Err("the database cannot be read here".to_string())),
        }
    }

    /// How many statements the database got so far, when somebody counts.
    pub fn statements(&self) -> Option<u64> {
        let bytes = place::content(&trace(self.scratch.path())).ok()??;
        Some(bytes.iter().filter(|byte| **byte == b'\n').count() as u64)
    }
}

impl Drop for World<'_> {
    /// Before their folder goes away.
    fn drop(&mut self) {
        self.begun.clear();
        self.steady.clear();
        self.booted = None;
        self.instances.clear();
        self.balancer = None;
        self.passage = None;
        if let (Some(inspector), Some(name)) = (&mut self.inspector, &self.database) {
            // What cannot be dropped now is dropped by a later check.
            let _ = inspector.drop(name);
        }
    }
}

fn trace(scratch: &Path) -> PathBuf {
    scratch.join("statements.log")
}

const TRACE: &str = "SQL_TRACE";
const TRIES: usize = 3;
