//! A server program of this machine, run for one project alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::catalog::spec::Local;
use crate::commands::services::standing::remember;
use crate::io::interrupt::Guard;
use crate::io::{place, probe, random, screen, server};
use crate::services::Need;
use crate::services::address::Address;
use crate::services::greeting::{Answer, Greeting};
use crate::services::kept::{FOLDER, Kept, Program};
use crate::services::recipe::{self, Blanks, Recipe};
use crate::trouble::Trouble;

/// Starts it, where there is a program. Says where it then is.
pub fn raise(
    root: &Path,
    need: &Need,
    kept: Option<Kept>,
    guard: &Guard,
) -> Result<Option<String>> {
    let kept = match kept {
        Some(Kept::Program(program)) => Some(program),
        _ => None,
    };
    let Some((local, found)) = choose(need, kept.as_ref()) else { return Ok(None) };
    let owner = server::owner(&local.users);
    let mut program = match kept {
        Some(kept) => Program { program: found, ..kept },
        None => fresh(root, need, local, found, owner.as_ref())?,
    };
    let mut started = None;
    if pid(&program).is_none() {
        if !probe::is_free(program.port) {
            program.port = probe::free_port().context("there is no free port")?;
        }
        prepare(need, local, &program, owner.as_ref(), guard)?;
        screen::note(&format!("starting {}", need.title));
        let words = filled(local, &program, &program.data()).start;
        let child = call(&program, &words, owner.as_ref(), |run| run.start())?;
        program.pid = Some(child.pid());
        remember(root, need, &Kept::Program(program.clone()))?;
        started = Some(child);
    }
    if let Err(trouble) = wait(need, &program, started.as_mut(), guard) {
        // What was started now must not stay behind; what ran before is not ours to end.
        if started.is_some() {
            lower(root, need, program)?;
        }
        return Err(trouble.into());
    }
    Ok(Some(filled(local, &program, &program.data()).url))
}

/// Stops it. False when it did not run.
pub fn lower(root: &Path, need: &Need, mut program: Program) -> Result<bool> {
    let running = pid(&program);
    if let Some(pid) = running {
        stop(need, &program, pid)?;
    }
    program.pid = None;
    remember(root, need, &Kept::Program(program))?;
    Ok(running.is_some())
}

/// Its process, when it lives and is no stranger with the same number.
pub fn pid(program: &Program) -> Option<u32> {
    program.pid.filter(|pid| server::words_of(*pid).is_some_and(|words| program.is(&words)))
}

/// The program that made the data, else the first that is there.
fn choose<'a>(need: &'a Need, kept: Option<&Program>) -> Option<(&'a Local, PathBuf)> {
    let mut locals = recipe::programs(need.service, probe::os());
    if let Some(kept) = kept {
        let local = locals.find(|local| local.title == kept.title)?;
        let same = kept.program.parent().and_then(|it| probe::in_folder(it, &local.program));
        return Some((local, same.or_else(|| find(local))?));
    }
    locals.find_map(|local| Some((local, find(local)?)))
}

fn find(local: &Local) -> Option<PathBuf> {
    let folders = local.folders.iter().flat_map(|pattern| probe::folders(pattern));
    let folders = folders.filter(|folder| probe::in_folder(folder, &local.program).is_some());
    let newest = recipe::newest(folders.collect());
    let newest = newest.and_then(|folder| probe::in_folder(&folder, &local.program));
    newest.or_else(|| probe::find(&local.program))
}

/// A server that was never started before.
fn fresh(
    root: &Path,
    need: &Need,
    local: &Local,
    program: PathBuf,
    owner: Option<&server::Owner>,
) -> Result<Program> {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = format!("{}-{}", name.unwrap_or_default(), random::tail()?);
    let home = server::home(root.join(FOLDER).join(need.name()), &name, owner);
    Ok(Program {
        title: local.title.clone(),
        project: root.to_path_buf(),
        home,
        program,
        port: probe::free_port().context("there is no free port")?,
        password: random::secret()?,
        pid: None,
    })
}

/// Makes its folder, its files and, once, its data.
fn prepare(
    need: &Need,
    local: &Local,
    program: &Program,
    owner: Option<&server::Owner>,
    guard: &Guard,
) -> Result<()> {
    let (data, stage) = (program.data(), program.home.join("data.new"));
    let recipe = filled(local, program, &stage);
    server::furnish(&program.home, &recipe.files, owner)?;
    server::empty(&program.log());
    if place::is_folder(&data) {
        return Ok(());
    }
    // What an interrupted start left.
    server::remove(&stage)?;
    server::folder(&stage, owner)?;
    if !recipe.init.is_empty() {
        screen::note(&format!("making the data folder of {}", need.title));
        let stopped = || guard.stopped();
        let made = call(program, &recipe.init, owner, |run| run.finish(PATIENCE, stopped));
        if !matches!(made, Ok(true)) {
            server::remove(&stage)?;
        }
        if guard.stopped() {
            bail!(Trouble::interrupted());
        }
        if !made? {
            bail!(fallen(need, program, "its data folder could not be made"));
        }
    }
    server::place(&stage, &data)
}

/// Waits until it takes questions.
fn wait(
    need: &Need,
    program: &Program,
    mut started: Option<&mut server::Started>,
    guard: &Guard,
) -> Result<(), Trouble> {
    let greeting = Greeting::of(&need.service.hello);
    let greeting = greeting.map_err(|error| Trouble::failure(error.to_string()))?;
    let address = Address { host: "127.0.0.1".to_string(), port: program.port };
    let begun = Instant::now();
    loop {
        if guard.stopped() {
            return Err(Trouble::interrupted());
        }
        if let Some(status) = started.as_mut().and_then(|started| started.ended()) {
            return Err(fallen(need, program, &format!("it ended with {status}")));
        }
        if probe::answer(&address, &greeting) == Answer::Ready {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(fallen(need, program, "it does not answer"));
        }
        server::pause();
    }
}

/// Asks it to stop; when that does not help, it is ended.
fn stop(need: &Need, program: &Program, pid: u32) -> Result<()> {
    let locals = recipe::programs(need.service, probe::os());
    let local = locals.into_iter().find(|local| local.title == program.title);
    let words = local.map(|local| filled(local, program, &program.data()).stop);
    let owner = local.and_then(|local| server::owner(&local.users));
    let asked = match words.filter(|words| !words.is_empty()) {
        Some(words) => call(program, &words, owner.as_ref(), |run| run.finish(GRACE, || false)),
        None => Ok(false),
    };
    if !asked.unwrap_or(false) {
        server::end(pid, false);
    }
    let is_it = |words: &str| program.is(words);
    if !server::gone(pid, is_it, GRACE) {
        server::end(pid, true);
    }
    match server::gone(pid, is_it, GRACE) {
        true => Ok(()),
        false => bail!(Trouble::failure(format!("{} (process {pid}) does not stop", need.title))),
    }
}

fn filled(local: &Local, program: &Program, data: &Path) -> Recipe {
    let (home, password) = (program.home.as_path(), program.password.as_str());
    Recipe::of(local, &Blanks { home, data, port: program.port, password })
}

/// Finds the first of these words as a program, and does something with the call.
fn call<T>(
    program: &Program,
    words: &[String],
    owner: Option<&server::Owner>,
    act: impl FnOnce(server::Run) -> Result<T>,
) -> Result<T> {
    let (name, words) = words.split_first().context("there are no words to run")?;
    let beside = program.program.parent().and_then(|folder| probe::in_folder(folder, name));
    let found = beside.or_else(|| probe::find(name));
    let found = found.with_context(|| format!("there is no `{name}` on this machine"))?;
    let (data, log) = (program.data(), program.log());
    let folder = if place::is_folder(&data) { &data } else { &program.home };
    act(server::Run { program: &found, words, folder, log: &log, owner })
}

/// What went wrong, with what the server said last.
fn fallen(need: &Need, program: &Program, why: &str) -> Trouble {
    let lines = server::last_lines(&program.log(), 5);
    let said = lines.iter().map(|line| format!("\n  {line}")).collect::<String>();
    let said = if said.is_empty() { "\n  it said nothing".to_string() } else { said };
    let what = format!("{} cannot be started: {why}{said}", need.title);
    let log = program.log();
    Trouble::failure(what).hint(format!("all of it is in `{}`", log.display()))
}

/// A first start on a slow disk takes its time.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long it gets to end in order.
const GRACE: Duration = Duration::from_secs(20);
