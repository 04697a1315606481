//! `cargo dev scale`: three instances behind real balancers, under load, while one is killed, restarted, replaced.

mod as_one;
mod client;
mod front;
mod load;
mod ratio;
mod slow;
mod stand;
mod trial;

use anyhow::{Result, ensure};
use backend_gen::Stack;

use crate::{servers, work};
use front::FRONTS;
use stand::Stand;

/// Which part.
#[derive(clap::Args)]
pub struct Scale {
    /// A balancer (`nginx`, `haproxy`, `caddy`), `as-one` or `ratio`; else all of them.
    #[arg(long)]
    only: Option<String>,
}

/// Every part, each with a database of its own.
pub fn run(scale: &Scale) -> Result<bool> {
    let wanted = |name: &str| scale.only.as_deref().is_none_or(|only| only == name);
    let known = FRONTS.iter().map(|front| front.program).chain(["as-one", "ratio"]);
    ensure!(known.into_iter().any(wanted), "there is no such part");
    let catalog = work::catalog()?;
    let choices = [
        ("db", "postgres"),
        ("auth", "session"),
        ("api", "rest"),
        ("cache", "redis"),
        ("hosting", "vps"),
    ];
    let stack = Stack::choose(&catalog, choices)?;
    if let Some(server) = servers::of(&catalog, &stack).iter().find(|server| !server.answers()) {
        println!("not run: nobody answers at {}", server.variable);
        return Ok(std::env::var("CI").is_ok_and(|value| value != "true"));
    }
    let stand = Stand::build(&catalog, &stack)?;
    let mut good = true;
    for front in FRONTS.iter().filter(|front| wanted(front.program)) {
        match front.find() {
            None => println!("not run: {} is not installed", front.program),
            Some(program) => good &= trial::run(&stand, front, &program)?,
        }
    }
    if wanted("as-one") {
        good &= as_one::run(&stand)?;
    }
    if wanted("ratio") {
        good &= ratio::run(&stand)?;
    }
    Ok(good)
}

/// One line of the result.
fn verdict(good: bool, what: &str) -> bool {
    println!("  {} {what}", if good { "ok    " } else { "FAILED" });
    good
}
