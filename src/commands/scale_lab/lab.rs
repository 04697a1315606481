//! One run of the lab: instances, a balancer before them, a user, a load. All of it ends with the run.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::check::{Verdict, Walk};
use crate::io::http::{Client, Load};
use crate::io::interrupt::Guard;
use crate::io::process::{Backend, Beside};
use crate::io::{keep, probe, screen, server};
use crate::scale::balancer::{Balancer, Place};
use crate::scale::load;
use crate::scale::report::Report;
use crate::trouble::Trouble;

/// What a run works with.
pub struct Lab<'a> {
    /// The folder of the project.
    pub root: &'a Path,
    pub program: &'a Path,
    /// A folder for files of the balancer.
    pub home: &'a Path,
    pub ready: &'a str,
    pub guard: &'a Guard,
}

impl Lab<'_> {
    /// Starts everything, asks, and stops everything.
    pub fn run(
        &self,
        balancer: &'static Balancer,
        program: &Path,
        instances: u16,
        mut walk: Walk,
        limit: Duration,
    ) -> Result<Report> {
        let (_backends, ports) = self.instances(instances, &walk)?;
        let port = probe::free_port().context("there is no free port")?;
        let _balancer = self.balance(balancer, program, port, &ports)?;
        let url = format!("http://127.0.0.1:{port}");
        let client = Client::new(&url);
        for step in walk.steps.clone() {
            ask(&client, &mut walk, &step)?;
        }
        let asks = load::questions(&walk, self.ready);
        screen::note(&format!("{} before {ports:?}, {} s", balancer.title, limit.as_secs()));
        let load = Load { url: &url, asks: &asks, clients: CLIENTS, most: MOST, limit };
        let begun = Instant::now();
        let shots = load.run(|| self.guard.stopped());
        let seconds = begun.elapsed().as_secs_f64();
        for step in walk.tidy.clone() {
            ask(&client, &mut walk, &step)?;
        }
        Ok(Report::of(balancer.title, &ports, CLIENTS, seconds, &shots))
    }

    /// The first one migrates, so they start one after the other.
    fn instances(&self, count: u16, walk: &Walk) -> Result<(Vec<Backend>, Vec<u16>)> {
        let proxies = ("TRUSTED_PROXIES".to_string(), "127.0.0.0/8".to_string());
        let env: Vec<(String, String)> = walk.env.iter().cloned().chain([proxies]).collect();
        let (mut backends, mut ports) = (Vec::new(), Vec::new());
        for number in 1..=count {
            let mut backend = Backend::start(self.program, self.root, &env)?;
            let url = backend.url(|| self.guard.stopped())?;
            let port = url.as_deref().and_then(|url| url.rsplit(':').next()?.parse().ok());
            let Some(port) = port else {
                self.unless_stopped()?;
                let said = backend.last_lines().join("\n  ");
                let what = format!("instance {number} does not start; it says:\n  {said}");
                bail!(Trouble::failure(what).hint("`backend-gen check` tries one alone"));
            };
            backends.push(backend);
            ports.push(port);
        }
        Ok((backends, ports))
    }

    fn balance(
        &self,
        balancer: &Balancer,
        program: &Path,
        port: u16,
        instances: &[u16],
    ) -> Result<Beside> {
        let place = Place { port, instances, ready: self.ready, home: self.home };
        let file = self.home.join(balancer.file);
        keep::write(&file, &balancer.config(&place))?;
        let words = balancer.words(&file.to_string_lossy());
        let mut beside = Beside::start(program, &words, self.home, LOG)?;
        let client = Client::new(&format!("http://127.0.0.1:{port}"));
        let ready = load::get(self.ready);
        let answers = || client.send(&ready).is_ok_and(|answer| answer.status == 200);
        if !beside.until(answers, || self.guard.stopped()) {
            self.unless_stopped()?;
            let said = server::last_lines(&self.home.join(LOG), 5).join("\n  ");
            bail!(Trouble::failure(format!("{} does not answer:\n  {said}", balancer.title)));
        }
        Ok(beside)
    }

    fn unless_stopped(&self) -> Result<()> {
        if self.guard.stopped() {
            bail!(super::stopped());
        }
        Ok(())
    }
}

fn ask(client: &Client, walk: &mut Walk, step: &crate::catalog::check::Step) -> Result<()> {
    let Ok(ask) = walk.ask(step) else { return Ok(()) };
    let answer = client.send(&ask)?;
    match walk.judge(step, &ask, &answer) {
        Verdict::Wrong { sent, expected, got } => {
            let what = format!("through the balancer {sent} wanted {expected}, and got {got}");
            bail!(Trouble::failure(what).hint("`backend-gen check` walks through one instance"))
        }
        _ => Ok(()),
    }
}

const CLIENTS: usize = 16;
/// Whatever the time: so many requests, and no more.
const MOST: usize = 500_000;
const LOG: &str = "balancer.log";
