//! Which balancer a lab takes, and how to get one.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::doctor::advice;
use crate::io::probe;
use crate::scale::balancer::{ALL, Balancer};
use crate::trouble::Trouble;

/// The one that is wanted, else the first that is installed.
pub fn find(wanted: Option<&str>) -> Result<(&'static Balancer, PathBuf)> {
    let meant = || BALANCERS.iter().filter(|it| wanted.is_none_or(|name| name == it.program));
    let found = meant().find_map(|it| Some((it, program(it.program)?)));
    let Some(found) = found else { bail!(missing(meant())) };
    Ok(found)
}

/// Servers are not on everybody's path.
fn program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
    let there = folders.iter().find_map(|folder| probe::in_folder(Path::new(folder), name));
    probe::find(name).or(there)
}

fn missing(meant: impl Iterator<Item = &'static Balancer>) -> Trouble {
    let system = probe::system(&advice::managers().collect::<Vec<_>>());
    let meant: Vec<&Balancer> = meant.collect();
    let titles: Vec<&str> = meant.iter().map(|it| it.title).collect();
    let commands = meant.iter().filter_map(|it| advice::package(&system, &it.packages()));
    let commands: Vec<String> = commands.map(|command| format!("`{command}`")).collect();
    let what = format!("no balancer is installed: {}", crate::words::or_list(&titles));
    let hint = match commands.as_slice() {
        [] => "https://caddyserver.com/docs/install has one for every system".to_string(),
        commands => commands.join(" or "),
    };
    Trouble::failure(what).hint(hint)
}

static BALANCERS: [Balancer; 3] = ALL;
