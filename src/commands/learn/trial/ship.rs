//! A small platform on this machine: it reads a file, and lets releases of the program in, or not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::check::Ask as Request;
use crate::commands::learn::inspector::DATABASE;
use crate::commands::learn::trial::step::Done;
use crate::commands::learn::trial::world::World;
use crate::io::http::Client;
use crate::io::interrupt::Guard;
use crate::io::process::leash::Held;
use crate::io::process::served::{Served, Start};
use crate::io::{place, probe, server};
use crate::judge::Observation;
use crate::lesson::spec::Variables;
use crate::ship::fly::Fly;
use crate::ship::{Ask, Seen, Ship, Shipped};

/// Reads the file, and ships a release when one is asked for. What is in is where `boot` leads.
pub fn run(world: &mut World<'_>, asked: &Ship, guard: &Guard) -> Result<Done> {
    let text = place::content(&world.ground.folder().join(&asked.file))?;
    let fly = match text {
        Some(bytes) => Fly::read(&String::from_utf8_lossy(&bytes)),
        None => Err("there is no such file".to_string()),
    };
    let shipped = match &fly {
        Ok(fly) if !asked.ask.is_static() => Some(shipped(world, fly, asked.ask, guard)?),
        _ => None,
    };
    let sent = format!("`{}`: {}", asked.file, asked.ask.words());
    Ok(Done::new(sent, Observation::Ship(Box::new(Seen { fly, shipped }))))
}

fn shipped(world: &mut World<'_>, fly: &Fly, ask: Ask, guard: &Guard) -> Result<Shipped> {
    let mut log = Vec::new();
    let verdict = release(world, fly, ask, &mut log, guard)?;
    let door = match &world.booted {
        None => Err("there is no machine".to_string()),
        Some(machine) => answer(&door(world, fly, machine, ask), "/readyz"),
    };
    let is_in = verdict.is_ok();
    let why = match verdict {
        Ok(why) | Err(why) => why,
    };
    Ok(Shipped { is_in, why, door, log })
}

/// Why a release is in, or is not.
fn release(
    world: &mut World<'_>,
    fly: &Fly,
    ask: Ask,
    log: &mut Vec<String>,
    guard: &Guard,
) -> Result<Result<String, String>> {
    let mut env = environment(world, fly);
    if let Some(command) = &fly.deploy.release_command {
        let mut own = env.clone();
        if ask == Ask::CommandFails {
            own.extend(BROKEN.map(|(name, value)| (name.to_string(), value.to_string())));
        }
        let words: Vec<String> = command.split_whitespace().map(str::to_string).collect();
        let mut machine = machine(world, &words, &own)?;
        let code = machine.end_within(PATIENCE, || guard.stopped())?;
        log.push(format!("release command `{command}`: exit code {code:?}"));
        if code != Some(0) {
            let last = machine.last_lines().pop().unwrap_or_default();
            let code = code.map_or("no end".to_string(), |code| format!("exit code {code}"));
            return Ok(Err(format!("the release command `{command}` has {code}: {last}")));
        }
    } else {
        log.push("no release command".to_string());
    }
    match ask {
        Ask::CannotStart => {
            env.extend(BROKEN.map(|(name, value)| (name.to_string(), value.to_string())));
        }
        Ask::NeverReady => {
            let away = elsewhere(world, &env);
            env.insert(DATABASE.to_string(), away);
        }
        // whether the database is up to date is asked with settings that are right
        Ask::Migrate => {
            let ours = RIGHT.map(|(name, value)| (name.to_string(), value.to_string()));
            env.extend(ours);
        }
        _ => {}
    }
    let mut machine = machine(world, &[], &env)?;
    let start = machine.wait(false, PATIENCE, || guard.stopped())?;
    log.push(format!("a machine starts: {start:?}"));
    let careful = !fly.is_immediate();
    let started = matches!(start, Start::Listens(_));
    if ask == Ask::Migrate {
        world.booted = Some(machine);
        let command = fly.deploy.release_command.as_deref().unwrap_or("none");
        return Ok(Ok(format!("the release command is `{command}`")));
    }
    if careful && !started {
        let last = machine.last_lines().pop().unwrap_or_default();
        return Ok(Err(format!("the machine does not start: {last}")));
    }
    let url = match (&start, ask) {
        (Start::Listens(said), _) if is_inside(said) => {
            Err(format!("it listens on 127.0.0.1, inside of the machine: {}", env_words(fly)))
        }
        _ => door(world, fly, &machine, ask),
    };
    let checks = &fly.http_service.checks;
    let mut why = match (careful, checks.is_empty()) {
        (false, _) => "the strategy `immediate` lets anything in".to_string(),
        (true, true) => "nothing is checked".to_string(),
        _ => String::new(),
    };
    for check in checks.iter().filter(|_| careful && ask != Ask::Reach) {
        let began = Instant::now();
        let mut got = answer(&url, &check.path);
        while got != Ok(200) && began.elapsed() < HEALTH && !guard.stopped() {
            server::pause();
            got = answer(&url, &check.path);
        }
        let told = got.map_or_else(|why| why, |status| status.to_string());
        log.push(format!("check {}: {told}", check.path));
        why = format!("the check {} says {told}", check.path);
        if told != "200" {
            return Ok(Err(why));
        }
    }
    if let Some(mut old) = world.booted.replace(machine) {
        old.tell(fly.signal());
        let code = old.end_within(fly.patience(), || guard.stopped())?;
        log.push(format!("the old one gets {}: {code:?}", fly.signal()));
        if code.is_none() {
            old.signal(true);
        }
    }
    if url.is_err() && ask == Ask::Reach {
        return Ok(url);
    }
    Ok(Ok(why))
}

/// What a machine has: the file's `[env]`, and over it the secrets.
fn environment(world: &World<'_>, fly: &Fly) -> BTreeMap<String, String> {
    let ground = world.ground;
    let layers = ground.stack.layers(ground.catalog);
    let secret = |name: &str| {
        let known = layers.iter().flat_map(|layer| &layer.spec.env);
        name == DATABASE
            || ground.servers.contains_key(name)
            || known.into_iter().any(|it| it.name == name && it.secret)
    };
    let mut env: Variables = fly.env.clone();
    let secrets = world.env.iter().filter(|(name, _)| secret(name));
    env.extend(secrets.map(|(name, value)| (name.clone(), value.clone())));
    env
}

/// Where the platform reaches a machine; ports of the file stand for free ones here.
fn door(world: &World<'_>, fly: &Fly, machine: &Served, ask: Ask) -> Result<String, String> {
    let usual = world.ground.stack.layers(world.ground.catalog);
    let usual = usual.iter().flat_map(|layer| &layer.spec.env).find(|it| it.name == "PORT");
    let usual = usual.map_or("3000", |it| it.default.as_str()).to_string();
    let listens = fly.env.get("PORT").cloned().unwrap_or(usual);
    if ask == Ask::Migrate || listens == fly.port().to_string() {
        return Ok(machine.base());
    }
    let asked = fly.port();
    Err(format!("the platform asks port {asked}, the program listens on {listens}"))
}

fn answer(url: &Result<String, String>, path: &str) -> Result<u16, String> {
    let url = url.clone()?;
    let ask =
        Request { method: "GET".to_string(), path: path.to_string(), headers: vec![], body: None };
    Client::new(&url).send(&ask).map(|it| it.status).map_err(|error| format!("{error:#}"))
}

/// A database that is not there, or that nobody has migrated.
fn elsewhere(world: &World<'_>, env: &BTreeMap<String, String>) -> String {
    let url = env.get(DATABASE).cloned().unwrap_or_default();
    match url.split_once("://").filter(|_| world.ground.servers.contains_key(DATABASE)) {
        Some((kind, _)) => format!("{kind}://nobody@127.0.0.1:1/none"),
        None => format!("{url}.empty"),
    }
}

fn is_inside(url: &str) -> bool {
    url.contains("//127.0.0.1") || url.contains("//[::1]")
}

fn env_words(fly: &Fly) -> String {
    let said =
        |name: &str| fly.env.get(name).map_or("is not set".to_string(), |it| format!("is `{it}`"));
    format!("APP_ENV {}, HOST {}", said("APP_ENV"), said("HOST"))
}

/// A start of the program with these words and variables, and no others.
fn machine(world: &World<'_>, words: &[String], env: &BTreeMap<String, String>) -> Result<Served> {
    let port = probe::free_port().context("no port is free")?;
    let words = words.iter().map(Into::into).collect();
    let held = Held { words, ..world.held.clone() };
    let folder = held.scratch.clone().context("a trial has a folder")?;
    let mut env = env.clone();
    env.insert("PORT".to_string(), port.to_string());
    Served::start(&held, &folder, &env, port)
}

/// What makes a start end with 78.
const BROKEN: [(&str, &str); 1] = [("DATABASE_MAX_CONNECTIONS", "lots")];
const RIGHT: [(&str, &str); 4] = [
    ("APP_ENV", "production"),
    ("BASE_URL", "https://shop.example.com"),
    ("HOST", "0.0.0.0"),
    ("MIGRATE_ON_START", "false"),
];
const PATIENCE: Duration = Duration::from_secs(20);
/// How long this platform waits for a check.
const HEALTH: Duration = Duration::from_secs(6);
